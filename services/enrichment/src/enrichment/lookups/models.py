"""The table of questions and their answers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Index, String, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from enrichment.tables import Tables
from shared.ids import new_id
from shared.privacy import not_personal, personal


class Lookup(Tables):
    """One question, whoever asks it: ``unanswered``, ``asking`` (by the owner of ``charge_id``), or answered.

    Rows speak of no relation but of a number; they are deleted when a relation with that number is erased, and in any
    case once the answer is no longer given again.
    """

    __tablename__ = "lookup"
    __table_args__ = (
        UniqueConstraint("provider", "operation", "subject"),
        Index("lookup_by_age", "asked_at"),
        {"info": {"no_subject": "deleted by number at erasure, and by age"}},
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, info=not_personal())
    provider: Mapped[str] = mapped_column(String(16), info=not_personal())
    operation: Mapped[str] = mapped_column(String(16), info=not_personal())
    subject: Mapped[str] = mapped_column(String(200), info=personal("identifiers", on_erase="delete_row"))
    state: Mapped[str] = mapped_column(String(16), default="unanswered", info=not_personal())
    charge_id: Mapped[UUID | None] = mapped_column(Uuid, info=not_personal())
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), info=not_personal())
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=not_personal())
    content: Mapped[dict[str, Any]] = mapped_column(
        JSONB, default=dict, info=personal("register_facts", on_erase="delete_row")
    )
