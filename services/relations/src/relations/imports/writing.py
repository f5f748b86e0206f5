"""Rows that passed every check, written as relations; one that fails after all is found and does not take others."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from relations.imports.checking import Checked
from relations.record.actions import register_relations
from shared.errors import Invalid, Problem

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
        attempt = session.begin_nested()
        try:
            made = register_relations(session, [one.command for one in batch if one.command])
        except (Problem, DataError, IntegrityError) as error:
            attempt.rollback()
            if len(batch) > 1:
                middle = len(batch) // 2
                waiting += [batch[middle:], batch[:middle]]
            else:
                batch[0].refuse(error if isinstance(error, Invalid) else Invalid({"": [REFUSED]}))
        else:
            attempt.commit()
            written.update((one.row.number, document["id"]) for one, document in zip(batch, made, strict=True))
    if keep:
        savepoint.commit()
    else:
        savepoint.rollback()
    return written
