"""Second copies."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_copy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mailbox_id", sa.String(length=128), nullable=False),
        sa.Column("old_id", sa.Uuid(), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("wanted", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_copy")),
        sa.UniqueConstraint("mailbox_id", "old_id", name=op.f("uq_second_copy_mailbox_id_old_id")),
    )
    op.create_index("second_copy_of_relation", "second_copy", ["relation_id"])
    op.create_index("second_copy_of_merge", "second_copy", ["merge_id"])
    op.create_index(
        "second_copy_pending", "second_copy", ["next_try_at"], postgresql_where=sa.text("status = 'pending'")
    )


def downgrade() -> None:
    op.drop_index("second_copy_pending", table_name="second_copy")
    op.drop_index("second_copy_of_merge", table_name="second_copy")
    op.drop_index("second_copy_of_relation", table_name="second_copy")
    op.drop_table("second_copy")
