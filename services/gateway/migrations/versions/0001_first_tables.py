"""first tables."""

import sqlalchemy as sa
from alembic import op

from shared.first_tables import drop_first_tables, make_first_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("panel_generation")))
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("display_name", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.Column("rights", sa.ARRAY(sa.String(length=32)), nullable=False),
        sa.Column("licences", sa.ARRAY(sa.String(length=32)), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("username", name=op.f("uq_account_username")),
        info={"no_subject": "speaks of the office's own users, who are no relations"},
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.String(length=64), nullable=True),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("audit_at", "audit", ["at"], unique=False)
    op.create_index("audit_of_actor", "audit", ["actor", "id"], unique=False)
    op.create_index("audit_of_relation", "audit", ["relation_id", "id"], unique=False)
    op.create_table(
        "licence",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_licence")),
    )
    op.create_table(
        "panel",
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("alerts", sa.Text(), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("relation_id", "name", name=op.f("pk_panel")),
        info={"subject": "relation_id"},
    )
    op.create_table(
        "sign_in_tries",
        sa.Column("who", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_sign_in_tries")),
    )
    op.create_table(
        "api_token",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_api_token_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_api_token")),
        info={"no_subject": "speaks of the office's own users, who are no relations"},
    )
    op.create_index("api_token_of_account", "api_token", ["account_id"], unique=False)
    op.create_table(
        "session",
        sa.Column("cookie_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_session_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("cookie_hash", name=op.f("pk_session")),
    )
    op.create_index("session_of_account", "session", ["account_id"], unique=False)
    make_first_tables()


def downgrade() -> None:
    drop_first_tables()
    op.drop_index("session_of_account", table_name="session")
    op.drop_table("session")
    op.drop_index("api_token_of_account", table_name="api_token")
    op.drop_table("api_token")
    op.drop_table("sign_in_tries")
    op.drop_table("panel")
    op.drop_table("licence")
    op.drop_index("audit_of_relation", table_name="audit")
    op.drop_index("audit_of_actor", table_name="audit")
    op.drop_index("audit_at", table_name="audit")
    op.drop_table("audit")
    op.drop_table("account")
    op.execute(sa.schema.DropSequence(sa.Sequence("panel_generation")))
