"""The table of photos and logos, kept in the database so that they are erased and restored with everything else."""

import datetime as dt
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, LargeBinary, String, func
from sqlalchemy.orm import Mapped, mapped_column

from relations.tables import Tables
from shared.privacy import belongs_to_relation, not_personal, personal


class Photo(Tables):
    """The photo or logo of a relation."""

    __tablename__ = "photo"
    __table_args__ = ({"info": belongs_to_relation()},)

    relation_id: Mapped[UUID] = mapped_column(
        ForeignKey("relation.id", ondelete="CASCADE"), primary_key=True, info=not_personal()
    )
    media_type: Mapped[str] = mapped_column(String(16), info=not_personal())
    content: Mapped[bytes] = mapped_column(LargeBinary, info=personal("photo", on_erase="delete_row"))
    stored_at: Mapped[dt.datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now(), info=not_personal()
    )
