"""What changes the matter register."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts.relations import MatterChanged, MatterStatus
from relations.matters.domain import RegisterMatter
from relations.matters.models import Matter, Party
from relations.record.models import Relation
from shared.errors import Invalid
from shared.outbox import record


def register_matter(session: Session, command: RegisterMatter) -> None:
    """Keep what was told of a matter; raises ``Invalid`` when a party is no relation of ours. Safe to repeat."""
    session.execute(
        insert(Matter).values(number=command.number, title="", status=command.status).on_conflict_do_nothing()
    )
    matter = session.get_one(Matter, command.number, with_for_update=True)
    _refuse_unknown_parties(session, command)
    present = {
        (party.relation_id, party.role)
        for party in session.scalars(select(Party).where(Party.matter_number == command.number))
    }
    matter.status = command.status
    if command.title is not None:
        matter.title = command.title
    for relation_id, role in present - command.parties:
        session.execute(delete(Party).filter_by(matter_number=command.number, relation_id=relation_id, role=role))
    for relation_id, role in command.parties - present:
        session.add(Party(matter_number=command.number, relation_id=relation_id, role=role))
    session.flush()
    concerned = {relation_id for relation_id, _ in present | command.parties}
    record(session, MatterChanged(command.number, command.status, tuple(sorted(concerned))))  # type: ignore[arg-type]


def forget_titles(session: Session, relation_ids: Sequence[UUID]) -> list[tuple[str, MatterStatus]]:
    """Blank the titles of every matter the relations stand in; return the numbers and states of those that had one."""
    theirs = select(Party.matter_number).where(Party.relation_id.in_(relation_ids))
    blanked = (
        update(Matter).where(Matter.number.in_(theirs), Matter.title != "").values(title="", updated_at=func.now())
    )
    rows = session.execute(blanked.returning(Matter.number, Matter.status)).all()
    return sorted((row.number, cast(MatterStatus, row.status)) for row in rows)


def _refuse_unknown_parties(session: Session, command: RegisterMatter) -> None:
    wanted = {relation_id for relation_id, _ in command.parties}
    known = set(session.scalars(select(Relation.id).where(Relation.id.in_(wanted))))
    if wanted - known:
        raise Invalid({"parties": [f"There is no relation {relation_id}" for relation_id in sorted(wanted - known)]})
