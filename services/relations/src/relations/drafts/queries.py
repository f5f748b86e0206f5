"""What is asked of drafts; nobody sees another user's."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from relations.drafts.domain import name_of
from relations.drafts.errors import UnknownDraft
from relations.drafts.models import Draft


def draft_of(session: Session, draft_id: UUID, *, user_id: UUID, lock: bool = False) -> Draft:
    """Return a user's draft, finished or not; raises ``UnknownDraft``."""
    draft = session.get(Draft, draft_id, with_for_update=True if lock else None)
    if draft is None or draft.user_id != user_id:
        raise UnknownDraft
    return draft


def open_draft_of(session: Session, draft_id: UUID, *, user_id: UUID, lock: bool = False) -> Draft:
    """Return a user's draft that is not a relation yet; raises ``UnknownDraft``."""
    draft = draft_of(session, draft_id, user_id=user_id, lock=lock)
    if draft.relation_id is not None:
        raise UnknownDraft
    return draft


def drafts_of(connection: Connection, user_id: UUID, *, most: int) -> list[dict[str, Any]]:
    """Return a user's drafts, the one that was typed in last first."""
    wanted = (
        select(Draft.id, Draft.fields, Draft.progress, Draft.updated_at)
        .where(Draft.user_id == user_id, Draft.relation_id.is_(None))
        .order_by(Draft.updated_at.desc(), Draft.id)
        .limit(most)
    )
    return [
        {
            "id": row.id,
            "name": name_of(row.fields),
            "kind": str(row.fields.get("kind") or ""),
            "step": row.progress.get("step", 1),
            "updated_at": row.updated_at,
        }
        for row in connection.execute(wanted)
    ]
