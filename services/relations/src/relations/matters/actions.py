"""What changes the matter register."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts.relations import MatterChanged, MatterStatus
from relations.hygiene.checking import mark_due
from relations.matters.domain import RegisterMatter
from relations.matters.models import Matter, Party
from relations.record.models import Relation
from relations.record.survivors import survivors
from shared.errors import Invalid
from shared.outbox import record

Part = tuple[UUID, str]
"""A relation and its role."""


def register_matter(session: Session, command: RegisterMatter) -> None:
    """Keep what was told of a matter; raises ``Invalid`` when a party is no relation of ours. Safe to repeat.

    A party known by an old id is the relation it was merged into.
    """
    session.execute(
        insert(Matter).values(number=command.number, title="", status=command.status).on_conflict_do_nothing()
    )
    matter = session.get_one(Matter, command.number, with_for_update=True)
    parties = _present_parties(session, command.parties)
    present = {
        (party.relation_id, party.role)
        for party in session.scalars(select(Party).where(Party.matter_number == command.number))
    }
    matter.status = command.status
    if command.title is not None:
        matter.title = command.title
    for relation_id, role in present - parties:
        session.execute(delete(Party).filter_by(matter_number=command.number, relation_id=relation_id, role=role))
    for relation_id, role in parties - present:
        session.add(Party(matter_number=command.number, relation_id=relation_id, role=role))
    session.flush()
    concerned = {relation_id for relation_id, _ in present | parties}
    mark_due(session, sorted(concerned))
    record(session, MatterChanged(command.number, command.status, tuple(sorted(concerned))))  # type: ignore[arg-type]


def forget_titles(session: Session, relation_ids: Sequence[UUID]) -> list[tuple[str, MatterStatus]]:
    """Blank the titles of every matter the relations stand in; return the numbers and states of those that had one."""
    theirs = select(Party.matter_number).where(Party.relation_id.in_(relation_ids))
    blanked = (
        update(Matter).where(Matter.number.in_(theirs), Matter.title != "").values(title="", updated_at=func.now())
    )
    rows = session.execute(blanked.returning(Matter.number, Matter.status)).all()
    return sorted((row.number, cast(MatterStatus, row.status)) for row in rows)


def _present_parties(session: Session, parties: frozenset[Part]) -> frozenset[Part]:
    """Return the parties under their present ids, which stay present until the transaction ends."""
    wanted = {relation_id for relation_id, _ in parties}
    there = select(Relation.id).order_by(Relation.id).with_for_update(read=True, key_share=True)
    known = set(session.scalars(there.where(Relation.id.in_(wanted))))
    if wanted - known:
        raise Invalid({"parties": [f"There is no relation {relation_id}" for relation_id in sorted(wanted - known)]})
    living = survivors(session, wanted)
    session.execute(there.where(Relation.id.in_(set(living.values()))))
    return frozenset((living.get(relation_id, relation_id), role) for relation_id, role in parties)
