"""How a service follows a merge that the owner of relations made: its own rows move, or move back, and it answers."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import MetaData, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts.merging import MergeFollowed
from contracts.relations import RelationMerged, RelationUnmerged
from shared.merging.moving import WishesOf, carry_out, plan_moves
from shared.merging.moving_back import move_back
from shared.merging.tables import FOLLOWED
from shared.outbox import record

LONGEST_CHAIN = 64
"""Merges one after the other that an old id is followed through."""


class StillMergedFurther(Exception):
    """The survivor of a merge to undo was itself merged, and we have not heard yet that this was undone."""


def follow_merge(
    session: Session,
    event: RelationMerged,
    metadata: MetaData,
    *,
    answer: type[MergeFollowed],
    wishes: WishesOf | None = None,
) -> None:
    """Move everything of one relation to another in this transaction and answer; safe to be asked again.

    Where the survivor was merged further already, as an event overtook this one, everything moves on after it.
    """
    if note_merge(session, event, metadata, answer=answer):
        _move(session, metadata, merge_id=event.merge_id, pair=(event.from_id, event.into_id), wishes=wishes)
        for merge_id, pair in _merges_after(session, metadata, event.into_id):
            _move(session, metadata, merge_id=merge_id, pair=pair, wishes=wishes)


def follow_unmerge(
    session: Session, event: RelationUnmerged, metadata: MetaData, *, answer: type[MergeFollowed]
) -> None:
    """Move everything back in this transaction and answer; safe to be asked again, or before the merge was heard of.

    Raises ``StillMergedFurther`` while another merge has to be undone first.
    """
    note_unmerge(session, event, metadata, answer=answer)
    if survivor_of(session, metadata, event.into_id) != event.into_id:
        raise StillMergedFurther
    move_back(session, metadata, merge_id=event.merge_id)


def note_merge(session: Session, event: RelationMerged, metadata: MetaData, *, answer: type[MergeFollowed]) -> bool:
    """Remember which relation lives on in which, and answer; tell whether that was news."""
    followed = metadata.tables[FOLLOWED]
    hold_id(session, event.from_id, alone=True)
    first = session.scalar(
        insert(followed)
        .values(merge_id=event.merge_id, from_id=event.from_id, into_id=event.into_id, phase="merged")
        .on_conflict_do_nothing()
        .returning(followed.c.merge_id)
    )
    record(session, answer(merge_id=event.merge_id, phase="merged"))
    return first is not None


def note_unmerge(session: Session, event: RelationUnmerged, metadata: MetaData, *, answer: type[MergeFollowed]) -> None:
    """Remember that a relation lives by itself again, and answer; a merge heard of later moves nothing any more."""
    followed = metadata.tables[FOLLOWED]
    hold_id(session, event.from_id, alone=True)
    values = {"merge_id": event.merge_id, "from_id": event.from_id, "into_id": event.into_id, "phase": "unmerged"}
    session.execute(
        insert(followed)
        .values(values)
        .on_conflict_do_update(index_elements=[followed.c.merge_id], set_={"phase": "unmerged"})
    )
    record(session, answer(merge_id=event.merge_id, phase="unmerged"))


def pair_of(session: Session, merge_id: UUID, metadata: MetaData) -> tuple[UUID, ...]:
    """Return both relations of a merge; none for one not heard of yet."""
    followed = metadata.tables[FOLLOWED]
    row = session.execute(select(followed.c.from_id, followed.c.into_id).where(followed.c.merge_id == merge_id)).first()
    return (row.from_id, row.into_id) if row else ()


def survivor_of(session: Session, metadata: MetaData, relation_id: UUID) -> UUID:
    """Return the id under which a relation lives on: its own, or that of whom it was merged into, however often."""
    followed = metadata.tables[FOLLOWED]
    for _ in range(LONGEST_CHAIN):
        into = session.scalar(
            select(followed.c.into_id).where(followed.c.from_id == relation_id, followed.c.phase == "merged")
        )
        if into is None:
            break
        relation_id = into
    return relation_id


def present_id(session: Session, metadata: MetaData, relation_id: UUID) -> UUID:
    """Return the id to write something about a relation under; no merge of it begins before this transaction ends."""
    hold_id(session, relation_id)
    survivor = survivor_of(session, metadata, relation_id)
    return survivor if survivor == relation_id else present_id(session, metadata, survivor)


def merged_into(session: Session, metadata: MetaData, relation_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return every old id that lives on in one of the relations, with that one; none where no merges are followed."""
    if FOLLOWED not in metadata.tables:
        return {}
    followed = metadata.tables[FOLLOWED]
    found: dict[UUID, UUID] = {}
    wanted = {relation_id: relation_id for relation_id in relation_ids}
    while wanted:
        older = session.execute(
            select(followed.c.from_id, followed.c.into_id).where(
                followed.c.into_id.in_(wanted), followed.c.phase == "merged"
            )
        ).all()
        wanted = {from_id: wanted[into_id] for from_id, into_id in older if from_id not in found}
        found |= wanted
    return found


def hold_id(session: Session, relation_id: UUID, *, alone: bool = False) -> None:
    """Keep merges and writes about one id apart until the transaction ends; writes do not hinder each other."""
    lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
    session.execute(select(lock(func.hashtextextended(str(relation_id), 0))))


def _move(
    session: Session, metadata: MetaData, *, merge_id: UUID, pair: tuple[UUID, UUID], wishes: WishesOf | None
) -> None:
    from_id, into_id = pair
    wanted = wishes(session, from_id, into_id) if wishes else None
    steps = plan_moves(session, metadata, from_id=from_id, into_id=into_id, wishes=wanted)
    carry_out(session, steps, merge_id=merge_id, into_id=into_id)


def _merges_after(session: Session, metadata: MetaData, relation_id: UUID) -> list[tuple[UUID, tuple[UUID, UUID]]]:
    followed = metadata.tables[FOLLOWED]
    found: list[tuple[UUID, tuple[UUID, UUID]]] = []
    while len(found) < LONGEST_CHAIN:
        step = select(followed).where(followed.c.from_id == relation_id, followed.c.phase == "merged")
        further = session.execute(step).first()
        if further is None:
            break
        found.append((further.merge_id, (further.from_id, further.into_id)))
        relation_id = further.into_id
    return found
