"""The table of contact moments."""

import datetime as dt
from uuid import UUID

from sqlalchemy import ARRAY, Date, DateTime, Index, String, Text, Time, Uuid, func
from sqlalchemy.orm import Mapped, mapped_column

from contacts.tables import Tables
from shared.ids import new_id
from shared.privacy import belongs_to_relation, not_personal, personal


class Moment(Tables):
    """One contact with a relation, done or to be done."""

    __allow_unmapped__ = True
    __tablename__ = "moment"
    __table_args__ = (
        Index("moment_of_relation", "relation_id", "date", "id"),
        Index("moment_by_date", "date", "id"),
        Index("moment_for_user", "for_user", "status", "date"),
        {"info": belongs_to_relation(also=("person_ids",))},
    )

    late: bool
    """Set when the moment is shown; not stored, as it changes by itself at midnight."""

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, info=not_personal())
    relation_id: Mapped[UUID] = mapped_column(Uuid, info=not_personal())
    date: Mapped[dt.date] = mapped_column(Date, info=not_personal())
    time: Mapped[dt.time | None] = mapped_column(Time, info=not_personal())
    subject: Mapped[str] = mapped_column(String(200), info=personal("contact_moment", on_erase="blank"))
    memo: Mapped[str] = mapped_column(Text, default="", info=personal("contact_moment", on_erase="blank"))
    from_user: Mapped[str] = mapped_column(String(64), info=not_personal())
    for_user: Mapped[str] = mapped_column(String(64), info=not_personal())
    person_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list, info=not_personal())
    matter_number: Mapped[str | None] = mapped_column(String(40), info=not_personal())
    status: Mapped[str] = mapped_column(String(16), default="open", info=not_personal())
    next_touch: Mapped[dt.date | None] = mapped_column(Date, info=not_personal())
    version: Mapped[int] = mapped_column(default=1, info=not_personal())
    created_at: Mapped[dt.datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), info=not_personal()
    )
    updated_at: Mapped[dt.datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now(), info=not_personal()
    )
