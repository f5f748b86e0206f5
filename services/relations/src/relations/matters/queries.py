"""What reads the matter register."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, exists, or_, select, text, true
from sqlalchemy.orm import Session

from relations.matters.models import Matter, Party
from relations.record.confidentiality import viewer
from relations.record.models import Relation

MATTERS_OF = text(
    """
    SELECT m.number, m.title, m.status, array_agg(p.role ORDER BY p.role) AS roles
      FROM matter_party p JOIN matter m ON m.number = p.matter_number WHERE p.relation_id = :relation_id
     GROUP BY m.number ORDER BY m.status, m.number DESC
    """
)


def matters_of(reader: Connection | Session, relation_id: UUID) -> list[dict[str, Any]]:
    """Return the matters of a relation, active ones first, with its roles in each."""
    return [dict(row) for row in reader.execute(MATTERS_OF, {"relation_id": relation_id}).mappings()]


def search_matters(reader: Connection | Session, piece: str, *, limit: int) -> list[dict[str, Any]]:
    """Return matters whose number or title contains a piece, newest number first.

    A matter is for who sees one of its parties: a title often names them all.
    """
    inside = "%" + piece.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    rows = reader.execute(
        select(Matter.number, Matter.title, Matter.status)
        .where(or_(Matter.number.ilike(inside), Matter.title.ilike(inside)), _may_be_seen())
        .order_by(Matter.number.desc())
        .limit(limit)
    )
    return [{"number": row.number, "title": row.title, "status": row.status} for row in rows]


def _may_be_seen() -> ColumnElement[bool]:
    if viewer().sees_everything:
        return true()
    parties = select(Party.relation_id).where(Party.matter_number == Matter.number)
    seen = parties.join(Relation, Relation.id == Party.relation_id).where(viewer().condition())
    return or_(~exists(parties), exists(seen))


def in_active_matters(reader: Connection | Session, relation_ids: Sequence[UUID]) -> set[UUID]:
    """Return which of the relations are a party to an active matter."""
    statement = (
        select(Party.relation_id)
        .join(Matter, Matter.number == Party.matter_number)
        .where(Party.relation_id.in_(relation_ids), Matter.status == "active")
    )
    return {row.relation_id for row in reader.execute(statement)}


def reasons_to_keep(reader: Session, relation_id: UUID) -> list[str]:
    """Return, in words for the user, why a relation cannot be deleted."""
    numbers = reader.scalars(
        select(Party.matter_number).where(Party.relation_id == relation_id).order_by(Party.matter_number).limit(10)
    )
    return [f"It is a party to matter {number}" for number in numbers]
