"""What merges moved is remembered as long as they can be undone, and no longer."""

from datetime import timedelta

from sqlalchemy import MetaData, delete

from shared.clock import Clock, utc_now
from shared.db import Database
from shared.jobs import Job
from shared.merging.tables import MOVED

UNDO_DAYS = 30
"""Days within which a merge can be undone."""

ON_ITS_WAY = timedelta(days=2)
"""How long the word that a merge was undone on its last day may take."""


def forget_old_moves(database: Database, metadata: MetaData, *, clock: Clock = utc_now) -> None:
    """Forget what was moved by merges that nobody can undo any more; old ids stay understood."""
    moved = metadata.tables[MOVED]
    with database.transaction() as session:
        session.execute(delete(moved).where(moved.c.at < clock() - timedelta(days=UNDO_DAYS) - ON_ITS_WAY))


def forgetting_merges(database: Database, metadata: MetaData) -> Job:
    """Return the job that does so."""
    return Job("forget-old-merges", timedelta(hours=1), lambda: forget_old_moves(database, metadata))
