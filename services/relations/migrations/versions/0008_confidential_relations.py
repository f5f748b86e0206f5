"""the few confidential relations, found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("relation_restricted", "relation", ["id"], unique=False, postgresql_where=sa.text("restricted"))


def downgrade() -> None:
    op.drop_index("relation_restricted", table_name="relation")
