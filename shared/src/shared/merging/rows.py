"""Rows of any table, as PostgreSQL's own JSON, so that what is kept of them comes back exactly as it was."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Table, text
from sqlalchemy.orm import Session

from shared.merging.tables import MOVED

Row = dict[str, Any]


def key_of(table: Table, row: Mapping[str, Any]) -> Row:
    """Return the primary key of a row."""
    return {column.name: row[column.name] for column in table.primary_key.columns}


def rows_naming(session: Session, table: Table, columns: Sequence[str], relation_id: UUID) -> list[Row]:
    """Return, locked and in the order of their keys, the rows that name a relation in any of the columns."""
    conditions = " OR ".join(
        f":id = ANY(t.{_quoted(name)})" if isinstance(table.c[name].type, ARRAY) else f"t.{_quoted(name)} = :id"
        for name in columns
    )
    keys = ", ".join(f"t.{name}" for name in _names(table.primary_key.columns.keys()))
    statement = f"SELECT to_jsonb(t) FROM {_quoted(table.name)} t WHERE {conditions} ORDER BY {keys} FOR UPDATE"
    return list(session.scalars(text(statement), {"id": relation_id}))


def rows_with(session: Session, table: Table, column: str, value: Any) -> list[Row]:
    """Return, locked, the rows with a value in a column."""
    wanted = f"(jsonb_populate_record(NULL::{_quoted(table.name)}, CAST(:wanted AS jsonb))).{_quoted(column)}"
    statement = f"SELECT to_jsonb(t) FROM {_quoted(table.name)} t WHERE t.{_quoted(column)} = {wanted} FOR UPDATE"
    return list(session.scalars(text(statement), {"wanted": json.dumps({column: value})}))


def find_row(session: Session, table: Table, key: Row) -> Row | None:
    """Return a row, locked, or None when it is gone."""
    statement = f"SELECT to_jsonb(t) FROM {_quoted(table.name)} t WHERE {_is_row(table)} FOR UPDATE"
    found: Row | None = session.scalar(text(statement), {"key": json.dumps(key)})
    return found


def change_rows(session: Session, table: Table, changes: Sequence[tuple[Row, Row]]) -> None:
    """Set columns, the same ones in each row: pairs of a key and the new values."""
    if not changes or not changes[0][1]:
        return
    names = ", ".join(_names(changes[0][1]))
    statement = (
        f"UPDATE {_quoted(table.name)} t SET ({names}) = (SELECT {names} FROM"
        f" jsonb_populate_record(NULL::{_quoted(table.name)}, CAST(:new AS jsonb))) WHERE {_is_row(table)}"
    )
    if len(changes[0][1]) == 1:
        statement = statement.replace(f"SET ({names}) =", f"SET {names} =")
    session.execute(text(statement), [{"key": json.dumps(key), "new": json.dumps(new)} for key, new in changes])


def remove_row(session: Session, table: Table, key: Row) -> None:
    """Delete a row."""
    session.execute(text(f"DELETE FROM {_quoted(table.name)} t WHERE {_is_row(table)}"), {"key": json.dumps(key)})


def keep_rows(
    session: Session, table: Table, kept: Sequence[tuple[Row, Row | None]], *, merge_id: UUID, into_id: UUID, how: str
) -> None:
    """Write down rows as they are, and what will change in each; of ``moved`` ones only key and changed columns."""
    before, whole = "to_jsonb(t)", how != "moved"
    if not whole:
        before = f"(SELECT jsonb_object_agg(key, value) FROM jsonb_each({before}) WHERE key = ANY(:names))"
    statement = (
        f"INSERT INTO {MOVED} (merge_id, relation_id, table_name, how, before, after)"
        f" SELECT :merge_id, :into_id, :table, :how, {before}, CAST(:after AS jsonb)"
        f" FROM {_quoted(table.name)} t WHERE {_is_row(table)}"
    )
    fixed = {"merge_id": merge_id, "into_id": into_id, "table": table.name, "how": how}
    keys = table.primary_key.columns.keys()
    parameters = []
    for key, changes in kept:
        names = {} if whole else {"names": [*keys, *(changes or {})]}
        after = None if changes is None else json.dumps(changes)
        parameters.append({**fixed, **names, "key": json.dumps(key), "after": after})
    session.execute(text(statement), parameters)


def keep_added_row(session: Session, table: Table, key: Row, *, merge_id: UUID, into_id: UUID) -> None:
    """Write down a row that the merge itself added."""
    statement = (
        f"INSERT INTO {MOVED} (merge_id, relation_id, table_name, how, after)"
        f" SELECT :merge_id, :into_id, :table, 'added', to_jsonb(t) FROM {_quoted(table.name)} t WHERE {_is_row(table)}"
    )
    fixed = {"merge_id": merge_id, "into_id": into_id, "table": table.name}
    session.execute(text(statement), {**fixed, "key": json.dumps(key)})


def restore_row(session: Session, table: Table, position: int) -> None:
    """Put back the row that was put aside under a position."""
    columns = ", ".join(_names(column.name for column in table.columns if column.computed is None))
    statement = (
        f"INSERT INTO {_quoted(table.name)} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM"
        f" jsonb_populate_record(NULL::{_quoted(table.name)}, (SELECT before FROM {MOVED} WHERE position = :position))"
    )
    session.execute(text(statement), {"position": position})


def _is_row(table: Table) -> str:
    keys = list(_names(table.primary_key.columns.keys()))
    wanted = f"(SELECT {', '.join(keys)} FROM jsonb_populate_record(NULL::{_quoted(table.name)}, CAST(:key AS jsonb)))"
    return f"({', '.join(f't.{key}' for key in keys)}) = {wanted}"


def _names(names: Iterable[str]) -> list[str]:
    return [_quoted(name) for name in names]


def _quoted(name: str) -> str:
    """Return the name of a table or column of ours for a statement; none of them has a quote in it."""
    return f'"{name}"'
