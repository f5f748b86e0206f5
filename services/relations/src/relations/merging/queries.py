"""What reads merges."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from relations.merging.domain import UNDER_WAY, UNDOABLE
from relations.merging.errors import UnknownMerge
from relations.merging.models import Merge, MergeParticipant
from relations.record.queries import hidden_relations
from relations.record.survivors import old_ids
from shared.clock import utc_now
from shared.merging.forgetting import UNDO_DAYS


def merge_by_id(session: Session, merge_id: UUID, *, lock: bool = False) -> Merge:
    """Return a merge, locked if wanted; raises ``UnknownMerge``, also when the viewer may not see both relations."""
    merge = session.get(Merge, merge_id, with_for_update=lock or None)
    if merge is None or not {merge.from_id, merge.into_id}.isdisjoint(hidden_relations(session)):
        raise UnknownMerge
    return merge


def participants_of(session: Session, merge_id: UUID) -> list[MergeParticipant]:
    """Return the participants of a merge by name."""
    statement = select(MergeParticipant).where(MergeParticipant.merge_id == merge_id).order_by(MergeParticipant.service)
    return list(session.scalars(statement))


def merges_of(session: Session, relation_id: UUID) -> list[dict[str, Any]]:
    """Return the merges a relation had a part in, or one of those that live on in it, latest first."""
    ids = {relation_id, *old_ids(session, [relation_id])}
    statement = (
        select(Merge).where(or_(Merge.from_id.in_(ids), Merge.into_id.in_(ids))).order_by(Merge.merged_at.desc())
    )
    names = _names(session, [each for merge in session.scalars(statement) for each in (merge.from_id, merge.into_id)])
    return [shown(session, merge, names=names) for merge in session.scalars(statement)]


def shown(session: Session, merge: Merge, *, names: Mapping[UUID, Any] | None = None) -> dict[str, Any]:
    """Return a merge as the API gives it."""
    wanted = UNDER_WAY.get(merge.status)
    answers = {each.service: each.answered for each in participants_of(session, merge.id)}
    known = _names(session, [merge.from_id, merge.into_id]) if names is None else names
    last_day = merge.merged_at + timedelta(days=UNDO_DAYS)
    return {
        "merge_id": merge.id,
        "from_id": merge.from_id,
        "into_id": merge.into_id,
        "relation_ids": [merge.from_id, merge.into_id],
        "from": known.get(merge.from_id),
        "into": known.get(merge.into_id),
        "status": merge.status,
        "participants": {
            service: "pending" if wanted and answered != wanted else "done" for service, answered in answers.items()
        },
        "preferred": merge.preferred,
        "actor": merge.actor,
        "merged_at": merge.merged_at,
        "undo_until": last_day,
        "undoable": merge.status in UNDOABLE and utc_now() < last_day,
        "undone_by": merge.undone_by or None,
        "undone_at": merge.undone_at,
    }


def reasons_to_keep(session: Session, relation_id: UUID) -> list[str]:
    """Return, in words for the user, why a relation cannot be deleted."""
    return ["Other relations were merged into it"] if old_ids(session, [relation_id]) else []


def _names(session: Session, relation_ids: Collection[UUID]) -> dict[UUID, Any]:
    """Return number and display name, which everybody may see, by relation."""
    rows = session.execute(
        text("SELECT id, number, display_name FROM relation WHERE id = ANY(:ids)"), {"ids": list(relation_ids)}
    )
    return {row.id: {"number": row.number, "display_name": row.display_name} for row in rows}
