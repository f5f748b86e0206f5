"""Which legal identity is in force after a merge: versions of both are kept, and one of the two goes on holding."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from relations.identities.domain import version_on
from relations.identities.models import FACTS, LegalIdentity
from relations.identities.queries import versions_of
from relations.merging.domain import MergeRelations
from relations.tables import Tables
from shared.clock import utc_now
from shared.context import acting
from shared.ids import new_id
from shared.merging.rows import keep_added_row


def facts_to_keep(session: Session, command: MergeRelations) -> dict[str, Any]:
    """Return what is to hold today after a merge, nothing when neither has a version: the survivor's unless chosen."""
    sides = {"into": command.into_id, "this": command.from_id}
    found = {side: _holding_today(session, each) for side, each in sides.items()}
    return found[command.choose.get("legal_identity", "into")] or found["into"] or found["this"]


def keep_in_force(session: Session, into_id: UUID, wanted: dict[str, Any], *, merge_id: UUID) -> None:
    """Let these facts hold from today on where a version of the other relation would hold in their place."""
    if not wanted or _holding_today(session, into_id) == wanted:
        return
    today = utc_now().date()
    version = LegalIdentity(
        id=new_id(), relation_id=into_id, valid_from=today, source="merge", author=acting().actor, **wanted
    )
    session.add(version)
    session.flush()
    table = Tables.metadata.tables["legal_identity"]
    keep_added_row(session, table, {"id": str(version.id)}, merge_id=merge_id, into_id=into_id)


def _holding_today(session: Session, relation_id: UUID) -> dict[str, Any]:
    version = version_on(versions_of(session, relation_id), utc_now().date())
    return {name: getattr(version, name) for name in FACTS} if version else {}
