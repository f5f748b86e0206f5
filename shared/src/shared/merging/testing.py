"""What tests of merges compare: every row of every table, as PostgreSQL writes it."""

from collections.abc import Collection

from sqlalchemy import MetaData, text

from shared.db import Database
from shared.merging.tables import FOLLOWED, MOVED

BOOKKEEPING = (MOVED, FOLLOWED)
CLOCKWORK = ("version", "updated_at")


def rows_of(database: Database, metadata: MetaData, *, leave_out: Collection[str] = ()) -> dict[str, list[str]]:
    """Return the rows of every table as sorted texts, apart from versions, times of change and the merges' own."""
    found = {}
    with database.reading() as connection:
        for table in metadata.sorted_tables:
            if table.name not in BOOKKEEPING and table.name not in leave_out:
                statement = text(f'SELECT (to_jsonb(t) - CAST(:clockwork AS text[]))::text FROM "{table.name}" t')
                found[table.name] = sorted(connection.scalars(statement, {"clockwork": list(CLOCKWORK)}))
    return found
