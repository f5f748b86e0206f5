"""The tables of links and of their types."""

import datetime as dt
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from relations.tables import Tables
from shared.ids import new_id
from shared.privacy import belongs_to_relation, not_personal, personal

PLAIN = not_personal()


class LinkType(Tables):
    """A kind of link, with its name seen from either end."""

    __tablename__ = "link_type"

    code: Mapped[str] = mapped_column(String(64), primary_key=True, info=PLAIN)
    labels: Mapped[dict[str, str]] = mapped_column(JSONB, info=PLAIN)
    labels_reverse: Mapped[dict[str, str]] = mapped_column(JSONB, info=PLAIN)
    position: Mapped[int] = mapped_column(Integer, default=0, info=PLAIN)


SAME_LINK = ("other_id", "type", "valid_from", "valid_to", "note")


class Link(Tables):
    """What one relation is to another, for as long as it is."""

    __tablename__ = "link"
    __table_args__ = (
        Index("link_of_relation", "relation_id"),
        Index("link_to_relation", "other_id"),
        {"info": belongs_to_relation(also=("other_id",), same=SAME_LINK)},
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, info=PLAIN)
    relation_id: Mapped[UUID] = mapped_column(ForeignKey("relation.id", ondelete="CASCADE"), info=PLAIN)
    other_id: Mapped[UUID] = mapped_column(ForeignKey("relation.id", ondelete="CASCADE"), info=PLAIN)
    type: Mapped[str] = mapped_column(ForeignKey("link_type.code"), info=personal("link", on_erase="delete_row"))
    valid_from: Mapped[dt.date | None] = mapped_column(Date, info=PLAIN)
    valid_to: Mapped[dt.date | None] = mapped_column(Date, info=PLAIN)
    note: Mapped[str] = mapped_column(String(300), default="", info=personal("link", on_erase="delete_row"))
