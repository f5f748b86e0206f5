"""first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.first_tables import drop_first_tables, make_first_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("username", sa.String(length=128), nullable=False),
        sa.Column("sealed_password", sa.Text(), nullable=False),
        sa.Column("base_urls", sa.ARRAY(sa.String(length=256)), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("search_price_cents", sa.Integer(), nullable=False),
        sa.Column("monthly_cap", sa.Integer(), nullable=True),
        sa.Column("auto_enrich", sa.Boolean(), nullable=False),
        sa.Column("licensed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_account")),
    )
    op.create_table(
        "alert",
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("relation_id", "provider", "code", name=op.f("pk_alert")),
        info={"subject": "relation_id"},
    )
    op.create_index("alert_by_time", "alert", ["raised_at", "relation_id", "provider", "code"], unique=False)
    op.create_table(
        "charge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=True),
        sa.Column("matter_number", sa.String(length=40), nullable=True),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("register_number", sa.String(length=32), nullable=True),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge")),
        info={"subject": "relation_id"},
    )
    op.create_index("charge_by_time", "charge", ["asked_at", "id"], unique=False)
    op.create_index("charge_of_matter", "charge", ["matter_number", "asked_at"], unique=False)
    op.create_index("charge_of_number", "charge", ["register_number"], unique=False)
    op.create_index("charge_of_relation", "charge", ["relation_id"], unique=False)
    op.create_table(
        "lookup",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("charge_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lookup")),
        sa.UniqueConstraint("provider", "operation", "subject", name=op.f("uq_lookup_provider_operation_subject")),
        info={"no_subject": "deleted by number at erasure, and by age"},
    )
    op.create_index("lookup_by_age", "lookup", ["asked_at"], unique=False)
    op.create_table(
        "profile",
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("number", sa.String(length=32), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("relation_id", "provider", name=op.f("pk_profile")),
        info={"subject": "relation_id"},
    )
    op.create_index("profile_due", "profile", ["due_at"], unique=False, postgresql_where=sa.text("due_at IS NOT NULL"))
    op.create_index("profile_of_number", "profile", ["number"], unique=False)
    make_first_tables()


def downgrade() -> None:
    drop_first_tables()
    op.drop_index("profile_of_number", table_name="profile")
    op.drop_index("profile_due", table_name="profile", postgresql_where=sa.text("due_at IS NOT NULL"))
    op.drop_table("profile")
    op.drop_index("lookup_by_age", table_name="lookup")
    op.drop_table("lookup")
    op.drop_index("charge_of_relation", table_name="charge")
    op.drop_index("charge_of_number", table_name="charge")
    op.drop_index("charge_of_matter", table_name="charge")
    op.drop_index("charge_by_time", table_name="charge")
    op.drop_table("charge")
    op.drop_index("alert_by_time", table_name="alert")
    op.drop_table("alert")
    op.drop_table("account")
