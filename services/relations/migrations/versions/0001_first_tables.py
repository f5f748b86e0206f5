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
        "matter",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_matter")),
        info={"no_subject": "A matter's title is the matters module's to erase; it is reported on by number"},
    )
    op.create_table(
        "relation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False, start=1001), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("display_name", sa.String(length=300), nullable=False),
        sa.Column("display_name_is_own", sa.Boolean(), nullable=False),
        sa.Column("sort_name", sa.String(length=300, collation="C"), nullable=False),
        sa.Column("search_text", sa.Text(collation="C"), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("initials", sa.String(length=30), nullable=False),
        sa.Column("first_names", sa.String(length=120), nullable=False),
        sa.Column("call_name", sa.String(length=60), nullable=False),
        sa.Column("prefix", sa.String(length=30), nullable=False),
        sa.Column("last_name", sa.String(length=120), nullable=False),
        sa.Column("birth_name", sa.String(length=120), nullable=False),
        sa.Column("suffix", sa.String(length=30), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("legal_name", sa.String(length=300), nullable=False),
        sa.Column("trade_names", sa.ARRAY(sa.String(length=300)), nullable=False),
        sa.Column("short_name", sa.String(length=100), nullable=False),
        sa.Column("legal_form", sa.String(length=100), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("warning", sa.String(length=500), nullable=False),
        sa.Column("varia", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relation")),
        sa.UniqueConstraint("number", name=op.f("uq_relation_number")),
        info={"subject": "id"},
    )
    op.create_index("relation_by_name", "relation", ["sort_name", "id"], unique=False)
    op.create_index("relation_changed", "relation", ["updated_at", "id"], unique=False)
    op.create_table(
        "relation_group",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("labels", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_relation_group")),
    )
    op.create_table(
        "address",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("recipient_lines", sa.ARRAY(sa.String(length=120)), nullable=False),
        sa.Column("contact_person", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("building", sa.String(length=120), nullable=False),
        sa.Column("street", sa.String(length=120), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("box", sa.String(length=20), nullable=False),
        sa.Column("zip", sa.String(length=16), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("matter_correspondence", sa.Boolean(), nullable=False),
        sa.Column("mailing", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("varia", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["relation_id"], ["relation.id"], name=op.f("fk_address_relation_id_relation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
        info={"subject": "relation_id"},
    )
    op.create_index("address_of_relation", "address", ["relation_id"], unique=False)
    op.create_table(
        "communication",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("value", sa.String(length=254), nullable=False),
        sa.Column("normalised", sa.String(length=254, collation="C"), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("preferred", sa.Boolean(), nullable=False),
        sa.Column("do_not_use", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["relation_id"], ["relation.id"], name=op.f("fk_communication_relation_id_relation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communication")),
        info={"subject": "relation_id"},
    )
    op.create_index("communication_normalised", "communication", ["normalised"], unique=False)
    op.create_index("communication_of_relation", "communication", ["relation_id"], unique=False)
    op.create_table(
        "identifier",
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=32, collation="C"), nullable=False),
        sa.ForeignKeyConstraint(
            ["relation_id"], ["relation.id"], name=op.f("fk_identifier_relation_id_relation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("relation_id", "kind", name=op.f("pk_identifier")),
        info={"subject": "relation_id"},
    )
    op.create_index("identifier_value", "identifier", ["value", "kind"], unique=False)
    op.create_table(
        "legal_identity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("legal_name", sa.String(length=300), nullable=False),
        sa.Column("legal_form", sa.String(length=100), nullable=False),
        sa.Column("kbo", sa.String(length=10), nullable=False),
        sa.Column("kvk", sa.String(length=8), nullable=False),
        sa.Column("rsin", sa.String(length=9), nullable=False),
        sa.Column("vat", sa.String(length=16), nullable=False),
        sa.Column("register_court", sa.String(length=100), nullable=False),
        sa.Column("seat", sa.String(length=300), nullable=False),
        sa.Column("incorporation_date", sa.Date(), nullable=True),
        sa.Column("legal_situation", sa.String(length=32), nullable=False),
        sa.Column("activities", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("capital", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("official_names", sa.String(length=300), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("birth_place", sa.String(length=100), nullable=False),
        sa.Column("birth_country", sa.String(length=2), nullable=False),
        sa.Column("nationality", sa.String(length=2), nullable=False),
        sa.Column("profession", sa.String(length=100), nullable=False),
        sa.Column("domicile", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["relation_id"], ["relation.id"], name=op.f("fk_legal_identity_relation_id_relation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_identity")),
        info={"subject": "relation_id"},
    )
    op.create_index(
        "legal_identity_of_relation", "legal_identity", ["relation_id", "valid_from", "recorded_at"], unique=False
    )
    op.create_table(
        "matter_party",
        sa.Column("matter_number", sa.String(length=40), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["matter_number"], ["matter.number"], name=op.f("fk_matter_party_matter_number_matter"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("matter_number", "relation_id", "role", name=op.f("pk_matter_party")),
    )
    op.create_index("matter_party_relation", "matter_party", ["relation_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("since", sa.Date(), server_default=sa.text("CURRENT_DATE"), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["relation_group.code"], name=op.f("fk_membership_code_relation_group")),
        sa.ForeignKeyConstraint(
            ["relation_id"], ["relation.id"], name=op.f("fk_membership_relation_id_relation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("relation_id", "code", name=op.f("pk_membership")),
    )
    op.create_index("membership_of_group", "membership", ["code", "relation_id"], unique=False)
    op.create_table(
        "opened",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["relation_id"], ["relation.id"], name=op.f("fk_opened_relation_id_relation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "relation_id", name=op.f("pk_opened")),
        info={"subject": "relation_id"},
    )
    op.create_index("opened_by_user", "opened", ["user_id", "opened_at"], unique=False)
    op.create_table(
        "search_word",
        sa.Column("word", sa.String(length=80, collation="C"), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["relation_id"], ["relation.id"], name=op.f("fk_search_word_relation_id_relation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("word", "relation_id", name=op.f("pk_search_word")),
        info={"subject": "relation_id"},
    )
    op.create_index("search_word_relation", "search_word", ["relation_id"], unique=False)
    make_first_tables()


def downgrade() -> None:
    drop_first_tables()
    op.drop_index("search_word_relation", table_name="search_word")
    op.drop_table("search_word")
    op.drop_index("opened_by_user", table_name="opened")
    op.drop_table("opened")
    op.drop_index("membership_of_group", table_name="membership")
    op.drop_table("membership")
    op.drop_index("matter_party_relation", table_name="matter_party")
    op.drop_table("matter_party")
    op.drop_index("legal_identity_of_relation", table_name="legal_identity")
    op.drop_table("legal_identity")
    op.drop_index("identifier_value", table_name="identifier")
    op.drop_table("identifier")
    op.drop_index("communication_of_relation", table_name="communication")
    op.drop_index("communication_normalised", table_name="communication")
    op.drop_table("communication")
    op.drop_index("address_of_relation", table_name="address")
    op.drop_table("address")
    op.drop_table("relation_group")
    op.drop_index("relation_changed", table_name="relation")
    op.drop_index("relation_by_name", table_name="relation")
    op.drop_table("relation")
    op.drop_table("matter")
