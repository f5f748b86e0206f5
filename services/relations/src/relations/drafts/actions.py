"""What changes drafts."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, text
from sqlalchemy.orm import Session

from relations.drafts.domain import KEEP_DAYS, WriteDraft, identity_of, merged, registration_of
from relations.drafts.models import Draft
from relations.drafts.queries import draft_of, open_draft_of
from relations.drafts.schemas import complaints_about
from relations.identities.actions import add_version
from relations.identities.api import IdentityFields
from relations.record.actions import locked_relation
from relations.record.queries import document_by_id
from relations.record.registering import register_relation
from relations.record.schemas import RelationIn
from shared.concurrency import refuse_lost_update
from shared.db import Database
from shared.errors import Invalid


def begin_draft(session: Session, *, user_id: UUID, command: WriteDraft) -> Draft:
    """Begin a draft of a user's."""
    draft = Draft(user_id=user_id, fields=merged({}, command.fields), progress=merged({}, command.progress))
    session.add(draft)
    session.flush()
    session.refresh(draft)
    return draft


def write_draft(session: Session, draft_id: UUID, *, user_id: UUID, command: WriteDraft) -> Draft:
    """Keep what was typed; raises ``UnknownDraft`` and ``ChangedMeanwhile``."""
    draft = open_draft_of(session, draft_id, user_id=user_id, lock=True)
    refuse_lost_update(draft.version)
    fields, progress = merged(draft.fields, command.fields), merged(draft.progress, command.progress)
    if (fields, progress) != (draft.fields, draft.progress):
        draft.fields, draft.progress = fields, progress
        draft.version += 1
        draft.updated_at = func.now()
        session.flush()
        session.refresh(draft)
    return draft


def drop_draft(session: Session, draft_id: UUID, *, user_id: UUID) -> None:
    """Forget a draft; raises ``UnknownDraft`` and ``ChangedMeanwhile``."""
    draft = open_draft_of(session, draft_id, user_id=user_id, lock=True)
    refuse_lost_update(draft.version)
    session.delete(draft)


def finish_draft(session: Session, draft_id: UUID, *, user_id: UUID) -> dict[str, Any]:
    """Register what was typed and return the relation; finished before, return the relation it became.

    Raises ``UnknownDraft``, ``ChangedMeanwhile``, and ``Invalid`` with the paths that registering would name. What was
    typed is gone with the finish; that the draft became this relation stays known as long as drafts are kept.
    """
    draft = draft_of(session, draft_id, user_id=user_id, lock=True)
    if draft.relation_id is not None:
        return document_by_id(session, draft.relation_id)
    refuse_lost_update(draft.version)
    if complaints := complaints_about(draft.fields):
        raise Invalid(complaints)
    made = register_relation(session, RelationIn().load(registration_of(draft.fields)))
    relation_id = UUID(str(made["id"]))
    if identity := identity_of(draft.fields):
        # The request's If-Match spoke of the draft, so the relation that was just made is not asked for its version.
        made_one = locked_relation(session, relation_id, any_version=True)
        add_version(session, made_one, command=IdentityFields().load(identity))
        made = document_by_id(session, relation_id)
    draft.relation_id, draft.fields, draft.progress = relation_id, {}, {}
    draft.version += 1
    session.flush()
    return made


def forget_old_drafts(database: Database) -> None:
    """Let drafts vanish that nobody changed for ``KEEP_DAYS``."""
    with database.transaction() as session:
        session.execute(delete(Draft).where(Draft.updated_at < func.now() - text(f"interval '{KEEP_DAYS} days'")))
