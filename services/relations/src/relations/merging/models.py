"""The tables of merges: which, by whom, and who has followed; what was moved stands in ``moved_by_merge``."""

import datetime as dt
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, ForeignKey, Index, Integer, String, Uuid, func, text
from sqlalchemy.orm import Mapped, mapped_column

from relations.tables import Tables
from shared.ids import new_id
from shared.privacy import not_personal

PLAIN = not_personal()


class Merge(Tables):
    """A merge of one relation into another: ``running`` until everybody followed, then ``done``; or undone again."""

    __tablename__ = "merge"
    __table_args__ = (
        Index("merge_from", "from_id"),
        Index("merge_into", "into_id"),
        Index("merge_to_ask", "next_ask_at", postgresql_where=text("next_ask_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, info=PLAIN)
    from_id: Mapped[UUID] = mapped_column(Uuid, info=PLAIN)
    into_id: Mapped[UUID] = mapped_column(Uuid, info=PLAIN)
    status: Mapped[str] = mapped_column(String(16), default="running", info=PLAIN)
    preferred: Mapped[list[str]] = mapped_column(ARRAY(String(160)), default=list, info=PLAIN)
    actor: Mapped[str] = mapped_column(String(64), info=PLAIN)
    merged_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), info=PLAIN)
    undone_by: Mapped[str] = mapped_column(String(64), default="", info=PLAIN)
    undone_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True), info=PLAIN)
    asks: Mapped[int] = mapped_column(Integer, default=1, info=PLAIN)
    next_ask_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True), info=PLAIN)


class MergeParticipant(Tables):
    """A service that has to follow a merge, and what it answered last."""

    __tablename__ = "merge_participant"

    merge_id: Mapped[UUID] = mapped_column(ForeignKey("merge.id", ondelete="CASCADE"), primary_key=True, info=PLAIN)
    service: Mapped[str] = mapped_column(String(64), primary_key=True, info=PLAIN)
    answered: Mapped[str] = mapped_column(String(8), default="", info=PLAIN)
    answered_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True), info=PLAIN)
