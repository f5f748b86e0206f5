"""Moving house: who else uses an address, and giving all of them the new one at once."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from relations.record.actions import locked_relation, tell_changed
from relations.record.confidentiality import viewer
from relations.record.errors import UnknownPart
from relations.record.models import Address, Relation
from relations.record.parts import change_place
from shared.errors import Invalid

PLACE = ("street", "number", "box", "zip", "city", "country")
"""What makes two addresses the same."""

MOST = 500
"""Relations at one address that are told of; a court house may have more."""


def users_of_address(reader: Connection | Session, relation_id: UUID, address_id: UUID) -> list[dict[str, Any]]:
    """Return the other relations with the same address, by name; raises ``UnknownPart``.

    Confidential relations are left out for who may not see their addresses.
    """
    place = select(Address.__table__).where(Address.id == address_id, Address.relation_id == relation_id)
    here = reader.execute(place).mappings().first()
    if here is None:
        raise UnknownPart
    statement = (
        select(Relation.id, Relation.number, Relation.display_name, Relation.kind, Relation.status)
        .add_columns(Address.id.label("address_id"), Address.label)
        .join(Address, Address.relation_id == Relation.id)
        .where(
            Relation.id != relation_id,
            Relation.status != "merged",
            viewer().condition(),
            *(_same(name, here[name]) for name in PLACE),
        )
        .order_by(Relation.sort_name, Relation.id)
        .limit(MOST)
    )
    return [dict(row) for row in reader.execute(statement).mappings()] if _is_somewhere(here) else []


def _same(name: str, value: str) -> Any:
    column = getattr(Address, name)
    return column == value if name in ("zip", "number") else func.lower(column) == value.lower()


def _is_somewhere(place: Any) -> bool:
    return bool(place["street"] and (place["city"] or place["zip"]))


def move_address(
    session: Session,
    relation_id: UUID,
    address_id: UUID,
    *,
    fields: dict[str, Any],
    others: Collection[UUID],
) -> list[dict[str, Any]]:
    """Give an address of a relation, and the same address of the others, a new place; all of them or none.

    Returns the relation, address and version of each. Raises ``UnknownPart``, ``Confidential``, and ``Invalid`` when
    one of the others is not at this address (any more).
    """
    present = {row["id"]: row["address_id"] for row in users_of_address(session, relation_id, address_id)}
    strangers = [other for other in others if other not in present]
    if strangers:
        raise Invalid({"relation_ids": [f"Relation {other} is not at this address" for other in strangers]})
    moved: Sequence[tuple[UUID, UUID]] = sorted(
        [(relation_id, address_id), *((other, present[other]) for other in set(others))]
    )
    answer = []
    for (
        each_id,
        its_address_id,
    ) in moved:  # locked in one order, so that two moves never wait for each other in a circle
        relation = locked_relation(session, each_id, any_version=each_id != relation_id)
        changed = change_place(relation, its_address_id, fields=fields)
        tell_changed(session, relation, ["addresses"] if changed else [])
        answer.append({"relation_id": each_id, "address_id": its_address_id, "version": relation.version})
    return answer
