"""how the office stands, counted once for all who ask.

Who deletes a relation takes its findings along: the office is then counted again too.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TRIGGER = """
CREATE TRIGGER relations_to_check_after_delete AFTER DELETE ON relation
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_relations_to_check()
"""


def upgrade() -> None:
    op.create_table(
        "hygiene_standing",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("checks", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_hygiene_standing")),
    )
    op.add_column("hygiene_check", sa.Column("times", sa.BigInteger(), server_default="1", nullable=False))
    op.execute(TRIGGER)


def downgrade() -> None:
    op.execute("DROP TRIGGER relations_to_check_after_delete ON relation")
    op.drop_column("hygiene_check", "times")
    op.drop_table("hygiene_standing")
