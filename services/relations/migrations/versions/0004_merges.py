"""merges."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "merge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("preferred", sa.ARRAY(sa.String(length=160)), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("undone_by", sa.String(length=64), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.Column("next_ask_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge")),
    )
    op.create_index("merge_from", "merge", ["from_id"])
    op.create_index("merge_into", "merge", ["into_id"])
    op.create_index("merge_to_ask", "merge", ["next_ask_at"], postgresql_where=sa.text("next_ask_at IS NOT NULL"))
    op.create_table(
        "merge_participant",
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("answered", sa.String(length=8), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["merge_id"], ["merge.id"], name=op.f("fk_merge_participant_merge_id_merge"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("merge_id", "service", name=op.f("pk_merge_participant")),
    )
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
    op.create_index("moved_by_merge_by_age", "moved_by_merge", ["at"])
    op.create_index("moved_by_merge_of_merge", "moved_by_merge", ["merge_id", "position"])
    op.create_index("moved_by_merge_of_relation", "moved_by_merge", ["relation_id"])
    op.add_column("relation", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_relation_merged_into"), "relation", ["merged_into"])
    op.create_foreign_key(op.f("fk_relation_merged_into_relation"), "relation", "relation", ["merged_into"], ["id"])


def downgrade() -> None:
    op.drop_constraint(op.f("fk_relation_merged_into_relation"), "relation", type_="foreignkey")
    op.drop_index(op.f("ix_relation_merged_into"), table_name="relation")
    op.drop_column("relation", "merged_into")
    op.drop_table("moved_by_merge")
    op.drop_table("merge_participant")
    op.drop_table("merge")
