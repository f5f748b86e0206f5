"""The running of imports: batch by batch, each in one transaction with its bookkeeping.

A worker that dies loses the batch at hand and nothing else: the next one reads on behind the last row that was
committed, so no row is ever imported twice.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, BinaryIO
from uuid import UUID

import structlog
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from relations.exchange.errors import NotReadable
from relations.imports import files
from relations.imports.checking import Checked, Checker
from relations.imports.domain import Row, Rules
from relations.imports.doubles import Double, doubles_of
from relations.imports.ending import End, end_import
from relations.imports.models import Created, Import, Remark, Upload
from relations.imports.queries import group_codes
from relations.imports.rolling_back import roll_back_batch
from relations.imports.writing import write_rows
from relations.record.composing import definitions
from relations.record.copying import copy_rows
from relations.record.home import at_home_in
from relations.record.photo import Photo
from shared.context import Acting, acting_as, new_traceparent
from shared.db import Database
from shared.ids import new_id

BATCH = 1000
"""Rows in one transaction."""

SMALL = 1024 * 1024
"""Bytes; smaller files have a lane of their own, so that one card need not wait for a large table."""

MOST_ATTEMPTS = 5
"""How often an import may end in a fault without getting on."""

EXISTS = "A relation like this one exists already"
SAME_ROW = "An earlier row of this file says the same"
FAULT = "Something went wrong on our side: start the import again"

log = structlog.get_logger("imports")


class ImportRunner:
    """Works on the imports of one lane, one after the other."""

    def __init__(self, database: Database, *, home_country: str, small: bool) -> None:
        self._database = database
        self._home_country = home_country
        self._small = small

    def run(self) -> None:
        """Work on every import that waits and that nobody else works on."""
        for import_id in self._waiting():
            with self._taken(import_id) as is_ours:
                if is_ours:
                    self._work_on(import_id)

    def _waiting(self) -> Sequence[UUID]:
        lane = Import.size < SMALL if self._small else Import.size >= SMALL
        waiting = Import.status.in_(("queued", "running", "rolling_back"))
        with self._database.reading() as connection:
            return connection.scalars(select(Import.id).where(waiting, lane).order_by(Import.created_at)).all()

    @contextmanager
    def _taken(self, import_id: UUID) -> Iterator[bool]:
        """Keep other workers away for as long as this one lives."""
        key = func.hashtextextended(str(import_id), 0)
        with self._database.autocommit_engine.connect() as connection:
            is_ours = bool(connection.scalar(select(func.pg_try_advisory_lock(key))))
            try:
                yield is_ours
            finally:
                if is_ours:
                    connection.execute(select(func.pg_advisory_unlock(key)))

    def _work_on(self, import_id: UUID) -> None:
        try:
            with self._database.transaction() as session:
                run = session.get(Import, import_id, with_for_update=True)
                if run is None or not _begin(session, run):
                    return
                upload = session.get(Upload, run.upload_id) if run.upload_id else None
            who = Acting(run.actor, f"import-{import_id}", new_traceparent())
            with acting_as(who), at_home_in(self._home_country):
                if run.status == "rolling_back":
                    while roll_back_batch(self._database, import_id, size=BATCH):
                        continue
                elif upload is None:
                    self._end(import_id, "failed", "The uploaded file is not there any more: upload it again")
                else:
                    with files.opened(self._database, upload.id) as file:
                        self._read_through(run, upload, file)
        except NotReadable as error:
            self._end(import_id, "failed", error.sentence)
        except (OperationalError, InterfaceError):
            raise  # the database is away: the next turn tries again
        except Exception as error:
            log.error("import interrupted", import_id=str(import_id), reason=type(error).__name__)

    def _read_through(self, run: Import, upload: Upload, file: BinaryIO) -> None:
        if run.total is None and (total := files.count(file, upload)) is not None:
            with self._database.transaction() as session:
                session.execute(update(Import).where(Import.id == run.id).values(total=total))
        with self._database.reading() as connection:
            groups, varia = group_codes(connection), definitions(connection)
        checker = Checker(Rules(tuple(run.places), run.defaults), groups=groups, varia=varia)
        reached = run.reached
        rows = (row for row in files.rows_of(file, upload, group_of=checker.group_of) if row.number > run.reached)
        for batch in _batches(rows):
            if not self._settle(run.id, checker.check(batch), after=reached):
                return
            reached = batch[-1].number
        self._end(run.id, "done")

    def _settle(self, import_id: UUID, batch: Sequence[Checked], *, after: int) -> bool:
        """Write a batch with its bookkeeping; return False when the import is no longer ours to go on with."""
        with self._database.transaction() as session:
            run = session.get(Import, import_id, with_for_update=True)
            if run is None or run.status != "running" or run.reached != after:
                return False
            doubles = doubles_of(session, batch)
            skipped = {number for number in doubles if run.on_duplicate == "skip"}
            wanted = [one for one in batch if one.command and one.row.number not in skipped]
            written = write_rows(session, wanted, keep=not run.dry_run)
            _note_created(session, run, written)
            _keep_pictures(session, run, batch, written)
            _note_remarks(session, run, batch, doubles)
            run.reached, run.attempts = batch[-1].row.number, 0
            run.done += len(batch)
            run.valid += len(written)
            run.skipped += len(batch) - len(written)
            run.created += 0 if run.dry_run else len(written)
        return True

    def _end(self, import_id: UUID, status: End, problem: str = "") -> None:
        with self._database.transaction() as session:
            run = session.get(Import, import_id, with_for_update=True)
            if run is None or run.status != "running":
                return
            end_import(session, run, status, problem)
            if status == "done":
                run.total = run.done
                if not run.dry_run and run.upload_id:
                    session.delete(session.get_one(Upload, run.upload_id))


def _begin(session: Session, run: Import) -> bool:
    """Note one more attempt; return False for an import that is to be left alone."""
    if run.status not in ("queued", "running", "rolling_back"):
        return False
    run.attempts += 1
    if run.attempts > MOST_ATTEMPTS:
        end_import(session, run, "failed", FAULT)
        return False
    if run.status == "queued":
        run.status = "running"
    return True


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _note_created(session: Session, run: Import, written: dict[int, UUID]) -> None:
    if not run.dry_run:
        rows = [{"import_id": run.id, "row": row, "relation_id": made, "kept": None} for row, made in written.items()]
        copy_rows(session, Created, rows)


def _keep_pictures(session: Session, run: Import, batch: Sequence[Checked], written: dict[int, UUID]) -> None:
    given = [(written[one.row.number], one.row.picture) for one in batch if one.row.number in written]
    rows = [{"relation_id": made, **vars(picture)} for made, picture in given if picture]
    if rows and not run.dry_run:
        session.execute(insert(Photo), rows)


def _note_remarks(session: Session, run: Import, batch: Sequence[Checked], doubles: dict[int, Double]) -> None:
    rows: list[dict[str, Any]] = []
    plain: dict[str, Any] = {"field": "", "relation_id": None, "same_as_row": None, "score": 0, "cells": []}
    for one in batch:
        number = one.row.number
        about = {**plain, "import_id": run.id, "row": number}
        for place, (name, message) in enumerate(one.errors):
            cells = list(one.row.cells) if place == 0 else []
            rows.append(
                {
                    **about,
                    "id": new_id(),
                    "kind": "error",
                    "field": name[:120],
                    "message": message[:500],
                    "cells": cells,
                }
            )
        if one.command and one.row.notice:
            rows.append({**about, "id": new_id(), "kind": "notice", "field": "photo", "message": one.row.notice})
        if double := doubles.get(number):
            is_left_out = run.on_duplicate == "skip"
            message = (EXISTS if double.relation_id else SAME_ROW) if is_left_out else ""
            rows.append(
                {
                    **about, "id": new_id(), "kind": "duplicate", "message": message, "relation_id": double.relation_id,
                    "same_as_row": double.row, "score": double.score,
                    "cells": list(one.row.cells) if is_left_out else [],
                }
            )  # fmt: skip
    copy_rows(session, Remark, rows)
