"""The outbox: an event is written in the transaction that made it true."""

from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from contracts import Envelope
from shared.clock import Clock, utc_now
from shared.context import acting
from shared.ids import new_id

WRITE = text(
    """
    WITH written AS (
      INSERT INTO outbox (event_id, exchange, routing_key, envelope)
      SELECT * FROM json_to_recordset(CAST(:events AS json))
        AS event (event_id uuid, exchange text, routing_key text, envelope text)
      RETURNING position)
    SELECT pg_notify('outbox', '') FROM written LIMIT 1
    """
)
"""Writes any number of events and wakes the relay when the transaction commits.

They travel as one JSON text: lists of texts would be escaped sign by sign on the way.
"""


def record(session: Session, *events: Any, clock: Clock = utc_now) -> None:
    """Write events into the outbox; they are published after, and only if, this transaction commits."""
    if not events:
        return
    who = acting()
    envelopes = [Envelope(new_id(), clock(), who.actor, who.traceparent, event.contract, event) for event in events]
    events_as_rows = [
        {
            "event_id": envelope.id,
            "exchange": envelope.contract.exchange,
            "routing_key": envelope.contract.type,
            "envelope": envelope.to_json(),
        }
        for envelope in envelopes
    ]
    session.execute(WRITE, {"events": orjson.dumps(events_as_rows).decode()})
