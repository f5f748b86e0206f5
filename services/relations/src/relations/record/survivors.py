"""Old ids: which relation lives on in which, however often they were merged."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from shared.db import Database

SURVIVORS = text(
    """
    WITH RECURSIVE chain AS (
        SELECT id AS asked, merged_into AS id FROM relation WHERE id = ANY(:ids) AND merged_into IS NOT NULL
        UNION SELECT chain.asked, r.merged_into FROM chain JOIN relation r ON r.id = chain.id
        WHERE r.merged_into IS NOT NULL
    )
    SELECT chain.asked, chain.id FROM chain JOIN relation r ON r.id = chain.id WHERE r.merged_into IS NULL
    """
)

OLD_IDS = text(
    """
    WITH RECURSIVE chain AS (
        SELECT id, merged_into AS survivor FROM relation WHERE merged_into = ANY(:ids)
        UNION SELECT r.id, chain.survivor FROM chain JOIN relation r ON r.merged_into = chain.id
    )
    SELECT id, survivor FROM chain
    """
)


def survivors(reader: Connection | Session, relation_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return, for those of the relations that were merged away, the relation each lives on in."""
    return {row.asked: row.id for row in reader.execute(SURVIVORS, {"ids": list(relation_ids)})}


def survivor_of(database: Database, relation_id: UUID) -> UUID | None:
    """Return the relation in which a merged one lives on; None for one that was not merged."""
    row = database.row("SELECT 1 FROM relation WHERE id = %s AND merged_into IS NOT NULL", (relation_id,))
    if row is None:
        return None
    with database.reading() as connection:
        return survivors(connection, [relation_id]).get(relation_id)


def old_ids(reader: Connection | Session, relation_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return every relation that lives on in one of these, with the one of these."""
    return {row.id: row.survivor for row in reader.execute(OLD_IDS, {"ids": list(relation_ids)})}
