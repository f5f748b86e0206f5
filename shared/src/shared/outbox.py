"""The outbox: an event is written in the transaction that made it true."""

from typing import Any

from sqlalchemy import func, insert
from sqlalchemy.orm import Session

from contracts import Envelope
from shared.clock import Clock, utc_now
from shared.context import acting
from shared.ids import new_id
from shared.plumbing import outbox

WAKE_RELAY = func.pg_notify("outbox", "")
"""Wakes the relay when the transaction commits; many calls in one transaction are one notice."""


def record(session: Session, *events: Any, clock: Clock = utc_now) -> None:
    """Write events into the outbox; they are published after, and only if, this transaction commits."""
    if not events:
        return
    who = acting()
    rows = []
    for event in events:
        envelope = Envelope(new_id(), clock(), who.actor, who.traceparent, event.contract, event)
        rows.append(
            {
                "event_id": envelope.id,
                "exchange": event.contract.exchange,
                "routing_key": event.contract.type,
                "envelope": envelope.to_json(),
            }
        )
    session.execute(insert(outbox).values(rows).returning(WAKE_RELAY))
