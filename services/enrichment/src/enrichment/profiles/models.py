"""The table of profiles."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Index, String, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from enrichment.tables import Tables
from shared.privacy import belongs_to_relation, not_personal, personal


class Profile(Tables):
    """What one register says of one relation: ``pending``, ``found``, ``not_found`` or ``failed``.

    A row with ``due_at`` waits for the worker from that moment on; whoever takes it moves the moment forward, so that
    it comes back by itself when they die.
    """

    __tablename__ = "profile"
    __table_args__ = (
        Index("profile_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        Index("profile_of_number", "number"),
        {"info": belongs_to_relation()},
    )

    relation_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, info=not_personal())
    provider: Mapped[str] = mapped_column(String(16), primary_key=True, info=not_personal())
    status: Mapped[str] = mapped_column(String(16), info=not_personal())
    reason: Mapped[str | None] = mapped_column(String(64), info=not_personal())
    number: Mapped[str | None] = mapped_column(String(32), info=personal("identifiers", on_erase="delete_row"))
    fetched_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=not_personal())
    facts: Mapped[dict[str, Any]] = mapped_column(
        JSONB, default=dict, info=personal("register_facts", on_erase="delete_row")
    )
    figures: Mapped[dict[str, Any]] = mapped_column(
        JSONB, default=dict, info=personal("register_facts", on_erase="delete_row")
    )
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=not_personal())
    attempts: Mapped[int] = mapped_column(default=0, info=not_personal())
    asked_by: Mapped[str] = mapped_column(String(64), info=not_personal())
