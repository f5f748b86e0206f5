"""The tables of requests; only a request's reason is personal, all else is ids, codes, times and counts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, String, Text, Uuid, func, text
from sqlalchemy.orm import Mapped, mapped_column

from gdpr.tables import Tables
from shared.ids import new_id
from shared.privacy import belongs_to_relation, not_personal, personal


class Request(Tables):
    """One request about one or many relations."""

    __tablename__ = "request"
    __table_args__ = (
        Index("request_to_send", "next_attempt_at", postgresql_where=text("next_attempt_at IS NOT NULL")),
        Index("request_latest", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, info=not_personal())
    kind: Mapped[str] = mapped_column(String(16), info=not_personal())
    status: Mapped[str] = mapped_column(String(16), info=not_personal())
    actor: Mapped[str] = mapped_column(String(64), info=not_personal())
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), info=not_personal())
    execute_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=not_personal())
    cancelled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=not_personal())
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=not_personal())
    next_attempt_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=not_personal())
    """When its next batches may be sent; nothing once all of them were."""


class RequestRelation(Tables):
    """One relation in a request: ``accepted``, ``sent`` in a batch, ``refused`` or ``cancelled``.

    The reason that the user typed stands with every relation it speaks of, so that it goes with each of them.
    """

    __tablename__ = "request_relation"
    __table_args__ = (
        Index("request_relation_by_state", "request_id", "state", "position"),
        Index("request_relation_of_relation", "relation_id"),
        {"info": belongs_to_relation()},
    )

    request_id: Mapped[UUID] = mapped_column(ForeignKey("request.id"), primary_key=True, info=not_personal())
    relation_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, info=not_personal())
    position: Mapped[int] = mapped_column(info=not_personal())
    state: Mapped[str] = mapped_column(String(16), info=not_personal())
    refusal: Mapped[str | None] = mapped_column(String(64), info=not_personal())
    batch: Mapped[int | None] = mapped_column(info=not_personal())
    reason: Mapped[str] = mapped_column(Text, default="", info=personal("gdpr_request", on_erase="blank"))


class Participation(Tables):
    """One participant's part in one batch: ``pending`` until it answered about all, then ``done`` or ``failed``."""

    __tablename__ = "participation"
    __table_args__ = (Index("participation_to_ask", "next_ask_at", postgresql_where=text("status = 'pending'")),)

    request_id: Mapped[UUID] = mapped_column(ForeignKey("request.id"), primary_key=True, info=not_personal())
    batch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, info=not_personal())
    participant: Mapped[str] = mapped_column(String(64), primary_key=True, info=not_personal())
    size: Mapped[int] = mapped_column(info=not_personal())
    status: Mapped[str] = mapped_column(String(16), default="pending", info=not_personal())
    asks: Mapped[int] = mapped_column(default=0, info=not_personal())
    next_ask_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=not_personal())
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=not_personal())


class Failure(Tables):
    """A relation that a participant could not handle, and the reason it gave."""

    __tablename__ = "failure"
    __table_args__ = (Index("failure_of_batch", "request_id", "batch", "participant"),)

    request_id: Mapped[UUID] = mapped_column(ForeignKey("request.id"), primary_key=True, info=not_personal())
    participant: Mapped[str] = mapped_column(String(64), primary_key=True, info=not_personal())
    relation_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, info=not_personal())
    batch: Mapped[int] = mapped_column(info=not_personal())
    reason: Mapped[str] = mapped_column(String(64), info=not_personal())


class LedgerEntry(Tables):
    """What was ordered for one relation, written before anything is done about it; never changed, never deleted."""

    __tablename__ = "ledger_entry"

    request_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, info=not_personal())
    relation_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, info=not_personal())
    batch: Mapped[int] = mapped_column(info=not_personal())
    kind: Mapped[str] = mapped_column(String(16), info=not_personal())
    actor: Mapped[str] = mapped_column(String(64), info=not_personal())
    recorded_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), info=not_personal()
    )
