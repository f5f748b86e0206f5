"""The table of warnings."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, DateTime, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from enrichment.tables import Tables
from shared.privacy import belongs_to_relation, not_personal, personal


class AlertRow(Tables):
    """A warning about a relation that holds at present."""

    __tablename__ = "alert"
    __table_args__ = (
        Index("alert_by_time", "raised_at", "relation_id", "provider", "code"),
        {"info": belongs_to_relation()},
    )

    relation_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, info=not_personal())
    provider: Mapped[str] = mapped_column(String(16), primary_key=True, info=not_personal())
    code: Mapped[str] = mapped_column(
        String(32), primary_key=True, info=personal("register_alert", on_erase="delete_row")
    )
    severity: Mapped[str] = mapped_column(String(8), info=not_personal())
    since: Mapped[date | None] = mapped_column(Date, info=personal("register_alert", on_erase="delete_row"))
    raised_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), info=not_personal())
