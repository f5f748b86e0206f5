"""What reads runs and links."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from m365_sync.runs.domain import UNFINISHED, Known
from m365_sync.runs.models import Link, Run, RunError
from shared.db import Database
from shared.errors import Invalid, Unknown
from shared.paging import decode_cursor, encode_cursor

MOST_ERRORS_SHOWN = 1000


class UnknownRun(Unknown):
    """This user has no such run."""


PANEL = "SELECT count(*), max(pushed_at) FROM link WHERE relation_id = %s AND contact_id IS NOT NULL"


def run_of(session: Session, user_id: UUID, *, run_id: UUID) -> Run:
    """Return a run of a user; raises ``UnknownRun``."""
    run = session.get(Run, run_id)
    if run is None or run.user_id != user_id:
        raise UnknownRun
    return run


def last_run_of(session: Session, user_id: UUID) -> Run | None:
    """Return a user's latest run."""
    return session.scalars(select(Run).where(Run.user_id == user_id).order_by(Run.id.desc()).limit(1)).first()


def unfinished_run_of(session: Session, user_id: UUID) -> Run | None:
    """Return the run of a user that is queued or running."""
    return session.scalars(select(Run).where(Run.user_id == user_id, Run.status.in_(UNFINISHED))).first()


def errors_of(session: Session, run_id: UUID) -> list[RunError]:
    """Return what went wrong in a run."""
    found = select(RunError).where(RunError.run_id == run_id).order_by(RunError.relation_id)
    return list(session.scalars(found.limit(MOST_ERRORS_SHOWN)))


def runs_of(session: Session, user_id: UUID, *, query: dict[str, Any]) -> dict[str, Any]:
    """Return one page of a user's runs, latest first."""
    mine = select(Run).where(Run.user_id == user_id)
    page: dict[str, Any] = {}
    if query["total"]:
        page["total"] = session.scalar(select(func.count()).select_from(mine.subquery()))
    if query["cursor"]:
        mine = mine.where(Run.id < _place(query["cursor"]))
    rows = list(session.scalars(mine.order_by(Run.id.desc()).limit(query["limit"] + 1)))
    page["items"] = rows[: query["limit"]]
    page["next_cursor"] = encode_cursor(rows[query["limit"] - 1].id) if len(rows) > query["limit"] else None
    return page


def _place(cursor: str) -> UUID:
    try:
        return UUID(decode_cursor(cursor, keys=1)[0])
    except (ValueError, AttributeError) as error:
        raise Invalid({"cursor": ["Leave it out to start at the first page"]}) from error


def known_contacts(session: Session, mailbox_id: str, *, relation_ids: Iterable[UUID]) -> dict[UUID, Known]:
    """Return what we know of these relations' contacts in a mailbox."""
    found = session.execute(
        select(Link.relation_id, Link.contact_id, Link.fingerprint).where(
            Link.mailbox_id == mailbox_id, Link.relation_id.in_(list(relation_ids))
        )
    )
    return {relation_id: Known(contact_id, fingerprint) for relation_id, contact_id, fingerprint in found}


def panel_of(database: Database, relation_id: UUID) -> dict[str, Any]:
    """Return in how many mailboxes a relation is, and since when."""
    mailboxes, last_pushed_at = database.row(PANEL, (relation_id,)) or (0, None)
    return {"mailboxes": mailboxes, "last_pushed_at": last_pushed_at}
