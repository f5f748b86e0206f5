"""Rows that passed every check, written as relations; one that fails after all is found and does not take others."""

from collections.abc import Sequence
from uuid import UUID

import psycopg
from sqlalchemy.orm import Session

from relations.imports.checking import Checked
from relations.record.registering import register_many
from shared.errors import Invalid

REFUSED = "The database cannot keep this row: look for unusual signs or a value that is used twice"


def write_rows(session: Session, rows: Sequence[Checked], *, keep: bool) -> dict[int, UUID]:
    """Register the relations of rows and return their ids by row number; those that fail get their errors noted.

    Without ``keep`` everything is tried and undone.
    """
    written: dict[int, UUID] = {}
    waiting = [list(rows)] if rows else []
    savepoint = session.begin_nested()
    while waiting:
        batch = waiting.pop()
        relations = [one.relation for one in batch if one.relation]
        attempt = session.begin_nested()
        try:
            register_many(session, relations)
        except (psycopg.DataError, psycopg.IntegrityError):
            attempt.rollback()
            if len(batch) > 1:
                middle = len(batch) // 2
                waiting += [batch[middle:], batch[:middle]]
            else:
                batch[0].refuse(Invalid({"": [REFUSED]}))
        else:
            attempt.commit()
            written.update((one.row.number, one.relation.id) for one in batch if one.relation)
    if keep:
        savepoint.commit()
    else:
        savepoint.rollback()
    return written
