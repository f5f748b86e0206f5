"""What changes legal identities."""

from uuid import UUID

from sqlalchemy.orm import Session

from relations.identities.domain import RecordIdentity
from relations.identities.models import LegalIdentity
from relations.record.actions import locked_relation, tell_changed
from relations.record.changing import Difference, changing_as, note_changes, plain_json
from relations.record.models import Relation
from shared.context import acting


def record_identity(session: Session, relation_id: UUID, *, command: RecordIdentity) -> LegalIdentity:
    """Record a new version of a relation's legal identity."""
    return add_version(session, locked_relation(session, relation_id), command=command)


def add_version(session: Session, relation: Relation, *, command: RecordIdentity) -> LegalIdentity:
    """Add a version to the legal identity of a relation that this transaction holds."""
    version = LegalIdentity(
        relation_id=relation.id,
        valid_from=command.valid_from,
        source=command.source,
        author=acting().actor,
        **command.fields,
    )
    session.add(version)
    with changing_as("user" if command.source == "user" else "register"):
        tell_changed(session, relation, ["legal_identity"])
        told = {name: value for name, value in command.fields.items() if value}
        told |= {"valid_from": command.valid_from, "source": command.source}
        note_changes(session, relation.id, [Difference(f"legal_identities.{version.id}", None, plain_json(told))])
    session.refresh(version)
    return version
