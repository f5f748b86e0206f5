"""What changes legal identities."""

from uuid import UUID

from sqlalchemy.orm import Session

from relations.identities.domain import RecordIdentity
from relations.identities.models import LegalIdentity
from relations.record.actions import locked_relation, tell_changed
from shared.context import acting


def record_identity(session: Session, relation_id: UUID, *, command: RecordIdentity) -> LegalIdentity:
    """Record a new version of a relation's legal identity."""
    relation = locked_relation(session, relation_id)
    version = LegalIdentity(
        relation_id=relation_id,
        valid_from=command.valid_from,
        source=command.source,
        author=acting().actor,
        **command.fields,
    )
    session.add(version)
    tell_changed(session, relation, ["legal_identity"])
    session.refresh(version)
    return version
