"""Puts fields of the public API onto a relation."""

from collections.abc import Callable, Sequence
from typing import Any

from relations.record.document import NO_ACCOUNTING
from relations.record.domain import ADDRESS_FORM_FIELDS, ENTITY_FIELDS, PERSON_FIELDS
from relations.record.models import (
    Accounting,
    Address,
    Alias,
    BankAccount,
    Communication,
    Identifier,
    Membership,
    Relation,
)
from shared.errors import Invalid
from shared.ids import new_id

SIMPLE_FIELDS = ("language", "status", "memo", "warning", "warning_colour", "responsible")
USES = ("matter_correspondence", "mailing")
LISTS: dict[str, type[Any]] = {
    "communications": Communication,
    "addresses": Address,
    "aliases": Alias,
    "bank_accounts": BankAccount,
}


def apply_fields(relation: Relation, fields: dict[str, Any]) -> list[str]:
    """Put the given fields of the public API onto a relation; return the names of those that changed."""
    changed = [name for name in SIMPLE_FIELDS if name in fields and _set(relation, name, fields[name])]
    for kind, columns in (("person", PERSON_FIELDS), ("entity", ENTITY_FIELDS)):
        given = fields.get(kind) or {}
        if given and (kind == "person") != (relation.kind == "natural_person"):
            raise Invalid({kind: [f"A relation of kind {relation.kind} has no {kind}"]})
        if _set_all(relation, given, columns):
            changed.append(kind)
    if "display_name" in fields and set_display_name(relation, fields["display_name"]):
        changed.append("display_name")
    for name, part in LISTS.items():
        if name in fields and replace_parts(getattr(relation, name), fields[name], make=part):
            changed.append(name)
    return changed + [name for name, put in SETTERS.items() if name in fields and put(relation, fields[name])]


def _set(relation: Relation, name: str, value: Any) -> bool:
    if getattr(relation, name) == value:
        return False
    setattr(relation, name, value)
    return True


def _set_all(relation: Relation, given: dict[str, Any], columns: Sequence[str]) -> bool:
    changed = [column for column in columns if column in given and _set(relation, column, given[column])]
    return bool(changed)


def set_display_name(relation: Relation, own: str | None) -> bool:
    """Give a relation a display name of its own, or the one by house rule; tell whether that changed anything."""
    before = (relation.display_name_is_own, relation.display_name)
    relation.display_name_is_own = bool(own)
    if own:
        relation.display_name = own
    return before != (relation.display_name_is_own, relation.display_name)


def set_varia(relation: Relation, given: dict[str, Any]) -> bool:
    """Put varia over those that are there, None taking one away; tell whether that changed anything."""
    merged = {key: value for key, value in {**relation.varia, **given}.items() if value is not None}
    return _set(relation, "varia", merged)


def set_address_form(relation: Relation, given: dict[str, Any]) -> bool:
    """Set how a relation is addressed; tell whether that changed anything."""
    return _set_all(relation, given, ADDRESS_FORM_FIELDS)


def set_identifiers(relation: Relation, given: dict[str, str | None]) -> bool:
    """Set official numbers, None taking one away; tell whether that changed anything."""
    present = {identifier.kind: identifier for identifier in relation.identifiers}
    changed = False
    for kind, value in given.items():
        if value is None:
            if kind in present:
                relation.identifiers.remove(present[kind])
                changed = True
        elif kind not in present:
            relation.identifiers.append(Identifier(kind=kind, value=value))
            changed = True
        elif present[kind].value != value:
            present[kind].value = value
            changed = True
    return changed


def set_groups(relation: Relation, codes: Sequence[str]) -> bool:
    """Make the groups those given, each new one as of today; tell whether that changed anything."""
    wanted, present = set(codes), {membership.code for membership in relation.memberships}
    relation.memberships = [membership for membership in relation.memberships if membership.code in wanted] + [
        Membership(code=code) for code in sorted(wanted - present)
    ]
    return wanted != present


def set_confidentiality(relation: Relation, given: dict[str, Any]) -> bool:
    """Open a relation to everybody, or restrict it to the users named; tell whether that changed anything."""
    before = (relation.restricted, relation.confidants)
    restricted = given["level"] == "restricted" if "level" in given else relation.restricted
    users = sorted(set(given.get("users", relation.confidants or ()))) if restricted else []
    relation.restricted, relation.confidants = restricted, users
    return before != (restricted, users)


def set_accounting(relation: Relation, given: dict[str, Any]) -> bool:
    """Set what the bookkeeping knows; raises ``Invalid`` when the invoice address is none of the relation's."""
    given = _with_invoice_address(relation, given)
    address_id = given.get("invoice_address_id")
    if address_id is not None and address_id not in {address.id for address in relation.addresses}:
        raise Invalid({"accounting.invoice_address_id": ["Choose one of the addresses of this relation"]})
    if relation.accounting is None:
        relation.accounting = Accounting(**{**NO_ACCOUNTING, **given})
        return any(NO_ACCOUNTING[name] != value for name, value in given.items())
    return change_part(relation.accounting, given)


def _with_invoice_address(relation: Relation, given: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with the id of the address that was named by its place among those given beside them."""
    if "invoice_address" not in given:
        return given
    address = relation.addresses[given["invoice_address"]]
    address.id = address.id or new_id()
    return {
        **{name: value for name, value in given.items() if name != "invoice_address"},
        "invoice_address_id": address.id,
    }


def replace_parts(present: list[Any], given: Sequence[dict[str, Any]], *, make: type[Any]) -> bool:
    """Make a relation's addresses or other parts those given: known ids keep their row, others are new.

    Places go up in the given order and stay as they are where they already do, so that taking one part away is no
    change to the others.
    """
    known = {part.id: part for part in present}
    changed = len(given) != len(present)
    wanted = []
    place = -1
    for fields in given:
        part = known.pop(fields.get("id"), None)
        place = part.position if part is not None and part.position > place else place + 1
        values = {**{name: value for name, value in fields.items() if name != "id"}, "position": place}
        if part is None:
            wanted.append(make(**values))
            changed = True
        else:
            changed = change_part(part, values) or changed
            wanted.append(part)
    present[:] = wanted
    return changed


def change_part(part: Any, values: dict[str, Any]) -> bool:
    """Set the given columns of an address or communication; tell whether any of them changed."""
    different = {name: value for name, value in values.items() if getattr(part, name) != value}
    for name, value in different.items():
        setattr(part, name, value)
    return bool(different)


SETTERS: dict[str, Callable[[Relation, Any], bool]] = {
    "address_form": set_address_form,
    "confidentiality": set_confidentiality,
    "varia": set_varia,
    "identifiers": set_identifiers,
    "groups": set_groups,
    "accounting": set_accounting,
}
"""What puts each of these fields onto a relation; the accounting after the addresses it may name."""
