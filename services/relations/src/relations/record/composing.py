"""New relations as rows of tables, made of checked orders without a session and without the ORM.

To make entities takes ten times as long as to fill dictionaries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from relations.record.document import NO_ACCOUNTING
from relations.record.domain import Name, RegisterRelation
from relations.record.fields import LISTS, SIMPLE_FIELDS
from relations.record.findable import Findable, findable
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
from relations.record.varia import VariaDefinition, check_varia, texts_of
from shared.context import acting
from shared.errors import Invalid
from shared.ids import new_id

Row = dict[str, Any]
Definitions = Mapping[str, Mapping[str, VariaDefinition]]
"""The fields of the office's own, by level and key."""

PARTS: tuple[type[Any], ...] = (
    Identifier, Membership, Communication, Address, Alias, Accounting, BankAccount, SearchWord,
)  # fmt: skip
"""The tables that hold the parts of a relation."""


@dataclass(frozen=True)
class Composed:
    """A relation that is not written yet: its own row, and the rows of its parts by table."""

    own: Row
    parts: dict[str, list[Row]]

    @property
    def id(self) -> UUID:
        """The id it will have."""
        found: UUID = self.own["id"]
        return found


def definitions(reader: Connection | Session) -> Definitions:
    """Return every field of the office's own."""
    rows = reader.execute(select(VariaDefinition.__table__)).mappings().all()
    levels = {row["level"] for row in rows}
    return {level: {row["key"]: VariaDefinition(**row) for row in rows if row["level"] == level} for level in levels}


def compose(command: RegisterRelation, *, varia: Definitions, now: datetime) -> Composed:
    """Return the rows of a new relation; raises ``Invalid``."""
    fields = _with_checked_varia(command.fields, varia)
    relation_id = new_id()
    parts = {model.__tablename__: _parts(model, relation_id, fields.get(name, ())) for name, model in LISTS.items()}
    parts[Identifier.__tablename__] = [
        {"relation_id": relation_id, "kind": kind, "value": value}
        for kind, value in (fields.get("identifiers") or {}).items()
        if value is not None
    ]
    parts[Membership.__tablename__] = [
        {"relation_id": relation_id, "code": code, "since": now.date()}
        for code in sorted(set(fields.get("groups", ())))
    ]
    parts[Accounting.__tablename__] = _accounting(relation_id, fields.get("accounting"), parts["address"])
    found = _findable(command.kind, fields, varia)
    parts[SearchWord.__tablename__] = [{"word": word, "relation_id": relation_id} for word in found.words]
    return Composed(_own_row(relation_id, command.kind, fields, found, now), parts)


def _blank(model: type[Any]) -> Row:
    return {column.name: _default_of(column) for column in model.__table__.columns if column.identity is None}


def _default_of(column: Any) -> Any:
    """Return what a column holds when nothing is said of it."""
    if column.default is None:
        return None
    return column.default.arg(None) if column.default.is_callable else column.default.arg


MODELS: tuple[type[Any], ...] = (Relation, Accounting, *LISTS.values())
BLANK = {model: _blank(model) for model in MODELS}
"""A row of each table with the defaults of its model; what they hold is never changed."""


def _own_row(relation_id: UUID, kind: str, fields: Row, found: Findable, now: datetime) -> Row:
    row = {
        **BLANK[Relation],
        **{name: fields[name] for name in SIMPLE_FIELDS if name in fields},
        **_name_fields(kind, fields),
        **(fields.get("address_form") or {}),
        "id": relation_id,
        "kind": kind,
        "display_name": found.display_name,
        "display_name_is_own": bool(fields.get("display_name")),
        "sort_name": found.sort_name,
        "search_text": found.search_text,
        "created_by": acting().actor,
        "created_at": now,
        "updated_at": now,
    }
    if varia := {key: value for key, value in (fields.get("varia") or {}).items() if value is not None}:
        row["varia"] = varia
    confidentiality = fields.get("confidentiality") or {}
    if confidentiality.get("level") == "restricted":
        row["restricted"], row["confidants"] = True, sorted(set(confidentiality.get("users") or ()))
    return row


def _name_fields(kind: str, fields: Row) -> Row:
    """Return the parts of the name; raises ``Invalid`` for those of a person on an entity, and the other way round."""
    right, wrong = ("person", "entity") if kind == "natural_person" else ("entity", "person")
    if fields.get(wrong):
        raise Invalid({wrong: [f"A relation of kind {kind} has no {wrong}"]})
    return fields.get(right) or {}


def _parts(model: type[Any], relation_id: UUID, given: Sequence[Row]) -> list[Row]:
    return [
        {**BLANK[model], **part, "id": new_id(), "relation_id": relation_id, "position": place}
        for place, part in enumerate(given)
    ]


def _accounting(relation_id: UUID, given: Row | None, addresses: Sequence[Row]) -> list[Row]:
    if given is None:
        return []
    if given.get("invoice_address_id") is not None and "invoice_address" not in given:
        raise Invalid({"accounting.invoice_address_id": ["Choose one of the addresses of this relation"]})
    row = {**BLANK[Accounting], **NO_ACCOUNTING, **given, "relation_id": relation_id}
    if "invoice_address" in given:
        row["invoice_address_id"] = addresses[row.pop("invoice_address")]["id"]
    return [row]


def _findable(kind: str, fields: Row, varia: Definitions) -> Findable:
    addresses = fields.get("addresses", ())
    held = {"relation": [fields.get("varia") or {}], "address": [address.get("varia") or {} for address in addresses]}
    return findable(
        Name(kind, _name_fields(kind, fields)),
        own=fields.get("display_name"),
        aliases=[alias["name"] for alias in fields.get("aliases", ())],
        cities=[address["city"] for address in addresses],
        emails=[entry["normalised"] for entry in fields.get("communications", ()) if entry["kind"] == "email"],
        also=[
            text
            for level, defined in varia.items()
            for definition in defined.values()
            if definition.searchable
            for values in held[level]
            for text in texts_of(values.get(definition.key))
        ],
    )


def _with_checked_varia(fields: Row, definitions: Definitions) -> Row:
    """Return the fields with their varia, and those of the addresses, in plain form; raises ``Invalid``."""
    if not fields.get("varia") and not any(address.get("varia") for address in fields.get("addresses", ())):
        return fields
    groups = fields.get("groups", ())
    complaints: dict[str, list[str]] = {}

    def plain(given: Row, level: str, path: str) -> Row:
        defined = definitions.get(level, {})
        values, wrong = check_varia(given, present={}, definitions=defined, groups=groups)
        complaints.update({f"{path}.{key}": messages for key, messages in wrong.items()})
        return {key: value for key, value in values.items() if value is not None}

    checked = {**fields, "varia": plain(fields.get("varia") or {}, "relation", "varia")}
    checked["addresses"] = [
        {**address, "varia": plain(address.get("varia") or {}, "address", f"addresses.{place}.varia")}
        for place, address in enumerate(fields.get("addresses", ()))
    ]
    if complaints:
        raise Invalid(complaints)
    return checked
