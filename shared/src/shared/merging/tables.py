"""The tables by which a merge can be taken back, and old ids be understood; every service that takes part has them."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    MetaData,
    String,
    Table,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.privacy import belongs_to_relation, not_personal, personal

MOVED = "moved_by_merge"
FOLLOWED = "followed_merge"


def add_moved_by_merge(metadata: MetaData) -> Table:
    """Add the table of everything a merge did to rows, in that order.

    A row ``moved``, was ``chosen`` to take the place of one of the survivor, was put ``aside`` or was ``added``.
    ``before`` is what it was, of a moved one only its key and changed columns; ``after`` its changed columns. Rows
    speak of the survivor, so that they are erased with it, and follow it in a further merge.
    """
    return Table(
        MOVED,
        metadata,
        Column("position", BigInteger, Identity(always=True), primary_key=True, info=not_personal()),
        Column("merge_id", Uuid, nullable=False, info=not_personal()),
        Column("relation_id", Uuid, nullable=False, info=not_personal()),
        Column("table_name", String(64), nullable=False, info=not_personal()),
        Column("how", String(8), nullable=False, info=not_personal()),
        Column("before", JSONB, info=personal("merge", on_erase="delete_row")),
        Column("after", JSONB, info=personal("merge", on_erase="delete_row")),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.now(), info=not_personal()),
        Index("moved_by_merge_of_merge", "merge_id", "position"),
        Index("moved_by_merge_of_relation", "relation_id"),
        Index("moved_by_merge_by_age", "at"),
        info=belongs_to_relation(),
    )


def add_followed_merge(metadata: MetaData) -> Table:
    """Add the table of the merges a service followed: ``merged``, or ``unmerged`` for good."""
    return Table(
        FOLLOWED,
        metadata,
        Column("merge_id", Uuid, primary_key=True, info=not_personal()),
        Column("from_id", Uuid, nullable=False, info=not_personal()),
        Column("into_id", Uuid, nullable=False, info=not_personal()),
        Column("phase", String(8), nullable=False, info=not_personal()),
        Column("followed_at", DateTime(timezone=True), nullable=False, server_default=func.now(), info=not_personal()),
        Index("followed_merge_from", "from_id"),
        Index("followed_merge_into", "into_id"),
    )
