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
        "moment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("time", sa.Time(), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("from_user", sa.String(length=64), nullable=False),
        sa.Column("for_user", sa.String(length=64), nullable=False),
        sa.Column("person_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("matter_number", sa.String(length=40), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("next_touch", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moment")),
        info={"subject": "relation_id"},
    )
    op.create_index("moment_for_user", "moment", ["for_user", "status", "date"], unique=False)
    op.create_index("moment_of_relation", "moment", ["relation_id", "date", "id"], unique=False)
    make_first_tables()


def downgrade() -> None:
    drop_first_tables()
    op.drop_index("moment_of_relation", table_name="moment")
    op.drop_index("moment_for_user", table_name="moment")
    op.drop_table("moment")
