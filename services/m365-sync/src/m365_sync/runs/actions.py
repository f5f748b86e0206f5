"""What starts and stops runs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts.m365_sync import RunFinished
from m365_sync.connections.models import Connection
from m365_sync.connections.queries import connection_of, state_of
from m365_sync.preferences.domain import EVERY
from m365_sync.preferences.models import Preference
from m365_sync.runs.domain import UNFINISHED
from m365_sync.runs.models import Run
from m365_sync.runs.queries import UnknownRun, unfinished_run_of
from shared.errors import Conflict
from shared.ids import new_id
from shared.outbox import record

MOST_DUE_AT_ONCE = 200


class ConnectFirst(Conflict):
    """There is no mailbox to write to."""

    type, title = "connect-first", "Connect a Microsoft 365 mailbox first"


def start_run(session: Session, user_id: UUID, *, now: datetime, trigger: str = "manual") -> Run:
    """Queue a run and return it, or the one that is under way; raises ``ConnectFirst``."""
    if state_of(connection_of(session, user_id)) != "connected":
        raise ConnectFirst
    session.execute(
        insert(Run)
        .values(id=new_id(), user_id=user_id, trigger=trigger)
        .on_conflict_do_nothing()  # the index on unfinished runs holds the second press back
    )
    session.execute(
        update(Preference)
        .where(Preference.user_id == user_id, Preference.enabled)
        .values(next_run_at=now + EVERY, updated_at=Preference.updated_at)
    )
    run = unfinished_run_of(session, user_id)
    return run if run is not None else start_run(session, user_id, now=now, trigger=trigger)


def queue_due_runs(session: Session, *, now: datetime) -> int:
    """Queue a run for every enabled user whose 24 hours are over; return how many users that were.

    A user who has to sign in again keeps their turn until they have.
    """
    due = session.scalars(
        select(Preference.user_id)
        .join(Connection, Connection.user_id == Preference.user_id)
        .where(Preference.enabled, Preference.next_run_at <= now, Connection.state == "connected")
        .order_by(Preference.next_run_at)
        .limit(MOST_DUE_AT_ONCE)
        .with_for_update(skip_locked=True, of=Preference)
    ).all()
    for user_id in due:
        start_run(session, user_id, now=now, trigger="daily")
    return len(due)


def cancel_run(session: Session, user_id: UUID, *, run_id: UUID, now: datetime) -> Run:
    """Stop a run: at once when it is queued, else before its next request; raises ``UnknownRun`` or ``Conflict``."""
    run = session.get(Run, run_id, with_for_update=True)
    if run is None or run.user_id != user_id:
        raise UnknownRun
    if run.status not in UNFINISHED:
        raise Conflict("This run has ended")
    if run.status == "queued":
        run.status, run.finished_at = "cancelled", now
        record(session, RunFinished(run_id=run.id, user_id=user_id, status="cancelled", relation_ids=()))
    run.cancel_requested = True
    session.flush()
    return run
