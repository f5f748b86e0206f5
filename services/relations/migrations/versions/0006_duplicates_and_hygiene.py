"""duplicates and hygiene.

The two key functions are made of what PostgreSQL brings alone: an index on a function must also be built where the
search path is empty, as it is while a backup is restored.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NAME_KEY = r"""
CREATE FUNCTION name_key(first_names text, initials text, last_name text, display_name text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  given text := coalesce(nullif(first_names, ''), initials, '');
  name text := coalesce(nullif(last_name, ''), display_name, '');
  bare text;
BEGIN
  bare := lower(regexp_replace(normalize(name, NFKD), '[^A-Za-z0-9 ]', '', 'g'));
  IF last_name = '' OR last_name IS NULL THEN
    bare := regexp_replace(bare,
      '\m(bv|bvba|nv|vof|cv|cvba|commv|vzw|ivzw|sa|sprl|srl|snc|scs|sc|asbl|gmbh|ag|kg|ltd|llc|inc|plc|stichting)\M',
      '', 'g');
  END IF;
  bare := replace(bare, ' ', '');
  IF bare = '' THEN
    RETURN left(lower(name), 40) || '|' || lower(left(given, 1));
  END IF;
  bare := regexp_replace(bare, '^(van(den|der|de|het|t)?|den|der|de|ten|ter|te|t)(?=..)', '');
  bare := regexp_replace(bare, 'ij', 'i', 'g');
  bare := regexp_replace(bare, 'ph', 'f', 'g');
  bare := regexp_replace(bare, 'sch', 's', 'g');
  bare := regexp_replace(bare, 'c(?=[eiy])', 's', 'g');
  bare := regexp_replace(bare, '(ch|gh)', 'g', 'g');
  bare := translate(left(bare, 1), 'eiouyvzqcd', 'aaaaafskkt') || translate(substr(bare, 2), 'vzqcdaeiouyh', 'fskkt');
  bare := regexp_replace(bare, '(.)\1+', '\1', 'g');
  bare := regexp_replace(bare, '(?<=..)s$', '');
  RETURN left(bare, 12) || '|' || lower(left(regexp_replace(normalize(given, NFKD), '[^A-Za-z]', '', 'g'), 1));
END $$
"""

HOUSE_KEY = r"""
CREATE FUNCTION house_key(street text, number text, city text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  road text := lower(regexp_replace(normalize(street, NFKD), '[^A-Za-z0-9]', '', 'g'));
  house text := substring(number FROM '\d+');
BEGIN
  IF road = '' OR house IS NULL THEN
    RETURN NULL;
  END IF;
  road := regexp_replace(road, '(straat|str|laan|ln|plein|pln|weg|steenweg|stwg)$', '');
  RETURN road || '|' || house || '|' || left(lower(regexp_replace(normalize(city, NFKD), '[^A-Za-z]', '', 'g')), 6);
END $$
"""

NOTE_CHANGED_RELATIONS = """
CREATE FUNCTION note_relations_to_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO hygiene_due (relation_id) SELECT id FROM changed;
  RETURN NULL;
END $$
"""

TRIGGER = """
CREATE TRIGGER relations_to_check_after_{act} AFTER {act} ON relation
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_relations_to_check()
"""


def upgrade() -> None:
    op.execute(NAME_KEY)
    op.execute(HOUSE_KEY)
    _make_tables()
    op.create_index(
        "relation_by_name_key", "relation", [sa.text("name_key(first_names, initials, last_name, display_name)")]
    )
    op.create_index("relation_by_birth_date", "relation", ["birth_date"])
    op.create_index("address_by_house_key", "address", [sa.text("house_key(street, number, city)")])
    op.execute(NOTE_CHANGED_RELATIONS)
    for act in ("insert", "update"):
        op.execute(TRIGGER.format(act=act))


def downgrade() -> None:
    for act in ("insert", "update"):
        op.execute(f"DROP TRIGGER relations_to_check_after_{act} ON relation")
    op.execute("DROP FUNCTION note_relations_to_check()")
    op.drop_index("address_by_house_key", "address")
    op.drop_index("relation_by_birth_date", "relation")
    op.drop_index("relation_by_name_key", "relation")
    for table in (
        "register_state", "hygiene_check", "hygiene_due", "hygiene_finding", "hygiene_rule",
        "duplicate_scan", "duplicate_candidate", "duplicate_pair",
    ):  # fmt: skip
        op.drop_table(table)
    op.execute("DROP FUNCTION house_key(text, text, text)")
    op.execute("DROP FUNCTION name_key(text, text, text, text)")


def _make_tables() -> None:
    op.create_table(
        "duplicate_candidate",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("a", sa.Uuid(), nullable=False),
        sa.Column("b", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_duplicate_candidate")),
    )
    op.create_table(
        "duplicate_scan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("started_by", sa.String(length=64), nullable=False),
        sa.Column("gathered", sa.SmallInteger(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("cut", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("compared_to", sa.BigInteger(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_scan")),
    )
    op.create_index("duplicate_scan_by_status", "duplicate_scan", ["status"], unique=False)
    op.create_table(
        "hygiene_check",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_hygiene_check")),
    )
    op.create_table(
        "hygiene_due",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_hygiene_due")),
    )
    op.create_table(
        "hygiene_rule",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("check", sa.String(length=32), nullable=False),
        sa.Column("parameters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("groups", sa.ARRAY(sa.String(length=64)), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_hygiene_rule")),
    )
    op.create_table(
        "duplicate_pair",
        sa.Column("a", sa.Uuid(), nullable=False),
        sa.Column("b", sa.Uuid(), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("reasons", sa.ARRAY(sa.String(length=16)), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("a", "b", name=op.f("pk_duplicate_pair")),
    )
    op.create_index("duplicate_pair_best_first", "duplicate_pair", ["status", "score", "a", "b"], unique=False)
    op.create_index("duplicate_pair_of_b", "duplicate_pair", ["b"], unique=False)
    op.create_table(
        "hygiene_finding",
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("message_code", sa.String(length=64), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["relation_id"], ["relation.id"], name=op.f("fk_hygiene_finding_relation_id_relation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["rule"], ["hygiene_rule.code"], name=op.f("fk_hygiene_finding_rule_hygiene_rule"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("relation_id", "rule", name=op.f("pk_hygiene_finding")),
    )
    op.create_index("hygiene_finding_of_rule", "hygiene_finding", ["rule", "relation_id"], unique=False)
    op.create_table(
        "register_state",
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["relation_id"], ["relation.id"], name=op.f("fk_register_state_relation_id_relation"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("relation_id", "provider", name=op.f("pk_register_state")),
    )
