"""Writes a new relation with all its parts in one statement.

An ORM flush would take a round trip and a statement per table; here PostgreSQL spreads JSON over the tables. Many at
once go through ``record.copying``.
"""

import re
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Table, TextClause, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from relations.record.composing import PARTS, Composed, Row
from relations.record.document import PARTS as LISTS
from relations.record.errors import UnknownGroup
from relations.record.fields import LISTS as MODELS_OF_LISTS
from relations.record.models import Accounting, Identifier, Membership, Relation

UNKNOWN_GROUP = re.compile(r"fk_membership_code.*\(code\)=\(([^)]*)\)", re.DOTALL)
"""What PostgreSQL says of a membership in a group that is not there."""

TABLES: dict[str, Table] = {part.__tablename__: part.__table__ for part in PARTS}


def write_relation(session: Session, relation: Composed) -> dict[str, Any]:
    """Write a relation and return it as ``record.document`` reads it, with its number.

    Raises ``UnknownGroup`` when the office lacks a group that it is in.
    """
    rows = {name: rows for name, rows in relation.parts.items() if rows}
    texts = {name: orjson.dumps(each).decode() for name, each in rows.items()}
    texts[Relation.__tablename__] = orjson.dumps([relation.own]).decode()
    try:
        number = session.scalar(_statement(tuple(rows)), texts)
    except IntegrityError as error:
        if unknown := UNKNOWN_GROUP.search(str(error.orig)):
            raise UnknownGroup([unknown[1]]) from error
        raise
    return {**_as_read(relation), "number": number}


@lru_cache(maxsize=256)
def _statement(used: tuple[str, ...]) -> TextClause:
    """Return the statement that writes a relation and its parts in the given tables; each is prepared once."""
    relation = _insert(Relation.__table__, returning=" RETURNING number")  # type: ignore[arg-type]
    parts = "".join(f", {name}_made AS ({_insert(TABLES[name])})" for name in used)
    return text(f"WITH made AS ({relation}){parts} SELECT number FROM made")


def _insert(table: Table, *, returning: str = "") -> str:
    """Return an INSERT that takes its rows from a JSON parameter named after the table, which gives the number."""
    columns = ", ".join(f'"{column.name}"' for column in table.columns if column.identity is None)
    return (
        f"INSERT INTO {table.name} ({columns}) SELECT {columns}"
        f" FROM jsonb_populate_recordset(NULL::{table.name}, CAST(:{table.name} AS jsonb)){returning}"
    )


def _as_read(relation: Composed) -> dict[str, Any]:
    parts = relation.parts
    accounting = parts[Accounting.__tablename__]
    return {
        **relation.own,
        "identifiers": {row["kind"]: row["value"] for row in parts[Identifier.__tablename__]},
        "groups_since": {row["code"]: row["since"] for row in parts[Membership.__tablename__]},
        "accounting": accounting[0] if accounting else None,
        **{name: [_told(row) for row in parts[MODELS_OF_LISTS[name].__tablename__]] for name in LISTS},
        "has_photo": False,
    }


def _told(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("relation_id", "position")}
