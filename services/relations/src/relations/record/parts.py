"""What changes one address or one communication of a relation."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from relations.record import numbers
from relations.record.actions import locked_relation, tell_changed
from relations.record.errors import UnknownPart
from relations.record.fields import USES, change_part
from relations.record.models import Address, Communication, Relation
from relations.record.varia import plain_varia
from shared.errors import Invalid


def add_address(session: Session, relation_id: UUID, *, fields: dict[str, Any]) -> Address:
    """Add a contact address; its uses are taken over from the address that had them."""
    relation = locked_relation(session, relation_id)
    varia = _checked_varia(session, relation, fields.get("varia", {}), present={})
    address = Address(**{**_without_id(fields), "varia": varia, "position": _next_place(relation.addresses)})
    relation.addresses.append(address)
    _keep_one_per_use(relation, address)
    tell_changed(session, relation, ["addresses"])
    return address


def edit_address(session: Session, relation_id: UUID, address_id: UUID, *, fields: dict[str, Any]) -> Address:
    """Change the given fields of an address; raises ``UnknownPart``."""
    relation = locked_relation(session, relation_id)
    address: Address = _part(relation.addresses, address_id)
    after = {name: fields.get(name, getattr(address, name)) for name in ("zip", "country", "valid_from", "valid_to")}
    _check_together(after)
    values = {**_without_id(fields), **({"zip": after["zip"]} if "zip" in fields else {})}
    if "varia" in fields:
        values["varia"] = _checked_varia(session, relation, fields["varia"], present=address.varia)
    changed = change_part(address, values)
    _keep_one_per_use(relation, address)
    tell_changed(session, relation, ["addresses"] if changed else [])
    return address


def change_place(relation: Relation, address_id: UUID, *, fields: dict[str, Any]) -> bool:
    """Give an address of a locked relation a new place; tell whether that is another one. Raises ``UnknownPart``."""
    address: Address = _part(relation.addresses, address_id)
    after = {name: fields.get(name, getattr(address, name)) for name in ("zip", "country", "valid_from", "valid_to")}
    _check_together(after)
    return change_part(address, {**fields, **({"zip": after["zip"]} if "zip" in fields else {})})


def remove_address(session: Session, relation_id: UUID, address_id: UUID) -> None:
    """Remove an address; raises ``UnknownPart``."""
    relation = locked_relation(session, relation_id)
    relation.addresses.remove(_part(relation.addresses, address_id))
    tell_changed(session, relation, ["addresses"])


def add_communication(session: Session, relation_id: UUID, *, fields: dict[str, Any]) -> Communication:
    """Add a way to reach the relation."""
    relation = locked_relation(session, relation_id)
    entry = Communication(**{**_without_id(fields), "position": _next_place(relation.communications)})
    relation.communications.append(entry)
    tell_changed(session, relation, ["communications"])
    return entry


def edit_communication(
    session: Session, relation_id: UUID, entry_id: UUID, *, fields: dict[str, Any], region: str
) -> Communication:
    """Change the given fields of a communication; raises ``UnknownPart``, or ``Invalid`` for a wrong value."""
    relation = locked_relation(session, relation_id)
    entry: Communication = _part(relation.communications, entry_id)
    kind, value = fields.get("kind", entry.kind), fields.get("value", entry.value)
    try:
        normalised = numbers.normalise_communication(kind, value, region=region)
    except numbers.NotValid as error:
        raise Invalid({"value": [str(error)]}) from error
    changed = change_part(entry, {**_without_id(fields), "normalised": normalised})
    tell_changed(session, relation, ["communications"] if changed else [])
    return entry


def remove_communication(session: Session, relation_id: UUID, entry_id: UUID) -> None:
    """Remove a communication; raises ``UnknownPart``."""
    relation = locked_relation(session, relation_id)
    relation.communications.remove(_part(relation.communications, entry_id))
    tell_changed(session, relation, ["communications"])


def _part(parts: list[Any], part_id: UUID) -> Any:
    for part in parts:
        if part.id == part_id:
            return part
    raise UnknownPart


def _without_id(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name != "id"}


def _next_place(parts: list[Any]) -> int:
    return max((part.position for part in parts), default=-1) + 1


def _checked_varia(
    session: Session, relation: Relation, given: dict[str, Any], *, present: dict[str, Any]
) -> dict[str, Any]:
    """Return an address's varia with those given put over them, ``None`` taking one away; raises ``Invalid``."""
    complaints: dict[str, list[str]] = {}
    groups = [membership.code for membership in relation.memberships]
    checked = plain_varia(session, given, level="address", present=present, groups=groups, complaints=complaints)
    if complaints:
        raise Invalid(complaints)
    return {key: value for key, value in {**present, **checked}.items() if value is not None}


def _keep_one_per_use(relation: Relation, latest: Address) -> None:
    for use in USES:
        if getattr(latest, use):
            for address in relation.addresses:
                if address is not latest:
                    setattr(address, use, False)


def _check_together(after: dict[str, Any]) -> None:
    try:
        after["zip"] = numbers.check_postcode(after["zip"], country=after["country"])
    except numbers.NotValid as error:
        raise Invalid({"zip": [str(error)]}) from error
    if after["valid_from"] and after["valid_to"] and after["valid_to"] < after["valid_from"]:
        raise Invalid({"valid_to": ["This is before the first day"]})
