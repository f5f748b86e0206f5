"""What reads links."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, or_, select
from sqlalchemy.orm import Session

from relations.links.models import Link, LinkType
from relations.record.confidentiality import shown
from relations.record.models import Relation

ONE = ("id", "number", "display_name", "kind", "status")


def links_of(reader: Connection | Session, relation_id: UUID) -> list[dict[str, Any]]:
    """Return the links of a relation seen from its own end, present ones first, each with the other relation.

    Of a confidential other one, what the link says beyond its kind is left out for who may see no more than its name.
    """
    statement = (
        select(Link.id, Link.relation_id, Link.type, Link.valid_from, Link.valid_to, Link.note)
        .add_columns(LinkType.labels, LinkType.labels_reverse)
        .add_columns(*(getattr(Relation, name).label(f"other_{name}") for name in ONE))
        .add_columns(Relation.restricted, Relation.confidants)
        .join(LinkType, LinkType.code == Link.type)
        .join(
            Relation,
            or_(
                (Link.relation_id == relation_id) & (Relation.id == Link.other_id),
                (Link.other_id == relation_id) & (Relation.id == Link.relation_id),
            ),
        )
        .order_by(Link.valid_to.desc().nulls_first(), LinkType.position, Relation.sort_name, Link.id)
    )
    return [_seen_from(relation_id, row) for row in reader.execute(statement).mappings()]


def _seen_from(relation_id: UUID, row: Any) -> dict[str, Any]:
    forward = row["relation_id"] == relation_id
    one = {name: row[f"other_{name}"] for name in ONE}
    other = shown({**row, **one}, one)
    told = dict.fromkeys(("valid_from", "valid_to")) | {"note": ""} if other.get("restricted") else row
    return {
        "id": row["id"],
        "type": row["type"],
        "direction": "forward" if forward else "reverse",
        "label": row["labels"] if forward else row["labels_reverse"],
        "other_id": other["id"],
        "other": other,
        "from": told["valid_from"],
        "to": told["valid_to"],
        "note": told["note"],
    }


def reasons_to_keep(reader: Session, relation_id: UUID) -> list[str]:
    """Return, in words for the user, which other relations say something about this one."""
    numbers = reader.scalars(
        select(Relation.number)
        .join(Link, Link.relation_id == Relation.id)
        .where(Link.other_id == relation_id)
        .order_by(Relation.number)
        .limit(10)
    )
    return [f"Relation {number} is linked to it" for number in numbers]
