"""What becomes of the survivor's own fields: chosen ones come from the other relation, lists and objects are united."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

from relations.record.domain import ADDRESS_FORM_FIELDS, ENTITY_FIELDS, PERSON_FIELDS
from relations.record.fields import USES
from relations.record.models import Relation
from relations.tables import Tables
from shared.errors import Invalid
from shared.merging.moving import Step, Survivors, Wishes, references_of
from shared.merging.rows import Row, find_row

OWN = frozenset(
    (
        "id", "number", "kind", "sort_name", "search_text", "display_name_is_own", "merged_into", "version",
        "created_by", "created_at", "updated_at",
    )
)  # fmt: skip
"""Columns that stay each relation's own, or follow from others."""

GROUPS = {
    "person": PERSON_FIELDS,
    "entity": ENTITY_FIELDS,
    "address_form": ADDRESS_FORM_FIELDS,
    "confidentiality": ("restricted", "confidants"),
}

IDENTIFIERS = "identifiers."


def refuse_unknown_fields(fields: Collection[str], *, kinds: Collection[str]) -> None:
    """Raise ``Invalid`` for a name that is no field to choose; lists are united, so there is nothing to choose."""
    known = {*_columns(), *GROUPS, *single_tables(), *(f"{IDENTIFIERS}{kind}" for kind in kinds)}
    known |= {f"{group}.{column}" for group, columns in GROUPS.items() for column in columns}
    if unknown := sorted(field for field in fields if field not in known):
        raise Invalid({"choose": [f"There is no field {field} to choose" for field in unknown]})


def chosen_columns(fields: Collection[str]) -> frozenset[str]:
    """Return the columns of the relation's own row that some fields of the public API stand for."""
    found: set[str] = set()
    for field in fields:
        group, _, column = field.partition(".")
        if group in GROUPS:
            found |= {column} if column else set(GROUPS[group])
        elif field in _columns():
            found.add(field)
    return frozenset(found)


def single_tables() -> list[str]:
    """Return the tables of which a relation has one row or none, such as its accounting."""
    return [
        table.name
        for table in Tables.metadata.sorted_tables
        if references_of(Tables.metadata, table)[:1] == tuple(table.primary_key.columns.keys())
    ]


def wishes_for(fields: Collection[str]) -> Wishes:
    """Return how parts move: chosen ones before the survivor's, and nobody gets two that may be there once."""

    def prefers(table: Table, row: Row) -> bool:
        if table.name == "identifier":
            return f"{IDENTIFIERS}{row['kind']}" in fields
        return table.name in fields

    return Wishes(prefers=prefers, adjusts=_after_the_survivors)


def own_rows(session: Session, *, from_id: Any, into_id: Any, fields: Collection[str]) -> Iterator[Step]:
    """Yield what happens to the rows of the two relations themselves, which are locked already."""
    table = Tables.metadata.tables["relation"]
    rows = {each["id"]: each for each in _rows(session, from_id, into_id)}
    this, into = rows[str(from_id)], rows[str(into_id)]
    if changes := _changes(this, into, chosen_columns(fields)):
        yield Step(table, into, changes)
    yield Step(table, this, {"status": "merged", "merged_into": str(into_id)})


def _rows(session: Session, *relation_ids: Any) -> list[Row]:
    found = [find_row(session, Tables.metadata.tables["relation"], {"id": str(each)}) for each in relation_ids]
    return [row for row in found if row is not None]


def _changes(this: Row, into: Row, chosen: frozenset[str]) -> Row:
    after: Row = {}
    for column in _columns():
        if column in chosen:
            after[column] = this[column]
        elif isinstance(into[column], list) and column != "confidants":
            after[column] = [*into[column], *(each for each in this[column] if each not in into[column])]
        elif isinstance(into[column], dict):
            after[column] = {**this[column], **into[column]}
    if "display_name" in chosen:
        after["display_name_is_own"] = True
    if this["restricted"] and not chosen & {"restricted", "confidants"}:
        # What only some might see of the one is not shown to everybody because of the other.
        both = {*this["confidants"], *into["confidants"]} if into["restricted"] else this["confidants"]
        after |= {"restricted": True, "confidants": sorted(both)}
    return {column: value for column, value in after.items() if value != into[column]}


def _columns() -> list[str]:
    return [name for name in Relation.__table__.columns.keys() if name not in OWN]  # noqa: SIM118 (no mapping)


def _after_the_survivors(table: Table, row: Row, survivors: Survivors) -> Row:
    """Return the place after the survivor's parts, and no preference or use that one of those has."""
    adjusted: Row = {}
    if "position" in table.columns and not table.c.position.primary_key:
        adjusted["position"] = max((each["position"] for each in survivors), default=-1) + 1
    if table.name == "communication" and any(each["preferred"] and each["kind"] == row["kind"] for each in survivors):
        adjusted["preferred"] = False
    if table.name == "address":
        adjusted |= {use: False for use in USES if any(each[use] for each in survivors)}
    return {name: value for name, value in adjusted.items() if value != row[name]}
