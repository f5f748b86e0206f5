"""What doubts copies, and orders those to be removed that may not stay."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, delete, exists, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from m365_sync.connections.models import Connection
from m365_sync.erasure.models import ErasureMark, Removal
from m365_sync.erasure.queries import ANNOUNCING_OR_ERASING
from m365_sync.runs.models import Link
from m365_sync.sight.domain import LEASE, MOST_AT_ONCE
from m365_sync.sight.models import CopyCheck
from shared.ids import new_id

Copy = tuple[UUID, str, UUID]
"""A relation, the mailbox it stands in and the user whose mailbox that is."""

Checks = Mapping[UUID, datetime]
"""Relations to check, each with the claim on it."""


def doubt_copies(session: Session, relation_ids: Iterable[UUID]) -> None:
    """Let copies of the relations be checked, and no run send what it read of them before this moment.

    Call it before anything else of a transaction: whoever announces a contact holds the lock first, and rows then.
    """
    session.execute(select(func.pg_advisory_xact_lock(ANNOUNCING_OR_ERASING)))
    doubted = set(relation_ids)
    for relation_id in doubted:
        mark = {"request_id": new_id(), "batch": 0, "relation_id": relation_id, "lifted_at": func.clock_timestamp()}
        session.execute(insert(ErasureMark).values(mark))
    check_copies(session, doubted)


def check_copies(session: Session, relation_ids: Collection[UUID]) -> None:
    """Let the copies of the relations be checked."""
    _check(session, select(func.unnest(literal(sorted(set(relation_ids)), ARRAY(Uuid))), func.clock_timestamp()))


def check_mailbox(session: Session, mailbox_id: str) -> None:
    """Let every copy in a mailbox be checked, as it is opened anew and perhaps by somebody else."""
    in_it = select(Link.relation_id, func.clock_timestamp()).where(Link.mailbox_id == mailbox_id)
    _check(session, in_it.order_by(Link.relation_id))


def _check(session: Session, wanted: Select[Any]) -> None:
    checks = insert(CopyCheck).from_select(["relation_id", "due_at"], wanted)
    now = {"due_at": checks.excluded.due_at}
    session.execute(checks.on_conflict_do_update(index_elements=[CopyCheck.relation_id], set_=now))


def claim_checks(session: Session, *, now: datetime) -> Checks:
    """Take relations whose copies are to be checked; they come back by themselves after the lease."""
    due = session.scalars(
        select(CopyCheck)
        .where(CopyCheck.due_at <= now)
        .order_by(CopyCheck.due_at)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for check in due:
        check.due_at = now + LEASE
    return {check.relation_id: check.due_at for check in due}


def end_checks(session: Session, checks: Checks) -> None:
    """Let go of relations that were checked; one that was doubted again meanwhile is checked again."""
    for relation_id, claim in checks.items():
        session.execute(delete(CopyCheck).where(CopyCheck.relation_id == relation_id, CopyCheck.due_at == claim))


def copies_of(session: Session, relation_ids: Collection[UUID]) -> list[Copy]:
    """Return every copy of the relations, with the user who has the mailbox now, or had it last."""
    owner = func.coalesce(Connection.user_id, Link.user_id)
    rows = session.execute(
        select(Link.relation_id, Link.mailbox_id, owner)
        .outerjoin(Connection, Connection.mailbox_id == Link.mailbox_id)
        .where(Link.relation_id.in_(relation_ids))
    )
    return [(row[0], row[1], row[2]) for row in rows]


def order_removals(session: Session, copies: Iterable[Copy]) -> None:
    """Order copies to be removed for which nobody waits; what is ordered already is not ordered again."""
    for relation_id, mailbox_id, user_id in copies:
        ordered = exists().where(
            Removal.relation_id == relation_id, Removal.mailbox_id == mailbox_id, Removal.status == "pending"
        )
        if not session.scalar(select(ordered)):
            session.add(Removal(relation_id=relation_id, mailbox_id=mailbox_id, user_id=user_id))
