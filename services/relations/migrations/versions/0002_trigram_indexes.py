"""trigram indexes.

They make the search for a piece inside a name or number fast at a million rows. The extension pg_trgm is not part of
every PostgreSQL, and not every account may create it: without it the search answers the same, only slower.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import DBAPIError

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INDEXES = (
    ("relation_search_text_trigram", "relation", "search_text"),
    ("communication_normalised_trigram", "communication", "normalised"),
)

AVAILABLE = sa.text("SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm')")


def upgrade() -> None:
    if not _extension_is_there():
        return
    for name, table, column in INDEXES:
        op.create_index(name, table, [column], postgresql_using="gin", postgresql_ops={column: "gin_trgm_ops"})


def downgrade() -> None:
    for name, table, _ in INDEXES:
        op.drop_index(name, table, if_exists=True)


def _extension_is_there() -> bool:
    """Create the extension where the server has it and this account may."""
    connection = op.get_bind()
    if not connection.scalar(AVAILABLE):
        return False
    try:
        with connection.begin_nested():
            connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    except DBAPIError:
        return False
    return True
