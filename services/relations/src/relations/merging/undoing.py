"""What takes a merge back."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.relations import RelationUnmerged
from relations.merging.actions import UNITED, settle
from relations.merging.domain import PATIENCE, UNDOABLE
from relations.merging.errors import CannotUndo
from relations.merging.fields import public_names
from relations.merging.models import Merge, MergeParticipant
from relations.merging.queries import merge_by_id
from relations.record.actions import locked_relation, tell_changed
from relations.record.changing import changing_as
from relations.record.models import Relation
from relations.tables import Tables
from shared.clock import utc_now
from shared.context import acting
from shared.merging.forgetting import UNDO_DAYS
from shared.merging.moving_back import Changed, changed_since, move_back
from shared.outbox import record


def undo_merge(session: Session, merge_id: UUID) -> Merge:
    """Give both relations back what was theirs and tell everybody; a merge that is undone already is left as it is.

    Raises ``UnknownMerge``, ``Confidential``, and ``CannotUndo`` with the reasons.
    """
    pair = merge_by_id(session, merge_id)
    # Relations first, then the merge: the order in which everybody locks them.
    ids = sorted((pair.from_id, pair.into_id))
    found = set(
        session.scalars(select(Relation.id).where(Relation.id.in_(ids)).order_by(Relation.id).with_for_update())
    )
    session.expire(pair)
    merge = merge_by_id(session, merge_id, lock=True)
    if merge.status not in UNDOABLE:
        return merge
    if reasons := _reasons(session, merge, found, now=utc_now()):
        raise CannotUndo(reasons=reasons)
    relations = [locked_relation(session, each, any_version=True, also_merged=True) for each in ids]
    move_back(session, Tables.metadata, merge_id=merge_id)
    session.expire_all()
    with changing_as("merge"):
        for relation in relations:
            tell_changed(session, relation, ["merged_into", *UNITED])
    _begin_undoing(session, merge)
    record(session, RelationUnmerged(merge_id=merge.id, from_id=merge.from_id, into_id=merge.into_id))
    session.flush()
    return merge


def _begin_undoing(session: Session, merge: Merge) -> None:
    merge.status, merge.undone_by, merge.undone_at = "undoing", acting().actor, utc_now()
    merge.asks, merge.next_ask_at = 1, utc_now() + PATIENCE[0]
    if session.scalar(select(MergeParticipant.service).where(MergeParticipant.merge_id == merge.id).limit(1)) is None:
        settle(session, merge)


def _reasons(session: Session, merge: Merge, found: set[UUID], *, now: datetime) -> list[dict[str, Any]]:
    if now >= merge.merged_at + timedelta(days=UNDO_DAYS):
        return [{"code": "too_late", "field": ""}]
    if len(found) < 2:
        return [{"code": "deleted", "field": ""}]
    into = session.get_one(Relation, merge.into_id)
    if into.status == "anonymised":
        return [{"code": "erased", "field": ""}]
    if into.merged_into is not None:
        return [{"code": "merged_further", "field": ""}]
    changed = changed_since(session, Tables.metadata, merge_id=merge.id)
    return [{"code": "changed_since", "field": field} for each in changed for field in _fields(each)]


def _fields(changed: Changed) -> list[str]:
    """Return the names under which the public API knows what changed."""
    if changed.table == "identifier":
        return [f"identifiers.{changed.row['kind']}"]
    if changed.table in ("relation", "accounting"):
        return public_names(changed.table, changed.columns) or [changed.table]
    return [changed.table]
