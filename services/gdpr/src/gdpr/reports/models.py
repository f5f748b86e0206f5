"""The table of reports."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from gdpr.tables import Tables
from shared.privacy import belongs_to_relation, not_personal, personal


class Report(Tables):
    """What was gathered about one relation for one request, sealed.

    The row is made before the first service is asked and nothing is stored without it, so that a report that was on
    its way when its relation was erased cannot bring anybody back.
    """

    __tablename__ = "report"
    __table_args__ = (
        Index("report_of_relation", "relation_id"),
        Index("report_expires_at", "expires_at"),
        {"info": belongs_to_relation()},
    )

    request_id: Mapped[UUID] = mapped_column(ForeignKey("request.id"), primary_key=True, info=not_personal())
    relation_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, info=not_personal())
    sealed: Mapped[str] = mapped_column(Text, info=personal("gdpr_report", on_erase="delete_row"))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), info=not_personal())
