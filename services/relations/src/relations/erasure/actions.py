"""How a relation is forgotten: blanked to its number, or deleted when nothing refers to it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from contracts.gdpr import ErasureRequested
from contracts.relations import MatterChanged, RelationChanged, RelationDeleted, RelationsErasureCompleted
from relations.erasure.verdicts import refusals
from relations.links.actions import forget_links_to
from relations.matters.actions import forget_titles
from relations.matters.models import Party
from relations.record.models import Relation
from relations.record.survivors import old_ids
from relations.record.varia import impersonal_varia
from relations.tables import Tables
from shared import privacy
from shared.outbox import record
from shared.participation import erase_and_answer

NAME_AFTERWARDS = "Geanonimiseerd {number}"


def erase_relations(session: Session, order: ErasureRequested) -> None:
    """Erase one batch and answer; those that must stay are answered with the reason.

    Varia that the office defined as not personal stay on what is left of a relation; those of an address go with it.
    """
    concerned = [*order.relation_ids, *old_ids(session, order.relation_ids)]
    locked = select(Relation.id).where(Relation.id.in_(concerned)).order_by(Relation.id).with_for_update()
    session.execute(locked).all()
    impersonal = impersonal_varia(session, order.relation_ids)
    answered = erase_and_answer(
        session,
        order,
        Tables.metadata,
        answer=RelationsErasureCompleted,
        refuse=_refuse,
        also_forget=_forget_what_speaks_of_them,
    )
    session.expire_all()
    for relation in session.scalars(select(Relation).where(Relation.id.in_(answered.done)).order_by(Relation.id)):
        if order.kind == "erase" and not _in_any_matter(session, relation.id):
            _delete(session, [*old_ids(session, [relation.id]), relation.id])
            continue
        relation.varia = impersonal.get(relation.id, {})
        if relation.status != "anonymised":
            _leave_a_number(session, relation)


def _refuse(session: Session, relation_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Refuse who must stay; who is gone already counts as done, so that asking again is harmless."""
    return {
        relation_id: reason
        for relation_id, reason in refusals(session, relation_ids).items()
        if reason in ("active_matter", "employee", "merged")
    }


def _forget_what_speaks_of_them(session: Session, relation_ids: Sequence[UUID], _: ErasureRequested) -> None:
    """Delete what others said about them, and blank the relations that were merged into them.

    The numbers of the latter lead on to what is left of the survivor.
    """
    old = old_ids(session, relation_ids)
    forget_links_to(session, [*old, *relation_ids])
    privacy.erase(session, Tables.metadata, relation_ids=list(old))
    for relation in session.scalars(select(Relation).where(Relation.id.in_(old)).order_by(Relation.id)):
        relation.display_name = relation.sort_name = NAME_AFTERWARDS.format(number=relation.number)
        relation.display_name_is_own = True
    session.flush()
    _blank_titles(session, [*old, *relation_ids])


def _blank_titles(session: Session, relation_ids: Sequence[UUID]) -> None:
    """Blank the titles of the matters they stood in, as a title often names its parties."""
    for number, status in forget_titles(session, relation_ids):
        concerned = session.scalars(select(Party.relation_id).where(Party.matter_number == number).distinct())
        record(session, MatterChanged(number, status, tuple(sorted(concerned))))


def _delete(session: Session, relation_ids: Sequence[UUID]) -> None:
    these = Relation.id.in_(relation_ids)
    session.execute(update(Relation).where(these).values(merged_into=None))
    session.execute(delete(Relation).where(these))
    record(session, *(RelationDeleted(relation_id=relation_id) for relation_id in relation_ids))


def _leave_a_number(session: Session, relation: Relation) -> None:
    relation.status = "anonymised"
    relation.display_name = relation.sort_name = NAME_AFTERWARDS.format(number=relation.number)
    relation.display_name_is_own = True
    relation.version += 1
    session.flush()
    record(
        session,
        RelationChanged(relation_id=relation.id, fields=("anonymised",), identifiers=(), version=relation.version),
    )


def _in_any_matter(session: Session, relation_id: UUID) -> bool:
    return (
        session.scalars(select(Party.matter_number).where(Party.relation_id == relation_id).limit(1)).first()
        is not None
    )
