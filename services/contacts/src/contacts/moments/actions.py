"""What changes contact moments."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contacts.moments.domain import EditMoment, WriteMoment
from contacts.moments.models import Moment
from contacts.moments.queries import moment_by_id
from contacts.tables import Tables
from contracts.contacts import MomentChanged, MomentCreated, MomentDeleted
from shared.concurrency import refuse_lost_update
from shared.merging.following import present_id
from shared.outbox import record


def write_moment(session: Session, command: WriteMoment) -> Moment:
    """Write down a contact moment; of a relation that was merged, with the one it lives on in."""
    moment = Moment(**vars(command))
    moment.relation_id = present_id(session, Tables.metadata, command.relation_id)
    session.add(moment)
    session.flush()
    record(session, MomentCreated(moment_id=moment.id, relation_id=moment.relation_id))
    return moment


def edit_moment(session: Session, moment_id: UUID, *, command: EditMoment, hidden: Collection[UUID]) -> Moment:
    """Change a moment; raises ``UnknownMoment``, or ``ChangedMeanwhile`` when somebody saved first."""
    moment = moment_by_id(session, moment_id, hidden=hidden, lock=True)
    refuse_lost_update(moment.version)
    changed = [name for name, value in command.changes.items() if getattr(moment, name) != value]
    if changed:
        for name in changed:
            setattr(moment, name, command.changes[name])
        moment.version += 1
        session.flush()
        session.refresh(moment)
        record(session, MomentChanged(moment_id=moment.id, relation_id=moment.relation_id, fields=tuple(changed)))
    return moment


def delete_moment(session: Session, moment_id: UUID, *, hidden: Collection[UUID]) -> None:
    """Delete a moment; raises ``UnknownMoment``."""
    moment = moment_by_id(session, moment_id, hidden=hidden, lock=True)
    refuse_lost_update(moment.version)
    session.delete(moment)
    record(session, MomentDeleted(moment_id=moment.id, relation_id=moment.relation_id))


def delete_moments_of(session: Session, relation_id: UUID) -> None:
    """Delete every moment of a relation."""
    for moment in session.scalars(select(Moment).where(Moment.relation_id == relation_id).with_for_update()):
        session.delete(moment)
        record(session, MomentDeleted(moment_id=moment.id, relation_id=relation_id))
