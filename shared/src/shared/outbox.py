"""The outbox: an event is written in the transaction that made it true."""

from typing import Any

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
      SELECT * FROM unnest(CAST(:event_ids AS uuid[]), CAST(:exchanges AS text[]),
                           CAST(:routing_keys AS text[]), CAST(:envelopes AS text[]))
      RETURNING position)
    SELECT pg_notify('outbox', '') FROM written LIMIT 1
    """
)
"""Writes any number of events and wakes the relay when the transaction commits."""


def record(session: Session, *events: Any, clock: Clock = utc_now) -> None:
    """Write events into the outbox; they are published after, and only if, this transaction commits."""
    if not events:
        return
    who = acting()
    envelopes = [Envelope(new_id(), clock(), who.actor, who.traceparent, event.contract, event) for event in events]
    session.execute(
        WRITE,
        {
            "event_ids": [str(envelope.id) for envelope in envelopes],
            "exchanges": [envelope.contract.exchange for envelope in envelopes],
            "routing_keys": [envelope.contract.type for envelope in envelopes],
            "envelopes": [envelope.to_json() for envelope in envelopes],
        },
    )
