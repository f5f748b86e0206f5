"""moments by date."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("moment_by_date", "moment", ["date", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("moment_by_date", table_name="moment")
