"""What changes links."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from relations.links.models import Link, LinkType
from relations.record.actions import locked_relation, tell_changed
from relations.record.changing import Change, Difference, note_changes
from relations.record.confidentiality import refuse_unless_seen
from relations.record.models import Relation
from shared.errors import Conflict, Invalid, Unknown


class LinkTypeExists(Conflict):
    """There is a link type with this code."""

    title = "There is a kind of link with this code: choose another"


def add_link(session: Session, relation_id: UUID, *, fields: dict[str, Any], link_id: UUID | None = None) -> Link:
    """Link a relation to another one; raises ``Invalid`` when that one or the type is not there."""
    relation = locked_relation(session, relation_id)
    if fields["other_id"] == relation_id:
        raise Invalid({"other_id": ["A relation is not linked to itself"]})
    other = session.get(Relation, fields["other_id"], with_for_update={"read": True})
    if other is None or other.status in ("anonymised", "merged"):
        raise Invalid({"other_id": ["There is no such relation"]})
    refuse_unless_seen(other)
    _require_type(session, fields["type"])
    link = Link(relation_id=relation_id, **fields, **({"id": link_id} if link_id else {}))
    session.add(link)
    tell_changed(session, relation, ["links"])
    note_changes(session, relation_id, [Difference(f"links.{link.id}", None, told_of(link))])
    return link


def edit_link(session: Session, relation_id: UUID, link_id: UUID, *, fields: dict[str, Any]) -> Link:
    """Change the kind, the days or the note of a link, from whichever end; raises ``Unknown`` and ``Invalid``."""
    relation = locked_relation(session, relation_id)
    link = _link_of(session, relation_id, link_id)
    before = told_of(link)
    if "type" in fields:
        _require_type(session, fields["type"])
    for name, value in fields.items():
        setattr(link, name, value)
    if link.valid_from and link.valid_to and link.valid_to < link.valid_from:
        raise Invalid({"to": ["This is before the first day"]})
    if before != told_of(link):
        tell_changed(session, relation, ["links"])
        note_changes(session, relation_id, [Difference(f"links.{link_id}", before, told_of(link))])
    return link


def remove_link(session: Session, relation_id: UUID, link_id: UUID) -> None:
    """Remove a link of a relation, from whichever end; raises ``Unknown``."""
    relation = locked_relation(session, relation_id)
    link = _link_of(session, relation_id, link_id)
    before = told_of(link)
    session.delete(link)
    tell_changed(session, relation, ["links"])
    note_changes(session, relation_id, [Difference(f"links.{link_id}", before, None)])


def add_link_type(session: Session, *, fields: dict[str, Any]) -> LinkType:
    """Add a kind of link of the office's own, after the present ones; raises ``LinkTypeExists``."""
    if session.get(LinkType, fields["code"]) is not None:
        raise LinkTypeExists
    last = session.scalar(select(func.max(LinkType.position))) or 0
    link_type = LinkType(**fields, position=last + 1)
    session.add(link_type)
    session.flush()
    return link_type


def forget_links_to(session: Session, relation_ids: Sequence[UUID]) -> None:
    """Delete what other relations say about these ones, and said, from whichever end, also of links long removed.

    What these say themselves goes by the marks.
    """
    session.execute(delete(Link).where(Link.other_id.in_(relation_ids)))
    named = [str(relation_id) for relation_id in relation_ids]
    ends = [told[end].astext.in_(named) for told in (Change.old, Change.new) for end in ("relation_id", "other_id")]
    session.execute(delete(Change).where(Change.field.startswith("links."), or_(*ends)))


def _link_of(session: Session, relation_id: UUID, link_id: UUID) -> Link:
    at_either_end = or_(Link.relation_id == relation_id, Link.other_id == relation_id)
    link = session.scalars(select(Link).where(Link.id == link_id, at_either_end)).first()
    if link is None:
        raise Unknown
    return link


def _require_type(session: Session, code: str) -> None:
    if session.get(LinkType, code) is None:
        raise Invalid({"type": [f"There is no kind of link with code {code}"]})


def told_of(link: Link) -> dict[str, Any]:
    """Return what the history tells of a link."""
    return {
        "relation_id": str(link.relation_id),
        "other_id": str(link.other_id),
        "type": link.type,
        "from": link.valid_from.isoformat() if link.valid_from else None,
        "to": link.valid_to.isoformat() if link.valid_to else None,
        "note": link.note,
    }
