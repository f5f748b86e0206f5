"""What becomes of the survivor's own values: chosen ones come from the other relation, gaps are filled from it."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.orm import Session

from relations.merging.fields import OF_ACCOUNTING, OF_RELATION, columns_of
from relations.record.domain import ACCOUNTING_FIELDS, Name
from relations.record.fields import USES
from relations.record.models import SAME_ADDRESS
from relations.tables import Tables
from shared.merging.moving import Step, Survivors, Wishes
from shared.merging.rows import Row, find_row, rows_naming

Choice = Mapping[str, str]

FILLED = tuple(
    column
    for field, columns in OF_RELATION.items()
    for column in columns
    if "." in field or field in ("memo", "responsible")
)
"""Columns in which the survivor takes over what it lacks, unless somebody chose its empty one."""


def wishes_for(fields: Collection[str], *, invoice_address: UUID | None) -> Wishes:
    """Return how parts move: chosen ones before the survivor's, and nobody gets two that may be there once."""

    def prefers(table: Table, row: Row) -> bool:
        if table.name == "identifier":
            return f"identifiers.{row['kind']}" in fields
        return table.name != "accounting" and table.name in fields

    def adjusts(table: Table, row: Row, survivors: Survivors) -> Row:
        if table.name == "accounting":
            return _if_other({"invoice_address_id": invoice_address and str(invoice_address)}, row)
        return _after_the_survivors(table, row, survivors)

    return Wishes(prefers=prefers, adjusts=adjusts)


def relation_steps(this: Row, into: Row, choose: Choice) -> Iterator[Step]:
    """Yield what happens to the rows of the two relations themselves, which are locked already."""
    table = Tables.metadata.tables["relation"]
    after = {**_taken_over(this, into, choose), **_united(this, into, choose), **_confidentiality(this, into, choose)}
    after |= _name_on_display(this, into, after, choose)
    if changes := _if_other(after, into):
        yield Step(table, into, changes)
    yield Step(table, this, {"status": "merged", "merged_into": into["id"]})


def accounting_steps(
    session: Session, *, from_id: UUID, into_id: UUID, choose: Choice, invoice_address: UUID | None
) -> Iterator[Step]:
    """Yield what the survivor's accounting takes over field by field; where it has none, the other's moves whole."""
    table = Tables.metadata.tables["accounting"]
    this, into = (find_row(session, table, {"relation_id": str(each)}) for each in (from_id, into_id))
    if this is None or into is None:
        return
    theirs = {**this, "invoice_address_id": invoice_address and str(invoice_address)}
    if changes := _if_other(_picked(theirs, into, choose, OF_ACCOUNTING, fills=ACCOUNTING_FIELDS), into):
        yield Step(table, into, changes)


def invoice_address_of(session: Session, *, from_id: UUID, into_id: UUID) -> UUID | None:
    """Return where the invoices of the one merged away go: its address, or the survivor's that is the same one."""
    accounting = find_row(session, Tables.metadata.tables["accounting"], {"relation_id": str(from_id)})
    if accounting is None or accounting["invoice_address_id"] is None:
        return None
    table = Tables.metadata.tables["address"]
    own = find_row(session, table, {"id": accounting["invoice_address_id"]})
    for each in rows_naming(session, table, ("relation_id",), into_id):
        if own and all(each[column] == own[column] for column in SAME_ADDRESS):
            return UUID(each["id"])
    return UUID(accounting["invoice_address_id"])


def _picked(this: Row, into: Row, choose: Choice, known: Any, *, fills: Collection[str]) -> Row:
    """Return the chosen values of the one merged away, and those that the survivor lacks."""
    chosen = columns_of((field for field, side in choose.items() if side == "this"), known)
    kept = columns_of((field for field, side in choose.items() if side == "into"), known)
    missing = {column for column in fills if not into[column] and this[column] and column not in kept}
    return {column: this[column] for column in (*chosen, *sorted(missing - chosen))}


def _taken_over(this: Row, into: Row, choose: Choice) -> Row:
    picked = _picked(this, into, choose, OF_RELATION, fills=FILLED)
    picked = {column: value for column, value in picked.items() if column not in ("restricted", "confidants")}
    if "warning" not in choose and this["warning"] and not into["warning"]:
        picked = {"warning_colour": this["warning_colour"], **picked, "warning": this["warning"]}
    return picked


def _united(this: Row, into: Row, choose: Choice) -> Row:
    """Return the trade names and varia of both; of each varia one value, the survivor's unless chosen otherwise."""
    sides = {"this": this["varia"], "into": into["varia"]}
    second, first = (sides[side] for side in sorted(sides, key=lambda side: side == choose.get("varia", "into")))
    varia = {**second, **first}
    for key in tuple(varia):
        side = choose.get(f"varia.{key}")
        if side and key in sides[side]:
            varia[key] = sides[side][key]
        elif side:
            del varia[key]
    if "entity.trade_names" in choose or "entity" in choose:
        return {"varia": varia}
    more = [each for each in this["trade_names"] if each not in into["trade_names"]]
    return {"varia": varia, "trade_names": [*into["trade_names"], *more]}


def _confidentiality(this: Row, into: Row, choose: Choice) -> Row:
    """Return who may see the survivor: as chosen, otherwise nobody sees what only some might see before."""
    if "confidentiality" in choose:
        chosen = this if choose["confidentiality"] == "this" else into
        return {column: chosen[column] for column in ("restricted", "confidants")}
    if not this["restricted"]:
        return {}
    if not into["restricted"]:
        return {"restricted": True, "confidants": this["confidants"]}
    return {"confidants": sorted({*this["confidants"]} & {*into["confidants"]})}


def _name_on_display(this: Row, into: Row, after: Row, choose: Choice) -> Row:
    """Return what makes a chosen display name stay where the house rule would make another one of the name."""
    side = choose.get("display_name")
    if side is None:
        return {}
    chosen = (this if side == "this" else into)["display_name"]
    by_rule = Name(into["kind"], {**into, **after}).display()[:300]
    own = into["display_name_is_own"] if side == "into" else this["display_name_is_own"]
    return {"display_name": chosen, "display_name_is_own": own or chosen != by_rule}


def _if_other(after: Row, row: Row) -> Row:
    return {column: value for column, value in after.items() if value != row[column]}


def _after_the_survivors(table: Table, row: Row, survivors: Survivors) -> Row:
    """Return the place after the survivor's parts, and no preference or use that one of those has."""
    adjusted: Row = {}
    if "position" in table.columns and not table.c.position.primary_key:
        adjusted["position"] = max((each["position"] for each in survivors), default=-1) + 1
    if table.name == "communication" and any(each["preferred"] and each["kind"] == row["kind"] for each in survivors):
        adjusted["preferred"] = False
    if table.name == "address":
        adjusted |= {use: False for use in USES if any(each[use] for each in survivors)}
    return _if_other(adjusted, row)
