"""The audit log."""

import datetime as dt
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Identity, Index, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from gateway.tables import Tables
from shared.privacy import not_personal


class AuditEntry(Tables):
    """One thing a user did or read: an action, the relation it concerned, and what else it was done to."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("audit_of_actor", "actor", "id"),
        Index("audit_of_relation", "relation_id", "id"),
        Index("audit_at", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True, info=not_personal())
    at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), info=not_personal())
    actor: Mapped[UUID] = mapped_column(Uuid, info=not_personal())
    action: Mapped[str] = mapped_column(String(64), info=not_personal())
    relation_id: Mapped[UUID | None] = mapped_column(Uuid, info=not_personal())
    subject: Mapped[str | None] = mapped_column(String(64), info=not_personal())
    status: Mapped[int] = mapped_column(Integer, info=not_personal())
    request_id: Mapped[str] = mapped_column(String(64), info=not_personal())
