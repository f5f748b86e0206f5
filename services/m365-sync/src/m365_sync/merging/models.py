"""The table of contacts that a merge made superfluous."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Index, String, Text, UniqueConstraint, Uuid, func, text
from sqlalchemy.orm import Mapped, mapped_column

from m365_sync.tables import Tables
from shared.ids import new_id
from shared.privacy import belongs_to_relation, not_personal, personal


class SecondCopy(Tables):
    """The contact of a merged relation in a mailbox that has its survivor's as well.

    It is ``wanted`` ``out`` of the mailbox, or ``back`` in it; ``pending`` until that is so, then ``done``, or
    ``failed``. What stood in it is kept sealed, with all that the user added. It speaks of the survivor, so that it is
    erased with it and follows it in a further merge; the contact itself carries ``old_id``.
    """

    __tablename__ = "second_copy"
    __table_args__ = (
        UniqueConstraint("mailbox_id", "old_id"),
        Index("second_copy_of_relation", "relation_id"),
        Index("second_copy_of_merge", "merge_id"),
        Index("second_copy_pending", "next_try_at", postgresql_where=text("status = 'pending'")),
        {"info": belongs_to_relation()},
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, info=not_personal())
    mailbox_id: Mapped[str] = mapped_column(String(128), info=not_personal())
    old_id: Mapped[UUID] = mapped_column(Uuid, info=not_personal())
    relation_id: Mapped[UUID] = mapped_column(Uuid, info=not_personal())
    merge_id: Mapped[UUID] = mapped_column(Uuid, info=not_personal())
    user_id: Mapped[UUID] = mapped_column(Uuid, info=not_personal())
    wanted: Mapped[str] = mapped_column(String(8), default="out", info=not_personal())
    status: Mapped[str] = mapped_column(String(16), default="pending", info=not_personal())
    sealed: Mapped[str] = mapped_column(Text, default="", info=personal("copy_in_mailbox", on_erase="delete_row"))
    tries: Mapped[int] = mapped_column(default=0, info=not_personal())
    next_try_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("now()"), info=not_personal()
    )
    noted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), info=not_personal())
