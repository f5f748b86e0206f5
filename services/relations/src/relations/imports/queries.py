"""What reads imports."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from relations.imports import files
from relations.imports.errors import UnknownImport
from relations.imports.headers import proposed
from relations.imports.models import Created, Import, Remark, Shape, Upload
from relations.record.domain import plain
from relations.record.models import Group, Relation
from shared.paging import decode_cursor, encode_cursor

SHOWN = 200
"""Errors, doubles and kept relations in the answer; the file of errors has them all."""


def import_of(session: Session, import_id: UUID, *, user_id: UUID, lock: bool = False) -> Import:
    """Return an import of a user; raises ``UnknownImport``."""
    run = session.get(Import, import_id, with_for_update=lock or None)
    if run is None or run.user_id != user_id:
        raise UnknownImport
    return run


def imports_of(session: Session, *, user_id: UUID, limit: int, cursor: str | None) -> dict[str, Any]:
    """Return a page of a user's imports, newest first."""
    statement = select(Import).where(Import.user_id == user_id).order_by(Import.id.desc()).limit(limit + 1)
    if cursor:
        statement = statement.where(Import.id < UUID(str(decode_cursor(cursor, keys=1)[0])))
    runs = session.scalars(statement).all()
    return {
        "items": [summary_of(run) for run in runs[:limit]],
        "next_cursor": encode_cursor(runs[limit - 1].id) if len(runs) > limit else None,
    }


def summary_of(run: Import) -> dict[str, Any]:
    """Return how far an import is."""
    names = (
        "id", "status", "filename", "kind", "dry_run", "on_duplicate", "total", "done", "valid", "created", "skipped",
        "removed", "problem", "created_at", "finished_at",
    )  # fmt: skip
    return {name: getattr(run, name) for name in names}


def report_of(session: Session, run: Import) -> dict[str, Any]:
    """Return how far an import is, with the first of its errors, doubles and relations kept."""
    remarks = select(Remark).where(Remark.import_id == run.id).order_by(Remark.row, Remark.id).limit(SHOWN)
    errors = session.scalars(remarks.where(Remark.kind.in_(("error", "notice")))).all()
    kept = session.execute(
        select(Created.row, Created.relation_id, Created.kept)
        .where(Created.import_id == run.id, Created.kept.is_not(None))
        .order_by(Created.row)
        .limit(SHOWN)
    )
    counts = dict(
        session.execute(select(Remark.kind, func.count()).where(Remark.import_id == run.id).group_by(Remark.kind)).all()
    )
    return {
        **summary_of(run),
        "mapping": {column: place for column, place in zip(run.columns, run.places, strict=False) if place},
        "errors": [{"row": one.row, "field": one.field, "message": one.message} for one in errors],
        "error_count": counts.get("error", 0),
        "duplicates": _doubles(session, run.id),
        "duplicate_count": counts.get("duplicate", 0),
        "kept": [{"row": one.row, "relation_id": one.relation_id, "reason": one.kept} for one in kept],
    }


def _doubles(session: Session, import_id: UUID) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Remark.row, Remark.relation_id, Remark.same_as_row, Remark.score, Relation.display_name, Relation.number)
        .outerjoin(Relation, Relation.id == Remark.relation_id)
        .where(Remark.import_id == import_id, Remark.kind == "duplicate")
        .order_by(Remark.row)
        .limit(SHOWN)
    )
    return [dict(row._mapping) for row in rows]


def places_of(reader: Session, upload: Upload) -> tuple[list[str | None], bool]:
    """Return where the columns of a file go: as last time for a file of this shape (True), else as proposed."""
    remembered = reader.get(Shape, files.fingerprint(upload.columns))
    if remembered is not None and len(remembered.places) == len(upload.columns):
        return list(remembered.places), True
    return proposed(upload.columns), False


def group_codes(reader: Connection | Session) -> dict[str, str]:
    """Return the code of every group by its code and its names in all languages, in their plain form."""
    groups = reader.execute(select(Group.code, Group.labels)).all()
    named = {plain(label): group.code for group in groups for label in group.labels.values()}
    return {**named, **{group.code: group.code for group in groups}}


def left_out(session: Session, run: Import) -> Iterator[list[str]]:
    """Return the rows that were left out, as they were, each with its number and the reasons."""
    statement = (
        select(
            Remark.row,
            func.string_agg(func.concat_ws(": ", func.nullif(Remark.field, ""), Remark.message), "; ").label("reasons"),
            func.jsonb_agg(Remark.cells).label("cells"),
        )
        .where(Remark.import_id == run.id, Remark.message != "", Remark.kind != "notice")
        .group_by(Remark.row)
        .order_by(Remark.row)
        .execution_options(yield_per=500)
    )
    for row in session.execute(statement):
        cells = max(row.cells, key=len)
        yield [*cells, *[""] * (len(run.columns) - len(cells)), str(row.row), row.reasons]
