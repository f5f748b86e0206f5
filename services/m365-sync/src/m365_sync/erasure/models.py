"""The tables of erasures under way; ids only."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Index, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from m365_sync.tables import Tables
from shared.ids import new_id
from shared.privacy import not_personal


class ErasureBatch(Tables):
    """One batch of an erasure request, and whether it was answered."""

    __tablename__ = "erasure_batch"

    request_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, info=not_personal())
    batch: Mapped[int] = mapped_column(primary_key=True, info=not_personal())
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=not_personal())


class ErasureMark(Tables):
    """A relation that no run may bring back into a mailbox.

    Lifted when its request is finished: from then on the owner of the relations knows best, and what was read of
    them before that moment may not be sent. Where confidentiality changed, the mark is lifted from the start.
    """

    __tablename__ = "erasure_mark"

    request_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, info=not_personal())
    batch: Mapped[int] = mapped_column(primary_key=True, info=not_personal())
    relation_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, index=True, info=not_personal())
    lifted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=not_personal())


class Removal(Tables):
    """A copy that has to leave a mailbox: ``pending``, ``gone`` or ``failed``.

    For an erasure that waits for it, or because its relation is not for the mailbox's user.
    """

    __tablename__ = "removal"
    __table_args__ = (
        Index("removal_of_batch", "request_id", "batch"),
        Index("removal_pending", "next_try_at", postgresql_where=text("status = 'pending'")),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, info=not_personal())
    request_id: Mapped[UUID | None] = mapped_column(Uuid, info=not_personal())
    batch: Mapped[int | None] = mapped_column(info=not_personal())
    relation_id: Mapped[UUID] = mapped_column(Uuid, info=not_personal())
    mailbox_id: Mapped[str] = mapped_column(String(128), info=not_personal())
    user_id: Mapped[UUID] = mapped_column(Uuid, info=not_personal())
    status: Mapped[str] = mapped_column(String(16), default="pending", info=not_personal())
    reason: Mapped[str | None] = mapped_column(String(64), info=not_personal())
    tries: Mapped[int] = mapped_column(default=0, info=not_personal())
    next_try_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("now()"), info=not_personal()
    )
