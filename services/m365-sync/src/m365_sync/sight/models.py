"""The table of copies to be looked after; ids only."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from m365_sync.tables import Tables
from shared.privacy import not_personal


class CopyCheck(Tables):
    """A relation whose copies may stand in a mailbox where they may not be (any more)."""

    __tablename__ = "copy_check"

    relation_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, info=not_personal())
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True, info=not_personal())
