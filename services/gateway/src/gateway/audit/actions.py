"""What writes the audit log, and tells who opened which card."""

from collections.abc import Sequence

import orjson
from sqlalchemy.orm import Session

from contracts.gateway import Opening, RelationsOpened
from gateway.audit.domain import CARD_OPENED, Entry
from shared.db import Database
from shared.outbox import record

MOST_OPENINGS = 200
"""Openings told in one event."""

WRITE = """
    INSERT INTO audit (at, actor, action, relation_id, subject, status, request_id)
    SELECT at, actor, action, relation_id, subject, status, request_id
      FROM jsonb_to_recordset(%s::jsonb) AS entry (
           at timestamptz, actor uuid, action text, relation_id uuid, subject text, status int, request_id text)
"""


def log_deeds(database: Database, entries: Sequence[Entry]) -> None:
    """Write entries about anything but opened cards, committed at once."""
    if entries:
        database.run(WRITE, (orjson.dumps(entries).decode(),))


def write_entries(session: Session, entries: Sequence[Entry]) -> None:
    """Write entries in one statement, and one event per ``MOST_OPENINGS`` cards opened."""
    if not entries:
        return
    session.connection().exec_driver_sql(WRITE, (orjson.dumps(entries).decode(),))
    latest = {
        (entry.actor, entry.relation_id): Opening(entry.actor, entry.relation_id, entry.at)
        for entry in entries
        if entry.action == CARD_OPENED and entry.relation_id
    }
    openings = tuple(latest.values())
    record(
        session,
        *(
            RelationsOpened(openings=openings[start : start + MOST_OPENINGS])
            for start in range(0, len(openings), MOST_OPENINGS)
        ),
    )
