"""Marks on columns: what is personal, what happens to it at erasure; they drive report and erasure alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import JSON, Column, ColumnElement, Delete, MetaData, Table, Update, delete, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import CallableColumnDefault

OnErase = Literal["blank", "delete_row", "keep"]


@dataclass(frozen=True)
class PersonalMark:
    """A column's mark: its category, and what erasure does to it."""

    personal: bool
    category: str = ""
    on_erase: OnErase = "keep"


def personal(category: str, *, on_erase: Literal["blank", "delete_row"]) -> dict[str, PersonalMark]:
    """Mark a column as personal data of a category; erasure blanks it or deletes its whole row."""
    return {"privacy": PersonalMark(True, category, on_erase)}


def not_personal() -> dict[str, PersonalMark]:
    """Mark a column as no personal data: ids, codes, dates of the system, numbers of matters."""
    return {"privacy": PersonalMark(False)}


def belongs_to_relation(
    column: str = "relation_id",
    *,
    also: Sequence[str] = (),
    same: Sequence[str] = (),
    at_merge: Literal["move", "stay"] = "move",
    at_clash: Literal["aside", "stay"] = "aside",
) -> dict[str, Any]:
    """Mark a table (``Table.info``) whose rows each speak of the relation in ``column``.

    The rest says what a merge does with its rows: ``also`` are further columns that name relations, ``same`` those by
    which two rows are doubles, and a row that clashes with one of the survivor is kept aside unless it may stay.
    """
    merging = {"also": tuple(also), "same": tuple(same), "at_merge": at_merge, "at_clash": at_clash}
    return {"subject": column, "merging": merging}


def belongs_through(column: str, parent: str) -> dict[str, Any]:
    """Mark a table whose rows speak of a relation through their parent row."""
    return {"subject_through": (column, parent)}


def mark_of(column: Column[Any]) -> PersonalMark | None:
    """Return a column's mark, or None when it was forgotten."""
    mark: PersonalMark | None = column.info.get("privacy")
    return mark


def unmarked_columns(metadatas: Iterable[MetaData]) -> list[str]:
    """Return ``table.column`` of every column without a mark; anything but an empty list fails the build."""
    return [
        f"{table.name}.{column.name}"
        for metadata in metadatas
        for table in metadata.sorted_tables
        for column in table.columns
        if mark_of(column) is None
    ]


def tables_without_subject(metadata: MetaData) -> list[str]:
    """Return the tables that hold personal columns but do not say whose."""
    return [
        table.name
        for table in metadata.sorted_tables
        if personal_columns(table) and not ({"subject", "subject_through", "no_subject"} & set(table.info))
    ]


def personal_columns(table: Table) -> list[Column[Any]]:
    """Return the personal columns of a table."""
    return [column for column in table.columns if (mark := mark_of(column)) and mark.personal]


def catalogue(metadata: MetaData) -> list[dict[str, str]]:
    """Return every personal field with its category and its fate at erasure."""
    return [
        {"table": str(table.name), "field": str(column.name), "category": mark.category, "on_erase": mark.on_erase}
        for table in metadata.sorted_tables
        for column in personal_columns(table)
        if (mark := mark_of(column))
    ]


def export(session: Session, metadata: MetaData, *, relation_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Return every row that speaks of a relation, by table, all marked columns included."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in metadata.sorted_tables:
        about = _about(metadata, table, [relation_id])
        if about is None:
            continue
        rows = session.execute(select(table).where(about)).mappings().all()
        if rows:
            found[str(table.name)] = [{str(name): value for name, value in row.items()} for row in rows]
    return found


def erase(session: Session, metadata: MetaData, *, relation_ids: Sequence[UUID]) -> int:
    """Blank or delete everything personal about the relations, children first; return the number of rows touched."""
    touched = 0
    for table in reversed(metadata.sorted_tables):
        about = _about(metadata, table, relation_ids)
        marks = {column: mark for column in personal_columns(table) if (mark := mark_of(column))}
        if about is None or not marks:
            continue
        if any(mark.on_erase == "delete_row" for mark in marks.values()):
            statement: Delete | Update = delete(table).where(about)
        else:
            statement = update(table).where(about).values({column.name: _blank(column) for column in marks})
        touched += len(session.execute(statement.returning(*table.primary_key.columns)).all())
    return touched


def _about(metadata: MetaData, table: Table, relation_ids: Sequence[UUID]) -> ColumnElement[bool] | None:
    if "subject" in table.info:
        return table.c[table.info["subject"]].in_(relation_ids)
    if "subject_through" in table.info:
        column, parent_name = table.info["subject_through"]
        parent = metadata.tables[parent_name]
        inside = _about(metadata, parent, relation_ids)
        if inside is None:
            return None
        inside_parent: ColumnElement[bool] = table.c[column].in_(select(*parent.primary_key.columns).where(inside))
        return inside_parent
    return None


def _blank(column: Column[Any]) -> Any:
    if column.nullable:
        return None
    if isinstance(column.type, JSON):  # a list or an object: what it is without any value
        empty: Any = column.default.arg if isinstance(column.default, CallableColumnDefault) else lambda _: {}
        return empty(None)
    python_type = column.type.python_type
    return python_type() if python_type in (str, list, dict, bytes) else None
