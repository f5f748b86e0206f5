"""Whose a run is while it runs: one worker's, for as long as that gives signs of life."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from contracts.m365_sync import RunFinished
from m365_sync.runs.domain import LEASE
from m365_sync.runs.models import Link, Run
from shared.db import Database
from shared.ids import new_id
from shared.outbox import record


class LeaseLost(Exception):
    """Another worker has taken the run over: not another step."""


class RunCancelled(Exception):
    """The user stopped the run."""


@dataclass(frozen=True)
class Claim:
    """A run in the hands of one worker; every write of that worker is fenced by ``token``."""

    run_id: UUID
    user_id: UUID
    token: UUID
    claims: int


def claim_run(database: Database) -> Claim | None:
    """Take the oldest run that is queued, or whose worker gives no more signs of life."""
    with database.transaction() as session:
        run = session.scalars(
            select(Run)
            .where(or_(Run.status == "queued", (Run.status == "running") & (Run.lease_until < func.now())))
            .order_by(Run.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if run is None:
            return None
        token = new_id()
        run.status, run.claim, run.claims = "running", token, run.claims + 1
        session.execute(
            update(Run)
            .where(Run.id == run.id)
            .values(lease_until=func.now() + LEASE, started_at=func.coalesce(Run.started_at, func.now()))
        )
        return Claim(run.id, run.user_id, token, run.claims)


def advance(session: Session, claim: Claim, counts: Mapping[str, int], *, progress: bool = True) -> None:
    """Add to the counts of a run, if it is still ours; raises ``LeaseLost``."""
    values: dict[str, Any] = {name: func.coalesce(getattr(Run, name), 0) + more for name, more in counts.items()}
    values["lease_until"] = func.now() + LEASE
    if progress:
        values["claims"] = 0
    _write(session, claim, values)


def set_total(session: Session, claim: Claim, *, left: int) -> None:
    """Set the total of a run: what is done and what is left; raises ``LeaseLost``."""
    _write(session, claim, {"total": Run.added + Run.updated + Run.unchanged + Run.failed + left})


def beat(database: Database, claim: Claim) -> None:
    """Give a sign of life; raises ``LeaseLost``, or ``RunCancelled`` when the user asked for that."""
    with database.transaction() as session:
        if _write(session, claim, {"lease_until": func.now() + LEASE}):
            raise RunCancelled


def release(database: Database, claim: Claim) -> None:
    """Give an unfinished run back, for the next worker to go on with."""
    with database.transaction() as session:
        _write(session, claim, {"status": "queued", "claim": None, "lease_until": None, "claims": 0})


def finish(
    database: Database, claim: Claim, *, status: Literal["done", "failed", "cancelled"], code: str | None = None
) -> None:
    """End a run and tell what it brought into the mailbox; raises ``LeaseLost``."""
    with database.transaction() as session:
        _write(
            session,
            claim,
            {"status": status, "code": code, "claim": None, "lease_until": None, "finished_at": func.now()},
        )
        brought = session.scalars(
            select(Link.relation_id)
            .where(Link.run_id == claim.run_id, Link.outcome.in_(("added", "updated")))
            .order_by(Link.relation_id)
        ).all()
        record(
            session,
            RunFinished(run_id=claim.run_id, user_id=claim.user_id, status=status, relation_ids=tuple(brought)),
        )


def _write(session: Session, claim: Claim, values: dict[str, Any]) -> bool:
    """Write to the run if it is still ours, and return whether it is to be cancelled."""
    cancel = session.scalar(
        update(Run)
        .where(Run.id == claim.run_id, Run.claim == claim.token, Run.status == "running")
        .values(**values)
        .returning(Run.cancel_requested)
        .execution_options(synchronize_session=False)
    )
    if cancel is None:
        raise LeaseLost
    return cancel
