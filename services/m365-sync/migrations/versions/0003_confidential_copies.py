"""copies of confidential relations are looked after, beginning with those that are there."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "copy_check",
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("relation_id", name=op.f("pk_copy_check")),
    )
    op.create_index(op.f("ix_copy_check_due_at"), "copy_check", ["due_at"], unique=False)
    op.alter_column("removal", "request_id", existing_type=sa.Uuid(), nullable=True)
    op.alter_column("removal", "batch", existing_type=sa.Integer(), nullable=True)
    op.execute("INSERT INTO copy_check (relation_id, due_at) SELECT DISTINCT relation_id, now() FROM link")


def downgrade() -> None:
    op.execute("DELETE FROM removal WHERE request_id IS NULL")
    op.alter_column("removal", "batch", existing_type=sa.Integer(), nullable=False)
    op.alter_column("removal", "request_id", existing_type=sa.Uuid(), nullable=False)
    op.drop_table("copy_check")
