"""The table of notifications."""

import datetime as dt
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, String, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gateway.tables import Tables
from shared.ids import new_id
from shared.privacy import not_personal

PLAIN = not_personal()


class Notification(Tables):
    """One thing to tell one user: work with its status and counts, or an alert; ``subject_id`` says of what."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("notification_of_user", "user_id", "at", "id"),
        Index("notification_unread", "user_id", postgresql_where=text("read_at IS NULL")),
        Index("notification_of_subject", "subject_id", "kind", "user_id", unique=True),
        Index("notification_at", "at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, info=PLAIN)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), info=PLAIN)
    kind: Mapped[str] = mapped_column(String(16), info=PLAIN)
    subject_id: Mapped[UUID] = mapped_column(Uuid, info=PLAIN)
    status: Mapped[str] = mapped_column(String(16), info=PLAIN)
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict, info=PLAIN)
    path: Mapped[str] = mapped_column(String(160), default="", info=PLAIN)
    """Where its service tells how far work is."""
    page: Mapped[str] = mapped_column(String(160), info=PLAIN)
    begun_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), info=PLAIN)
    at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), info=PLAIN)
    read_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True), info=PLAIN)
