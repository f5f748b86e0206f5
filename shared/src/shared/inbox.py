"""The inbox: an event's receipt and its effect commit together, so that a second delivery does nothing.

The ladder of a failing event is kept here as well: it is tried again after growing pauses, and becomes a dead
letter when the ladder ends or when trying again can never help.
"""

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Update, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from contracts import Envelope, MalformedEnvelope
from shared.clock import Clock, utc_now
from shared.context import Acting, acting_as
from shared.db import Database
from shared.ids import new_id
from shared.plumbing import inbox
from shared.subscriptions import Subscriptions

LADDER = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 30, 120, 600, 3600))
"""Pauses before each new try of a failing event; after the last one it is a dead letter."""

LARGEST_FILED_BODY = 65_536
"""Characters kept of a message that no contract knows."""


RECEIPTS = text(
    """
    INSERT INTO inbox (event_id, type, status, attempts, happened_at, handled_at)
    SELECT event_id, type, 'handled', 1, happened_at, clock_timestamp()
      FROM unnest(CAST(:event_ids AS uuid[]), CAST(:types AS text[]), CAST(:times AS timestamptz[]))
        AS receipt (event_id, type, happened_at)
    ON CONFLICT DO NOTHING RETURNING event_id
    """
)


class CannotEverSucceed(Exception):
    """Raised by a handler for an event that trying again will not mend."""


class DatabaseAway(Exception):
    """The database does not answer; the message must stay with the broker."""


