"""What reads the record."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from relations.record.confidentiality import viewer
from relations.record.document import documents
from relations.record.errors import UnknownRelation
from relations.record.models import Membership, Relation
from relations.record.survivors import old_ids
from shared.errors import Confidential

GONE = ("merged", "anonymised")


def document_by_id(reader: Connection | Session, relation_id: UUID) -> dict[str, Any]:
    """Return a full relation; raises ``UnknownRelation`` and ``Confidential``."""
    found = shown_by_id(reader, relation_id)
    if found.get("restricted"):
        raise Confidential
    return found


def shown_by_id(reader: Connection | Session, relation_id: UUID) -> dict[str, Any]:
    """Return what the viewer may see of a relation, be it but the name; raises ``UnknownRelation``."""
    found = documents(reader, [relation_id])
    if relation_id not in found:
        raise UnknownRelation
    return found[relation_id]


def require_seen(reader: Connection | Session, relation_id: UUID) -> None:
    """Raise ``UnknownRelation`` or ``Confidential`` unless the viewer may see the parts of a relation."""
    columns = (Relation.restricted, Relation.confidants)
    row = reader.execute(select(*columns).where(Relation.id == relation_id)).first()
    if row is None:
        raise UnknownRelation
    if not viewer().sees(restricted=row.restricted, confidants=row.confidants):
        raise Confidential


def hidden_relations(reader: Connection | Session) -> list[UUID]:
    """Return every relation of which the viewer may see no more than the name, and the old ids that live on in one."""
    if viewer().sees_everything:
        return []
    hidden = list(reader.scalars(select(Relation.id).where(Relation.restricted, ~viewer().condition())))
    return [*hidden, *old_ids(reader, hidden)]


def index_of_groups(
    reader: Connection | Session, codes: Sequence[str], *, after: UUID | None, limit: int
) -> dict[str, Any]:
    """Return id, version and groups of the living relations in any of the groups, by id."""
    statement = (
        select(Relation.id, Relation.version, func.array_agg(Membership.code).label("groups"))
        .join(Membership, Membership.relation_id == Relation.id)
        .where(Membership.code.in_(codes), Relation.status.not_in(GONE), viewer().condition())
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
