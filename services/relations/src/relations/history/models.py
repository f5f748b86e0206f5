"""The table of Historie."""

import datetime as dt
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from relations.tables import Tables
from shared.privacy import belongs_to_relation, not_personal, personal


class Opened(Tables):
    """When a user last opened a relation."""

    __tablename__ = "opened"
    __table_args__ = (Index("opened_by_user", "user_id", "opened_at"), {"info": belongs_to_relation()})

    user_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, info=not_personal())
    relation_id: Mapped[UUID] = mapped_column(
        ForeignKey("relation.id", ondelete="CASCADE"), primary_key=True, info=not_personal()
    )
    opened_at: Mapped[dt.datetime] = mapped_column(
        DateTime(timezone=True), info=personal("reading", on_erase="delete_row")
    )
