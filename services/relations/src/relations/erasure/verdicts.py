"""Who must stay: a party to an active matter, an employee, and who is gone already."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, Select, exists, select
from sqlalchemy.orm import Session

from relations.matters.models import Matter, Party
from relations.matters.queries import in_active_matters
from relations.record.models import Membership, Relation


def refusals(reader: Connection | Session, relation_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return why each relation that may not be erased must stay (or is gone already)."""
    known = reader.execute(select(Relation.id, Relation.status).where(Relation.id.in_(relation_ids)))
    status = {row.id: row.status for row in known}
    busy = in_active_matters(reader, relation_ids)
    staff = {row[0] for row in reader.execute(_employees().where(Membership.relation_id.in_(relation_ids)))}
    found: dict[UUID, str] = {}
    for relation_id in relation_ids:
        if relation_id not in status:
            found[relation_id] = "unknown"
        elif status[relation_id] == "anonymised":
            found[relation_id] = "already_anonymised"
        elif status[relation_id] == "merged":
            found[relation_id] = "merged"
        elif relation_id in busy:
            found[relation_id] = "active_matter"
        elif relation_id in staff:
            found[relation_id] = "employee"
    return found


def candidates(reader: Connection, *, after: UUID | None, limit: int) -> list[UUID]:
    """Return relations that are in no active matter (any more) and no employee, by id."""
    active = (
        select(Party.relation_id)
        .join(Matter, Matter.number == Party.matter_number)
        .where(Matter.status == "active", Party.relation_id == Relation.id)
    )
    statement = (
        select(Relation.id)
        .where(
            Relation.status.not_in(("anonymised", "merged")),
            ~exists(active),
            ~exists(_employees().where(Membership.relation_id == Relation.id)),
            ~exists(
                select(Membership.code).where(Membership.relation_id == Relation.id, Membership.code == "own_office")
            ),
        )
        .order_by(Relation.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(Relation.id > after)
    return [row.id for row in reader.execute(statement)]


def _employees() -> Select[UUID]:
    return select(Membership.relation_id).where(Membership.code == "employee")
