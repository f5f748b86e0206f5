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
        "ledger_entry",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("request_id", "relation_id", name=op.f("pk_ledger_entry")),
    )
    op.create_table(
        "request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("execute_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
    )
    op.create_index("request_latest", "request", ["created_at", "id"], unique=False)
    op.create_index(
        "request_to_send",
        "request",
        ["next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
    )
    op.create_table(
        "failure",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("participant", sa.String(length=64), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_failure_request_id_request")),
        sa.PrimaryKeyConstraint("request_id", "participant", "relation_id", name=op.f("pk_failure")),
    )
    op.create_index("failure_of_batch", "failure", ["request_id", "batch", "participant"], unique=False)
    op.create_table(
        "participation",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("participant", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.Column("next_ask_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_participation_request_id_request")),
        sa.PrimaryKeyConstraint("request_id", "batch", "participant", name=op.f("pk_participation")),
    )
    op.create_index(
        "participation_to_ask",
        "participation",
        ["next_ask_at"],
        unique=False,
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_table(
        "report",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_report_request_id_request")),
        sa.PrimaryKeyConstraint("request_id", "relation_id", name=op.f("pk_report")),
        info={"subject": "relation_id"},
    )
    op.create_index("report_expires_at", "report", ["expires_at"], unique=False)
    op.create_index("report_of_relation", "report", ["relation_id"], unique=False)
    op.create_table(
        "request_relation",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("refusal", sa.String(length=64), nullable=True),
        sa.Column("batch", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_request_relation_request_id_request")),
        sa.PrimaryKeyConstraint("request_id", "relation_id", name=op.f("pk_request_relation")),
        info={"subject": "relation_id"},
    )
    op.create_index("request_relation_by_state", "request_relation", ["request_id", "state", "position"], unique=False)
    op.create_index("request_relation_of_relation", "request_relation", ["relation_id"], unique=False)
    make_first_tables()


def downgrade() -> None:
    drop_first_tables()
    op.drop_index("request_relation_of_relation", table_name="request_relation")
    op.drop_index("request_relation_by_state", table_name="request_relation")
    op.drop_table("request_relation")
    op.drop_index("report_of_relation", table_name="report")
    op.drop_index("report_expires_at", table_name="report")
    op.drop_table("report")
    op.drop_index("participation_to_ask", table_name="participation", postgresql_where=sa.text("status = 'pending'"))
    op.drop_table("participation")
    op.drop_index("failure_of_batch", table_name="failure")
    op.drop_table("failure")
    op.drop_index("request_to_send", table_name="request", postgresql_where=sa.text("next_attempt_at IS NOT NULL"))
    op.drop_index("request_latest", table_name="request")
    op.drop_table("request")
    op.drop_table("ledger_entry")
