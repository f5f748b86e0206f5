"""The table of national numbers."""

import datetime as dt
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, String, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from relations.tables import Tables
from shared.privacy import belongs_to_relation, not_personal, personal

PLAIN = not_personal()


class NationalNumber(Tables):
    """The number under which a state knows a person; only kept where the office switched that on, and sealed.

    It is never searched by, so nothing about it is kept that would tell two equal ones.
    """

    __tablename__ = "national_number"
    __table_args__ = ({"info": belongs_to_relation()},)

    relation_id: Mapped[UUID] = mapped_column(
        ForeignKey("relation.id", ondelete="CASCADE"), primary_key=True, info=PLAIN
    )
    kind: Mapped[str] = mapped_column(String(4), info=PLAIN)
    masked: Mapped[str] = mapped_column(String(11), info=personal("national_number", on_erase="delete_row"))
    sealed_value: Mapped[str] = mapped_column(Text, info=personal("national_number", on_erase="delete_row"))
    recorded_by: Mapped[str] = mapped_column(String(64), info=PLAIN)
    recorded_at: Mapped[dt.datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now(), info=PLAIN
    )
