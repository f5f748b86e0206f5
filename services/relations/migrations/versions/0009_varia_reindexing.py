"""varia can become searchable, or no longer be, after they were made."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("varia_definition", sa.Column("reindexed_to", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("varia_definition", "reindexed_to")
