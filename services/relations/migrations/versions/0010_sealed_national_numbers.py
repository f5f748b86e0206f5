"""National numbers are sealed; those kept so far are sealed with DATA_KEY, which has to be there if there are any."""

import sqlalchemy as sa
from alembic import op

from relations.settings import RelationsSettings, vault_of
from shared.settings import load_settings

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("national_number", sa.Column("masked", sa.String(length=11), nullable=True))
    op.add_column("national_number", sa.Column("sealed_value", sa.Text(), nullable=True))
    plain = op.get_bind().execute(sa.text("SELECT relation_id, value FROM national_number")).all()
    if plain:
        vault = vault_of(load_settings(RelationsSettings))
        rows = [{"id": row.relation_id, "sealed": vault.seal(row.value)} for row in plain]
        masked = "repeat('•', length(value) - 2) || right(value, 2)"
        seal = f"UPDATE national_number SET masked = {masked}, sealed_value = :sealed WHERE relation_id = :id"  # noqa: S608
        op.get_bind().execute(sa.text(seal), rows)
    op.alter_column("national_number", "masked", nullable=False)
    op.alter_column("national_number", "sealed_value", nullable=False)
    op.drop_column("national_number", "value")


def downgrade() -> None:
    op.add_column("national_number", sa.Column("value", sa.String(length=11), nullable=True))
    sealed = op.get_bind().execute(sa.text("SELECT relation_id, sealed_value FROM national_number")).all()
    if sealed:
        vault = vault_of(load_settings(RelationsSettings))
        rows = [{"id": row.relation_id, "value": vault.open(row.sealed_value)} for row in sealed]
        op.get_bind().execute(sa.text("UPDATE national_number SET value = :value WHERE relation_id = :id"), rows)
    op.alter_column("national_number", "value", nullable=False)
    op.drop_column("national_number", "sealed_value")
    op.drop_column("national_number", "masked")
