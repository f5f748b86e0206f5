"""The table of preferences."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, String, Uuid, func
from sqlalchemy.orm import Mapped, mapped_column

from m365_sync.tables import Tables
from shared.privacy import not_personal


class Preference(Tables):
    """What a user wants synchronised; both lists as they were last saved."""

    __tablename__ = "preference"

    user_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, info=not_personal())
    enabled: Mapped[bool] = mapped_column(info=not_personal())
    synchronised_groups: Mapped[list[str]] = mapped_column(ARRAY(String(64)), info=not_personal())
    excluded_groups: Mapped[list[str]] = mapped_column(ARRAY(String(64)), info=not_personal())
    next_run_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), index=True, info=not_personal())
    version: Mapped[int] = mapped_column(default=1, info=not_personal())
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now(), info=not_personal()
    )
