"""What reads the record."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from relations.record.document import documents
from relations.record.errors import UnknownRelation
from relations.record.models import Membership, Relation

GONE = ("merged", "anonymised")


def document_by_id(reader: Connection | Session, relation_id: UUID) -> dict[str, Any]:
    """Return a full relation; raises ``UnknownRelation``."""
    found = documents(reader, [relation_id])
    if relation_id not in found:
        raise UnknownRelation
    return found[relation_id]


def exists(reader: Connection | Session, relation_id: UUID) -> bool:
    """Tell whether there is such a relation."""
    return reader.execute(select(Relation.id).where(Relation.id == relation_id)).first() is not None


def index_of_groups(
    reader: Connection | Session, codes: Sequence[str], *, after: UUID | None, limit: int
) -> dict[str, Any]:
    """Return id, version and groups of the living relations in any of the groups, by id."""
    statement = (
        select(Relation.id, Relation.version, func.array_agg(Membership.code).label("groups"))
        .join(Membership, Membership.relation_id == Relation.id)
        .where(Membership.code.in_(codes), Relation.status.not_in(GONE))
        .group_by(Relation.id)
        .order_by(Relation.id)
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(Relation.id > after)
    rows = reader.execute(statement).all()
    page = rows[:limit]
    return {
        "items": [{"id": row.id, "version": row.version, "groups": sorted(row.groups)} for row in page],
        "next_cursor": page[-1].id if len(rows) > limit else None,
    }
