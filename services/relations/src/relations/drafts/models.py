"""The table of drafts."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, Integer, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from relations.tables import Tables
from shared.ids import new_id
from shared.privacy import belongs_to_relation, not_personal, personal

TYPED = personal("draft", on_erase="delete_row")
PLAIN = not_personal()


class Draft(Tables):
    """A relation that a user is still typing; it speaks of no relation until it has become one, and is empty then."""

    __tablename__ = "draft"
    __table_args__ = (
        Index("draft_of_user", "user_id", "updated_at"),
        Index("draft_of_relation", "relation_id"),
        {"info": belongs_to_relation()},
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, info=PLAIN)
    user_id: Mapped[UUID] = mapped_column(Uuid, info=PLAIN)
    relation_id: Mapped[UUID | None] = mapped_column(ForeignKey("relation.id", ondelete="CASCADE"), info=PLAIN)
    fields: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, info=TYPED)
    progress: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, info=TYPED)
    version: Mapped[int] = mapped_column(Integer, default=1, info=PLAIN)
    created_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), info=PLAIN)
    updated_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), info=PLAIN)
