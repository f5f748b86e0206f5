"""The tables of runs, and of the contacts they made."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, String, Uuid, func, text
from sqlalchemy.orm import Mapped, mapped_column

from m365_sync.tables import Tables
from shared.ids import new_id
from shared.privacy import belongs_to_relation, not_personal, personal


class Run(Tables):
    """One synchronisation of one user's mailbox; at most one of a user is unfinished."""

    __tablename__ = "run"
    __table_args__ = (
        Index("run_of_user", "user_id", "id"),
        Index("run_unfinished", "user_id", unique=True, postgresql_where=text("status IN ('queued', 'running')")),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, info=not_personal())
    user_id: Mapped[UUID] = mapped_column(Uuid, info=not_personal())
    trigger: Mapped[str] = mapped_column(String(16), info=not_personal())
    status: Mapped[str] = mapped_column(String(16), default="queued", info=not_personal())
    code: Mapped[str | None] = mapped_column(String(64), info=not_personal())
    total: Mapped[int | None] = mapped_column(info=not_personal())
    added: Mapped[int] = mapped_column(default=0, info=not_personal())
    updated: Mapped[int] = mapped_column(default=0, info=not_personal())
    unchanged: Mapped[int] = mapped_column(default=0, info=not_personal())
    failed: Mapped[int] = mapped_column(default=0, info=not_personal())
    cancel_requested: Mapped[bool] = mapped_column(default=False, info=not_personal())
    claim: Mapped[UUID | None] = mapped_column(Uuid, info=not_personal())
    claims: Mapped[int] = mapped_column(default=0, info=not_personal())
    lease_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=not_personal())
    created_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), info=not_personal()
    )
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=not_personal())
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=not_personal())


class RunError(Tables):
    """A relation that a run could not bring into the mailbox."""

    __tablename__ = "run_error"

    run_id: Mapped[UUID] = mapped_column(
        ForeignKey("run.id", ondelete="CASCADE"), primary_key=True, info=not_personal()
    )
    relation_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, info=not_personal())
    code: Mapped[str] = mapped_column(String(64), info=not_personal())


class Link(Tables):
    """A relation's contact in a mailbox.

    The row is there before the contact is: with ``contact_id`` empty it says that one may have been made. So nothing
    a killed worker left behind goes unnoticed, by the next run or by an erasure.
    """

    __tablename__ = "link"
    __table_args__ = (
        Index("link_of_relation", "relation_id"),
        Index("link_of_run", "run_id"),
        {"info": belongs_to_relation(at_clash="stay")},
    )

    mailbox_id: Mapped[str] = mapped_column(String(128), primary_key=True, info=not_personal())
    relation_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, info=not_personal())
    user_id: Mapped[UUID] = mapped_column(Uuid, info=not_personal())
    contact_id: Mapped[str | None] = mapped_column(String(512), info=personal("copy_in_mailbox", on_erase="delete_row"))
    fingerprint: Mapped[str] = mapped_column(String(64), info=not_personal())
    run_id: Mapped[UUID | None] = mapped_column(Uuid, info=not_personal())
    outcome: Mapped[str] = mapped_column(String(16), info=not_personal())
    sent_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), info=not_personal())
    pushed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=not_personal())
