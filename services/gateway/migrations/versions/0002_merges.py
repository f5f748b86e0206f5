"""merges."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "followed_merge",
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=False),
        sa.Column("phase", sa.String(length=8), nullable=False),
        sa.Column("followed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("merge_id", name=op.f("pk_followed_merge")),
    )
    op.create_index("followed_merge_from", "followed_merge", ["from_id"], unique=False)
    op.create_index("followed_merge_into", "followed_merge", ["into_id"], unique=False)


def downgrade() -> None:
    op.drop_index("followed_merge_into", table_name="followed_merge")
    op.drop_index("followed_merge_from", table_name="followed_merge")
    op.drop_table("followed_merge")
