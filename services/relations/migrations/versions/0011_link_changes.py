"""the history of links is found when either end is erased."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("change_of_link", "change", ["field"], postgresql_where=sa.text("field LIKE 'links.%'"))


def downgrade() -> None:
    op.drop_index("change_of_link", table_name="change")
