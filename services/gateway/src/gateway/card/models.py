"""The table of card panels."""

import datetime as dt
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, DateTime, Sequence, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from gateway.tables import Tables
from shared.privacy import belongs_to_relation, not_personal, personal

GENERATIONS = Sequence("panel_generation", metadata=Tables.metadata)
"""One sequence for all rows, so that a row deleted and made again never has an earlier generation."""


class PanelRow(Tables):
    """What one panel of one relation's card shows, as ready-made JSON; no content means: ask the owner."""

    __tablename__ = "panel"
    __table_args__ = ({"info": belongs_to_relation(at_merge="stay")},)

    relation_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, info=not_personal())
    name: Mapped[str] = mapped_column(String(32), primary_key=True, info=not_personal())
    generation: Mapped[int] = mapped_column(BigInteger, info=not_personal())
    content: Mapped[str | None] = mapped_column(Text, info=personal("card", on_erase="delete_row"))
    alerts: Mapped[str | None] = mapped_column(Text, info=personal("card", on_erase="delete_row"))
    restricted_to: Mapped[list[str] | None] = mapped_column(ARRAY(String(64)), info=not_personal())
    """On the panel of the relation itself: the users who see more than the name; None: everybody."""
    fetched_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True), info=not_personal())
