"""The table of photos and logos, kept in the database so that they are erased and restored with everything else."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, DateTime, ForeignKey, LargeBinary, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from relations.record.domain import Picture
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


def pictures_of(reader: Connection, documents: Sequence[Mapping[str, Any]]) -> dict[UUID, Picture]:
    """Return the pictures of those relations, as ``record.document`` reads them, that may be shown and have one."""
    wanted = [document["id"] for document in documents if document.get("has_photo")]
    rows = reader.execute(
        select(Photo.relation_id, Photo.media_type, Photo.content).where(Photo.relation_id.in_(wanted))
    )
    return {row.relation_id: Picture(row.media_type, row.content) for row in rows}
