"""Which fields a merge lets somebody choose, by their names in the public API, and the columns they stand for."""

from collections.abc import Collection, Iterable, Mapping

from relations.record.domain import (
    ACCOUNTING_FIELDS,
    ADDRESS_FORM_FIELDS,
    ENTITY_FIELDS,
    IDENTIFIER_KINDS,
    PERSON_FIELDS,
)
from relations.tables import Tables
from shared.errors import Forbidden, Invalid
from shared.merging.moving import references_of

Columns = Mapping[str, tuple[str, ...]]

SIMPLE = ("display_name", "status", "language", "memo", "warning_colour", "responsible")
PARTS = {"person": PERSON_FIELDS, "entity": ENTITY_FIELDS, "address_form": ADDRESS_FORM_FIELDS}
WHOLE = {"warning": ("warning", "warning_colour"), "confidentiality": ("restricted", "confidants")}
"""Columns that mean nothing without each other."""


def _paths(part: str, columns: Iterable[str]) -> dict[str, tuple[str, ...]]:
    return {f"{part}.{column}": (column,) for column in columns}


OF_RELATION: Columns = {
    **{name: (name,) for name in SIMPLE},
    **WHOLE,
    **PARTS,
    **{path: columns for part in PARTS for path, columns in _paths(part, PARTS[part]).items()},
}
"""The fields in a relation's own row."""

OF_ACCOUNTING: Columns = {"accounting": ACCOUNTING_FIELDS, **_paths("accounting", ACCOUNTING_FIELDS)}

OF_IDENTIFIERS = tuple(f"identifiers.{kind}" for kind in IDENTIFIER_KINDS)

RIGHTS = {"national_number": "national_number", "confidentiality": "write"}
"""The further right that somebody needs to choose a field: the one that writing it needs."""


def rows_chosen_whole() -> list[str]:
    """Return the tables of which a relation has one row or none, such as its photo; the accounting goes by field."""
    return [
        table.name
        for table in Tables.metadata.sorted_tables
        if references_of(Tables.metadata, table)[:1] == tuple(table.primary_key.columns.keys())
        and table.name not in OF_ACCOUNTING
    ]


def choosable(varia: Iterable[str]) -> list[str]:
    """Return every field to choose of two relations that have these varia; lists are united, so they are not here."""
    keys = (f"varia.{key}" for key in sorted(varia))
    return [*OF_RELATION, *OF_IDENTIFIERS, *OF_ACCOUNTING, *rows_chosen_whole(), "legal_identity", "varia", *keys]


def refuse_unknown_fields(fields: Collection[str], *, varia: Iterable[str]) -> None:
    """Raise ``Invalid``, with the names that are possible, for one that is no field to choose."""
    possible = choosable(varia)
    if unknown := sorted(set(fields) - set(possible)):
        one_of = f"Choose one of: {', '.join(possible)}"
        raise Invalid({f"choose.{field}": ["There is no such field to choose", one_of] for field in unknown})


def refuse_fields_beyond(fields: Collection[str], *, rights: Collection[str]) -> None:
    """Raise ``Forbidden`` for a field that only somebody with a further right may choose."""
    for field, right in RIGHTS.items():
        if field in fields and right not in rights:
            raise Forbidden(f"To choose {field} takes the right {right}")


def columns_of(fields: Iterable[str], known: Columns) -> frozenset[str]:
    """Return the columns that some fields stand for."""
    return frozenset(column for field in fields for column in known.get(field, ()))


def public_names(table: str, columns: Iterable[str]) -> list[str]:
    """Return the names under which the public API knows columns of a relation or its accounting."""
    known = OF_ACCOUNTING if table == "accounting" else OF_RELATION
    names = {column: path for path, stands_for in known.items() if path not in PARTS for column in stands_for}
    names |= {column: path for path in WHOLE for column in WHOLE[path] if table == "relation"}
    return list(dict.fromkeys(names.get(column, column) for column in columns if column != "display_name_is_own"))
