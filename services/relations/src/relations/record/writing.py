"""Writes new relations with all their parts in one statement, be it one relation or a thousand.

An ORM flush would take a round trip and a statement per table; here PostgreSQL spreads JSON over the tables.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Table, TextClause, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from relations.record.document import PARTS as LISTS
from relations.record.errors import UnknownGroup
from relations.record.models import (
    Accounting,
    Address,
    Alias,
    BankAccount,
    Communication,
    Identifier,
    Membership,
    Relation,
    SearchWord,
)
from shared.clock import utc_now
from shared.ids import new_id

UNKNOWN_GROUP = re.compile(r"fk_membership_code.*\(code\)=\(([^)]*)\)", re.DOTALL)
"""What PostgreSQL says of a membership in a group that is not there."""

Rows = dict[str, list[dict[str, Any]]]

PARTS = {
    "identifiers": Identifier,
    "memberships": Membership,
    "communications": Communication,
    "addresses": Address,
    "aliases": Alias,
    "accounting": Accounting,
    "bank_accounts": BankAccount,
    "words": SearchWord,
}


def _insert(table: Table, *, returning: str = "") -> str:
    """Return an INSERT that takes its rows from a JSON parameter named after the table, which gives the numbers."""
    columns = ", ".join(f'"{column.name}"' for column in table.columns if column.identity is None)
    return (
        f"INSERT INTO {table.name} ({columns}) SELECT {columns}"
        f" FROM jsonb_populate_recordset(NULL::{table.name}, CAST(:{table.name} AS jsonb)){returning}"
    )


TABLES: tuple[Table, ...] = tuple(part.__table__ for part in PARTS.values())  # type: ignore[misc]


@lru_cache(maxsize=256)
def _statement(used: tuple[Table, ...]) -> TextClause:
    """Return the statement that writes relations and the given tables of parts; each is prepared once."""
    relations = _insert(Relation.__table__, returning=" RETURNING id, number")  # type: ignore[arg-type]
    parts = "".join(f", {table.name}_made AS ({_insert(table)})" for table in used)
    return text(f"WITH made AS ({relations}){parts} SELECT id, number FROM made")


def write_relations(session: Session, relations: Sequence[Relation]) -> list[dict[str, Any]]:
    """Write relations that no session knows yet; return them as ``record.document`` reads them, with their numbers.

    Raises ``UnknownGroup`` when the office lacks a group that one of them is in.
    """
    now = utc_now()
    rows: Rows = {table.name: [] for table in (Relation.__table__, *TABLES)}  # type: ignore[attr-defined]
    made = [_add_rows(rows, relation, now) for relation in relations]
    try:
        written = session.execute(
            _statement(tuple(table for table in TABLES if rows[table.name])),
            {name: orjson.dumps(each).decode() for name, each in rows.items() if each},
        ).all()
    except IntegrityError as error:
        if unknown := UNKNOWN_GROUP.search(str(error.orig)):
            raise UnknownGroup([unknown[1]]) from error
        raise
    numbers = {row.id: row.number for row in written}
    return [{**relation, "number": numbers[relation["id"]]} for relation in made]


def _add_rows(rows: Rows, relation: Relation, now: datetime) -> dict[str, Any]:
    """Add the rows of one relation; return its own row with its parts in the shape of ``record.document``."""
    relation.id = new_id()
    own = _row(relation, created_at=now, updated_at=now)
    rows[Relation.__tablename__].append(own)
    parts: dict[str, list[dict[str, Any]]] = {}
    for name, part in PARTS.items():
        parts[name] = [
            _row(entity, relation_id=relation.id, **_place(part, place))
            for place, entity in enumerate(_held(relation, name))
        ]
        rows[part.__tablename__] += parts[name]
    return {
        **own,
        "identifiers": {row["kind"]: row["value"] for row in parts["identifiers"]},
        "groups_since": {row["code"]: row["since"] for row in parts["memberships"]},
        "accounting": parts["accounting"][0] if parts["accounting"] else None,
        **{name: [_without(row) for row in parts[name]] for name in LISTS},
        "has_photo": False,
    }


def _held(relation: Relation, name: str) -> Sequence[Any]:
    held = getattr(relation, name)
    if held is None:
        return ()
    return held if isinstance(held, list) else (held,)


def _place(part: type[Any], place: int) -> dict[str, int]:
    return {"position": place} if "position" in part.__table__.columns else {}


def _without(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("relation_id", "position")}


def _row(entity: Any, **fixed: Any) -> dict[str, Any]:
    """Return an entity's columns, with the defaults of those that were not set."""
    row: dict[str, Any] = {}
    for column in entity.__table__.columns:
        if column.identity is not None:
            continue
        value = fixed.get(column.name)
        value = getattr(entity, column.name) if value is None else value
        row[column.name] = default_of(column) if value is None else value
    return row


def default_of(column: Any) -> Any:
    """Return what a column holds when nothing is said of it."""
    if column.default is None:
        return None
    return column.default.arg(None) if column.default.is_callable else column.default.arg