@dataclass(frozen=True)
class Inbox:
    """Receives events for one service."""

    database: Database
    subscriptions: Subscriptions
    clock: Clock = utc_now

    def receive(self, body: bytes | str) -> None:
        """Handle one delivery; afterwards the message may be acknowledged. Raises ``DatabaseAway`` when it may not."""
        try:
            envelope = Envelope.from_json(body)
        except MalformedEnvelope as error:
            self.file_as_dead(body, str(error))
            return
        if self.subscriptions.handlers(envelope.contract.type):
            self._try(envelope)

    def receive_all(self, bodies: Sequence[bytes]) -> None:
        """Handle deliveries in order, in one transaction if they let themselves; each alone when one of them fails.

        Afterwards the messages may be acknowledged; raises ``DatabaseAway`` when they may not.
        """
        if len(bodies) > 1 and self._receive_together(bodies):
            return
        for body in bodies:
            self.receive(body)

    def _receive_together(self, bodies: Sequence[bytes]) -> bool:
        try:
            envelopes = [Envelope.from_json(body) for body in bodies]
            with self.database.transaction() as session:
                ours = [each for each in envelopes if self.subscriptions.handlers(each.contract.type)]
                first = self._first_receipts(session, ours)
                for envelope in ours:
                    if envelope.id in first:
                        first.remove(envelope.id)
                        self._handle(session, envelope)
        except Exception:
            return False  # whose fault it was, and what becomes of it, shows when each is handled alone
        return True

    def require_database(self) -> None:
        """Return when the database answers; raises ``DatabaseAway`` when it does not."""
        try:
            with self.database.reading() as connection:
                connection.execute(select(1))
        except (OperationalError, InterfaceError) as away:
            raise DatabaseAway from away

    def file_as_dead(self, body: bytes | str, error: str) -> None:
        """File a message nobody can handle beside the other dead letters; an event stays one that can be replayed."""
        try:
            with self.database.transaction() as session:
                row = {**_receipt_of(body), "status": "dead", "error": error[:256]}
                session.execute(insert(inbox).values(row).on_conflict_do_nothing())
        except (OperationalError, InterfaceError) as away:
            raise DatabaseAway from away

    def retry_due(self, *, limit: int = 50) -> int:
        """Try again what is due; return how many were tried."""
        tried = 0
        while tried < limit and self._retry_one():
            tried += 1
        return tried

    def _try(self, envelope: Envelope) -> None:
        try:
            with self.database.transaction() as session:
                if self._first_receipts(session, [envelope]):
                    self._handle(session, envelope)
        except (OperationalError, InterfaceError) as error:
            if getattr(error, "connection_invalidated", False) or isinstance(error, InterfaceError):
                raise DatabaseAway from error
            self._climb(envelope, error, attempts=0)
        except Exception as error:
            self._climb(envelope, error, attempts=0)

    def _first_receipts(self, session: Session, envelopes: Sequence[Envelope]) -> set[UUID]:
        """Note that these are handled in this transaction; return the ids of those that were not received before."""
        if not envelopes:
            return set()
        receipts = {
            "event_ids": [str(envelope.id) for envelope in envelopes],
            "types": [envelope.contract.type for envelope in envelopes],
            "times": [envelope.time for envelope in envelopes],
        }
        return set(session.scalars(RECEIPTS, receipts))

    def _handle(self, session: Session, envelope: Envelope) -> None:
        with acting_as(Acting(envelope.actor, str(envelope.id), envelope.traceparent)):
            for handler in self.subscriptions.handlers(envelope.contract.type):
                handler(session, envelope.data)
            session.flush()

    def _climb(self, envelope: Envelope, error: Exception, *, attempts: int) -> None:
        """Note the failure and when to try again; the error is kept as its kind and place, never its words."""
        hopeless = isinstance(error, CannotEverSucceed) or attempts >= len(LADDER)
        values = {
            "status": "dead" if hopeless else "retrying",
            "attempts": attempts + 1,
            "next_attempt_at": None if hopeless else self.clock() + LADDER[attempts],
            "error": _kind_and_place(error),
            "envelope": envelope.to_json(),
        }
        row = {"event_id": envelope.id, "type": envelope.contract.type, "happened_at": envelope.time, **values}
        try:
            with self.database.transaction() as session:
                session.execute(
                    insert(inbox)
                    .values(row)
                    .on_conflict_do_update(
                        index_elements=[inbox.c.event_id], set_=values, where=inbox.c.status != "handled"
                    )
                )
        except (OperationalError, InterfaceError) as away:
            raise DatabaseAway from away

    def _retry_one(self) -> bool:
        envelope, attempts = None, 0
        try:
            with self.database.transaction() as session:
                row = session.execute(self._next_due()).first()
                if row is None:
                    return False
                try:
                    envelope, attempts = Envelope.from_json(row.envelope), row.attempts
                except MalformedEnvelope as error:
                    _give_up(session, row.event_id, error)
                    return True
                self._handle(session, envelope)
                session.execute(
                    update(inbox)
                    .where(inbox.c.event_id == envelope.id)
                    .values(
                        status="handled",
                        handled_at=func.clock_timestamp(),
                        envelope=None,
                        error=None,
                        next_attempt_at=None,
                        attempts=attempts + 1,
                    )
                )
        except Exception as error:
            if envelope is None:
                raise
            self._climb(envelope, error, attempts=attempts)
        return True

    def _next_due(self) -> Select[tuple[UUID, str, int]]:
        return (
            select(inbox.c.event_id, inbox.c.envelope, inbox.c.attempts)
            .where(inbox.c.status == "retrying", inbox.c.next_attempt_at <= self.clock())
            .order_by(inbox.c.next_attempt_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )


def _give_up(session: Session, event_id: UUID, error: MalformedEnvelope) -> None:
    """Make an event that no contract promises any more a dead letter, so that it holds up no other."""
    session.execute(
        update(inbox)
        .where(inbox.c.event_id == event_id)
        .values(status="dead", next_attempt_at=None, error=str(error)[:256])
    )


def _receipt_of(body: bytes | str) -> dict[str, Any]:
    try:
        envelope = Envelope.from_json(body)
    except MalformedEnvelope:
        text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
        text = text[:LARGEST_FILED_BODY].replace("\0", "")
        return {"event_id": new_id(), "type": "malformed", "envelope": text}
    return {
        "event_id": envelope.id,
        "type": envelope.contract.type,
        "happened_at": envelope.time,
        "envelope": envelope.to_json(),
    }


def _kind_and_place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"[:256]


@dataclass(frozen=True)
class DeadLetter:
    """An event that could not be handled."""

    event_id: UUID
    type: str
    attempts: int
    received_at: datetime
    error: str
    envelope: str


class DeadLetters:
    """The dead letters of one service: look at them, try them again, or let them go."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[DeadLetter]:
        """Return the dead letters, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(inbox).where(inbox.c.status == "dead").order_by(inbox.c.received_at)).all()
        return [
            DeadLetter(row.event_id, row.type, row.attempts, row.received_at, row.error or "", row.envelope or "")
            for row in rows
        ]

    def replay(self, event_ids: list[UUID] | None = None) -> int:
        """Put dead letters (all of them when no ids are given) back on the ladder; return how many."""
        values = {"status": "retrying", "attempts": 0, "next_attempt_at": func.now()}
        return self._change(update(inbox).values(values).where(inbox.c.type != "malformed"), event_ids)

    def discard(self, event_ids: list[UUID] | None = None) -> int:
        """Let dead letters go for good; their receipt stays, so a late second delivery does nothing."""
        values = {"status": "handled", "handled_at": func.now(), "envelope": None}
        return self._change(update(inbox).values(values), event_ids)

    def _change(self, statement: Update, event_ids: list[UUID] | None) -> int:
        statement = statement.where(inbox.c.status == "dead")
        if event_ids is not None:
            statement = statement.where(inbox.c.event_id.in_(event_ids))
        with self._database.transaction() as session:
            return len(session.execute(statement.returning(inbox.c.event_id)).all())
