"""confidential cards."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("panel", sa.Column("restricted_to", sa.ARRAY(sa.String(length=64)), nullable=True))


def downgrade() -> None:
    op.drop_column("panel", "restricted_to")
