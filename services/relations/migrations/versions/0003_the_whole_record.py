"""the whole record."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "link_type",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("labels", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("labels_reverse", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_link_type")),
    )
    op.create_table(
        "varia_definition",
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=12), nullable=False),
        sa.Column("labels", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("options", sa.ARRAY(sa.String(length=100)), nullable=False),
        sa.Column("groups", sa.ARRAY(sa.String(length=64)), nullable=False),
        sa.Column("searchable", sa.Boolean(), nullable=False),
        sa.Column("personal", sa.Boolean(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("level", "key", name=op.f("pk_varia_definition")),
    )
    op.create_table(
        "accounting",
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("debtor_number", sa.String(length=32), nullable=False),
        sa.Column("creditor_number", sa.String(length=32), nullable=False),
        sa.Column("vat_regime", sa.String(length=16), nullable=False),
        sa.Column("payment_term_days", sa.Integer(), nullable=True),
        sa.Column("invoice_language", sa.String(length=2), nullable=False),
        sa.Column("invoice_email", sa.String(length=254), nullable=False),
        sa.Column("invoice_address_id", sa.Uuid(), nullable=True),
        sa.Column("credit_block", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["relation_id"], ["relation.id"], name=op.f("fk_accounting_relation_id_relation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("relation_id", name=op.f("pk_accounting")),
    )
    op.create_table(
        "alias",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["relation_id"], ["relation.id"], name=op.f("fk_alias_relation_id_relation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alias")),
    )
    op.create_index("alias_of_relation", "alias", ["relation_id"], unique=False)
    op.create_table(
        "bank_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("bic", sa.String(length=11), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["relation_id"], ["relation.id"], name=op.f("fk_bank_account_relation_id_relation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_account")),
    )
    op.create_index("bank_account_of_relation", "bank_account", ["relation_id"], unique=False)
    op.create_table(
        "change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("field", sa.String(length=160), nullable=False),
        sa.Column("old", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("new", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(
            ["relation_id"], ["relation.id"], name=op.f("fk_change_relation_id_relation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    op.create_index("change_of_relation", "change", ["relation_id", "id"], unique=False)
    op.create_table(
        "link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["other_id"], ["relation.id"], name=op.f("fk_link_other_id_relation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["relation_id"], ["relation.id"], name=op.f("fk_link_relation_id_relation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["type"], ["link_type.code"], name=op.f("fk_link_type_link_type")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
    )
    op.create_index("link_of_relation", "link", ["relation_id"], unique=False)
    op.create_index("link_to_relation", "link", ["other_id"], unique=False)
    op.create_table(
        "national_number",
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("value", sa.String(length=11), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["relation_id"], ["relation.id"], name=op.f("fk_national_number_relation_id_relation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("relation_id", name=op.f("pk_national_number")),
    )
    op.create_table(
        "photo",
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("media_type", sa.String(length=16), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["relation_id"], ["relation.id"], name=op.f("fk_photo_relation_id_relation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("relation_id", name=op.f("pk_photo")),
    )
    op.add_column("address", sa.Column("phone", sa.String(length=40), server_default="", nullable=False))
    op.add_column("address", sa.Column("email", sa.String(length=254), server_default="", nullable=False))
    op.create_index("address_house", "address", ["zip", "number"], unique=False)
    op.add_column("communication", sa.Column("valid_from", sa.Date(), nullable=True))
    op.add_column("communication", sa.Column("valid_to", sa.Date(), nullable=True))
    op.add_column(
        "legal_identity", sa.Column("register_division", sa.String(length=100), server_default="", nullable=False)
    )
    op.add_column(
        "legal_identity",
        sa.Column("establishments", sa.ARRAY(sa.String(length=12)), server_default="{}", nullable=False),
    )
    op.add_column(
        "legal_identity",
        sa.Column("representatives", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
    )
    op.add_column(
        "legal_identity",
        sa.Column("shareholders", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
    )
    op.add_column("legal_identity", sa.Column("civil_status", sa.String(length=24), server_default="", nullable=False))
    op.add_column(
        "legal_identity", sa.Column("matrimonial_regime", sa.String(length=100), server_default="", nullable=False)
    )
    op.add_column("legal_identity", sa.Column("death_date", sa.Date(), nullable=True))
    op.add_column("legal_identity", sa.Column("capacity", sa.String(length=24), server_default="", nullable=False))
    op.add_column("legal_identity", sa.Column("document_type", sa.String(length=24), server_default="", nullable=False))
    op.add_column(
        "legal_identity", sa.Column("document_number", sa.String(length=40), server_default="", nullable=False)
    )
    op.add_column("legal_identity", sa.Column("document_valid_to", sa.Date(), nullable=True))
    op.add_column(
        "legal_identity", sa.Column("document_verified_by", sa.String(length=64), server_default="", nullable=False)
    )
    op.add_column("relation", sa.Column("form", sa.String(length=16), server_default="", nullable=False))
    op.add_column("relation", sa.Column("salutation", sa.String(length=200), server_default="", nullable=False))
    op.add_column("relation", sa.Column("letter_opening", sa.String(length=200), server_default="", nullable=False))
    op.add_column("relation", sa.Column("letter_closing", sa.String(length=300), server_default="", nullable=False))
    op.add_column("relation", sa.Column("warning_colour", sa.String(length=8), server_default="red", nullable=False))
    op.add_column("relation", sa.Column("responsible", sa.String(length=64), nullable=True))
    op.add_column("relation", sa.Column("restricted", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column(
        "relation", sa.Column("confidants", sa.ARRAY(sa.String(length=64)), server_default="{}", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("relation", "confidants")
    op.drop_column("relation", "restricted")
    op.drop_column("relation", "responsible")
    op.drop_column("relation", "warning_colour")
    op.drop_column("relation", "letter_closing")
    op.drop_column("relation", "letter_opening")
    op.drop_column("relation", "salutation")
    op.drop_column("relation", "form")
    op.drop_column("legal_identity", "document_verified_by")
    op.drop_column("legal_identity", "document_valid_to")
    op.drop_column("legal_identity", "document_number")
    op.drop_column("legal_identity", "document_type")
    op.drop_column("legal_identity", "capacity")
    op.drop_column("legal_identity", "death_date")
    op.drop_column("legal_identity", "matrimonial_regime")
    op.drop_column("legal_identity", "civil_status")
    op.drop_column("legal_identity", "shareholders")
    op.drop_column("legal_identity", "representatives")
    op.drop_column("legal_identity", "establishments")
    op.drop_column("legal_identity", "register_division")
    op.drop_column("communication", "valid_to")
    op.drop_column("communication", "valid_from")
    op.drop_index("address_house", table_name="address")
    op.drop_column("address", "email")
    op.drop_column("address", "phone")
    op.drop_table("photo")
    op.drop_table("national_number")
    op.drop_table("link")
    op.drop_table("change")
    op.drop_table("bank_account")
    op.drop_table("alias")
    op.drop_table("accounting")
    op.drop_table("varia_definition")
    op.drop_table("link_type")
