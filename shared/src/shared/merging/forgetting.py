"""What merges moved is remembered as long as they can be undone, and no longer."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import MetaData, Text, delete, or_
from sqlalchemy.orm import Session

from shared.clock import Clock, utc_now
from shared.db import Database
from shared.jobs import Job
from shared.merging.tables import MOVED

UNDO_DAYS = 30
"""Days within which a merge can be undone."""

ON_ITS_WAY = timedelta(days=2)
"""How long the word that a merge was undone on its last day may take."""


def forget_kept_rows_naming(session: Session, metadata: MetaData, relation_ids: Iterable[UUID]) -> None:
    """Forget rows put aside by merges of others that name relations which are erased: no undoing brings them back."""
    if MOVED not in metadata.tables:
        return
    moved = metadata.tables[MOVED]
    named = [moved.c.before.cast(Text).contains(str(relation_id)) for relation_id in relation_ids]
    session.execute(delete(moved).where(moved.c.how == "aside", or_(*named)))


def forget_old_moves(database: Database, metadata: MetaData, *, clock: Clock = utc_now) -> None:
    """Forget what was moved by merges that nobody can undo any more; old ids stay understood."""
    moved = metadata.tables[MOVED]
    with database.transaction() as session:
        session.execute(delete(moved).where(moved.c.at < clock() - timedelta(days=UNDO_DAYS) - ON_ITS_WAY))


def forgetting_merges(database: Database, metadata: MetaData) -> Job:
    """Return the job that does so."""
    return Job("forget-old-merges", timedelta(hours=1), lambda: forget_old_moves(database, metadata))
