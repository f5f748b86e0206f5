"""What reads the field history."""

from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from relations.changes.domain import can_be_put_back, value_at
from relations.links.actions import told_of
from relations.links.models import Link
from relations.record.changing import Change, snapshot
from relations.record.queries import hidden_relations
from shared.paging import decode_cursor, encode_cursor


def changes_of(session: Session, relation_id: UUID, *, limit: int, cursor: str | None) -> dict[str, Any]:
    """Return one page of a relation's field history, newest first; raises ``Invalid`` for a cursor not ours."""
    statement = select(Change).where(Change.relation_id == relation_id).order_by(Change.id.desc()).limit(limit + 1)
    if cursor:
        statement = statement.where(Change.id < UUID(decode_cursor(cursor, keys=1)[0]))
    rows = list(session.scalars(statement))
    now = present_state(session, relation_id)
    page = rows[:limit]
    hidden = frozenset(map(str, hidden_relations(session)))
    return {
        "items": [_told(change, now, hidden) for change in page],
        "next_cursor": encode_cursor(page[-1].id) if len(rows) > limit else None,
    }


def present_state(session: Session, relation_id: UUID) -> dict[str, Any]:
    """Return every field that the history knows, as it is now."""
    links = session.scalars(select(Link).where(or_(Link.relation_id == relation_id, Link.other_id == relation_id)))
    return {**snapshot(session, relation_id), "links": {str(link.id): told_of(link) for link in links}}


def _told(change: Change, now: dict[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    return {
        "id": change.id,
        "at": change.at,
        "actor": change.actor,
        "source": change.source,
        "field": change.field,
        "old": _shown(change.old, hidden),
        "new": _shown(change.new, hidden),
        "revertible": can_be_put_back(change.field) and value_at(now, change.field) == change.new,
    }


def _shown(value: Any, hidden: frozenset[str]) -> Any:
    """Return a value; of a link with a relation of which only the name may be seen, no more than with whom it was."""
    if isinstance(value, dict) and not hidden.isdisjoint((value.get("other_id"), value.get("relation_id"))):
        return {**value, "from": None, "to": None, "note": ""}
    return value
