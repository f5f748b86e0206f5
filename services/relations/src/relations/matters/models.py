"""The tables of the matter register."""

import datetime as dt
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, String, Uuid, func
from sqlalchemy.orm import Mapped, mapped_column

from relations.tables import Tables
from shared.privacy import belongs_to_relation, not_personal, personal

PLAIN = not_personal()


NOBODYS = {"no_subject": "A matter has several parties; the erasure of one of them blanks its title"}


class Matter(Tables):
    """A matter as the matters module last told of it."""

    __tablename__ = "matter"
    __table_args__ = ({"info": NOBODYS},)

    number: Mapped[str] = mapped_column(String(40), primary_key=True, info=PLAIN)
    title: Mapped[str] = mapped_column(String(300), default="", info=personal("matter", on_erase="blank"))
    status: Mapped[str] = mapped_column(String(8), info=PLAIN)
    updated_at: Mapped[dt.datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now(), info=PLAIN
    )


class Party(Tables):
    """A relation's part in a matter."""

    __tablename__ = "matter_party"
    __table_args__ = (Index("matter_party_relation", "relation_id"), {"info": belongs_to_relation()})

    matter_number: Mapped[str] = mapped_column(
        ForeignKey("matter.number", ondelete="CASCADE"), primary_key=True, info=PLAIN
    )
    relation_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, info=PLAIN)
    role: Mapped[str] = mapped_column(String(64), primary_key=True, info=PLAIN)
