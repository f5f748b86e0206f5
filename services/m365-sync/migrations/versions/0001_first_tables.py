"""first tables."""

import sqlalchemy as sa
from alembic import op

from shared.first_tables import drop_first_tables, make_first_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "connection",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("mailbox_id", sa.String(length=128), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("sealed_tokens", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("connected_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_connection")),
        sa.UniqueConstraint("mailbox_id", name=op.f("uq_connection_mailbox_id")),
        info={"no_subject": "speaks of a user of this system, not of a relation"},
    )
    op.create_table(
        "erasure_batch",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("request_id", "batch", name=op.f("pk_erasure_batch")),
    )
    op.create_table(
        "erasure_mark",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("request_id", "batch", "relation_id", name=op.f("pk_erasure_mark")),
    )
    op.create_index(op.f("ix_erasure_mark_relation_id"), "erasure_mark", ["relation_id"], unique=False)
    op.create_table(
        "link",
        sa.Column("mailbox_id", sa.String(length=128), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.String(length=512), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pushed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("mailbox_id", "relation_id", name=op.f("pk_link")),
        info={"subject": "relation_id"},
    )
    op.create_index("link_of_relation", "link", ["relation_id"], unique=False)
    op.create_index("link_of_run", "link", ["run_id"], unique=False)
    op.create_table(
        "preference",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("synchronised_groups", sa.ARRAY(sa.String(length=64)), nullable=False),
        sa.Column("excluded_groups", sa.ARRAY(sa.String(length=64)), nullable=False),
        sa.Column("next_run_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_preference")),
    )
    op.create_index(op.f("ix_preference_next_run_at"), "preference", ["next_run_at"], unique=False)
    op.create_table(
        "removal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("mailbox_id", sa.String(length=128), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removal")),
    )
    op.create_index("removal_of_batch", "removal", ["request_id", "batch"], unique=False)
    op.create_index(
        "removal_pending", "removal", ["next_try_at"], unique=False, postgresql_where=sa.text("status = 'pending'")
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("trigger", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_index("run_of_user", "run", ["user_id", "id"], unique=False)
    op.create_index(
        "run_unfinished", "run", ["user_id"], unique=True, postgresql_where=sa.text("status IN ('queued', 'running')")
    )
    op.create_table(
        "sign_in_flow",
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_flow", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_sign_in_flow")),
    )
    op.create_table(
        "run_error",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_error_run_id_run"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "relation_id", name=op.f("pk_run_error")),
    )
    make_first_tables()


def downgrade() -> None:
    drop_first_tables()
    op.drop_table("run_error")
    op.drop_table("sign_in_flow")
    op.drop_index("run_unfinished", table_name="run", postgresql_where=sa.text("status IN ('queued', 'running')"))
    op.drop_index("run_of_user", table_name="run")
    op.drop_table("run")
    op.drop_index("removal_pending", table_name="removal", postgresql_where=sa.text("status = 'pending'"))
    op.drop_index("removal_of_batch", table_name="removal")
    op.drop_table("removal")
    op.drop_index(op.f("ix_preference_next_run_at"), table_name="preference")
    op.drop_table("preference")
    op.drop_index("link_of_run", table_name="link")
    op.drop_index("link_of_relation", table_name="link")
    op.drop_table("link")
    op.drop_index(op.f("ix_erasure_mark_relation_id"), table_name="erasure_mark")
    op.drop_table("erasure_mark")
    op.drop_table("erasure_batch")
    op.drop_table("connection")
