"""merges."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

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
    op.create_table(
        "moved_by_merge",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("table_name", sa.String(length=64), nullable=False),
        sa.Column("how", sa.String(length=8), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_moved_by_merge")),
    )
    op.create_index("moved_by_merge_by_age", "moved_by_merge", ["at"], unique=False)
    op.create_index("moved_by_merge_of_merge", "moved_by_merge", ["merge_id", "position"], unique=False)
    op.create_index("moved_by_merge_of_relation", "moved_by_merge", ["relation_id"], unique=False)


def downgrade() -> None:
    op.drop_index("moved_by_merge_of_relation", table_name="moved_by_merge")
    op.drop_index("moved_by_merge_of_merge", table_name="moved_by_merge")
    op.drop_index("moved_by_merge_by_age", table_name="moved_by_merge")
    op.drop_table("moved_by_merge")
    op.drop_index("followed_merge_into", table_name="followed_merge")
    op.drop_index("followed_merge_from", table_name="followed_merge")
    op.drop_table("followed_merge")
