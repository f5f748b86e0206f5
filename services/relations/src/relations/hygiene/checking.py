"""Holds relations against the house rules: some of them after a change, all of them by night.

Every change of a relation leaves its id in ``hygiene_due``; a job takes them in batches, and one statement per rule
answers for the whole batch. So an import of 100,000 costs some dozens of statements, and no request waits for a check.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text, union
from sqlalchemy.dialects.postgresql import insert as upsert_into
from sqlalchemy.orm import Session

from relations.duplicates.models import DuplicatePair
from relations.hygiene.checks import question_of
from relations.hygiene.domain import Rule
from relations.hygiene.models import HygieneCheck, HygieneDue, HygieneFinding, HygieneRule
from relations.hygiene.standing import count_anew
from relations.record.models import Relation
from shared.clock import Clock, utc_now
from shared.db import Database

BATCH = 2_000
"""Relations checked in one transaction."""

NIGHT = range(1, 4)
"""Hours (UTC) in which everybody is checked."""

FOUND = """
    INSERT INTO hygiene_found (relation_id, rule, field, message_code)
    SELECT r.id, :rule, {field}, {message} FROM relation r {joins}
    WHERE r.id = ANY(CAST(:ids AS uuid[])) AND r.status NOT IN ('merged', 'anonymised')
      AND (CAST(:kinds AS text[]) IS NULL OR r.kind = ANY(CAST(:kinds AS text[])))
      AND (CAST(:groups AS text[]) = '{{}}' OR EXISTS (
        SELECT FROM membership g WHERE g.relation_id = r.id AND g.code = ANY(CAST(:groups AS text[]))))
      AND ({where})
"""

WORKBENCH = text("CREATE TEMPORARY TABLE hygiene_found (LIKE hygiene_finding) ON COMMIT DROP")
KEEP_SINCE = text("ALTER TABLE hygiene_found ALTER found_at SET DEFAULT now()")

MENDED = text(
    """
    DELETE FROM hygiene_finding f WHERE f.relation_id = ANY(CAST(:ids AS uuid[])) AND NOT EXISTS (
      SELECT FROM hygiene_found n WHERE n.relation_id = f.relation_id AND n.rule = f.rule)
    """
)

BROKEN = text(
    """
    INSERT INTO hygiene_finding (relation_id, rule, field, message_code, found_at)
    SELECT n.relation_id, n.rule, n.field, n.message_code, n.found_at FROM hygiene_found n
    ORDER BY n.relation_id, n.rule
    ON CONFLICT (relation_id, rule) DO UPDATE SET field = excluded.field, message_code = excluded.message_code
    WHERE hygiene_finding.field <> excluded.field OR hygiene_finding.message_code <> excluded.message_code
    """
)


def check_relations(session: Session, relation_ids: Sequence[UUID]) -> None:
    """Write down what some relations break, and strike out what was mended."""
    # Locked, so that none is deleted while its findings are written.
    living = session.scalars(
        select(Relation.id)
        .where(Relation.id == func.any(list(relation_ids)))
        .order_by(Relation.id)
        .with_for_update(read=True, key_share=True)
    )
    ids = f"{{{','.join(map(str, living))}}}"  # one text for all statements: a list would be written out for each
    session.execute(WORKBENCH)
    session.execute(KEEP_SINCE)
    for rule in active_rules(session):
        question = question_of(rule)
        statement = FOUND.format(
            field=question.field, message=question.message, joins=question.joins, where=question.where
        )
        kinds = rule.parameters.get("kinds")
        given = {"rule": rule.code, "ids": ids, "kinds": kinds, "groups": list(rule.groups), **question.values}
        session.execute(text(statement), given)
    session.execute(MENDED, {"ids": ids})
    session.execute(BROKEN)
    session.execute(text("DROP TABLE hygiene_found"))


def active_rules(session: Session) -> list[Rule]:
    """Return the rules that hold now."""
    rows = session.scalars(select(HygieneRule).where(HygieneRule.active).order_by(HygieneRule.position))
    return [
        Rule(row.code, row.check, row.severity, row.parameters, tuple(row.groups), active=row.active) for row in rows
    ]


def check_due(database: Database) -> None:
    """Check the relations that changed, batch by batch, until none is left; then count how the office stands."""
    while _check_batch(database) == BATCH:
        pass
    count_anew(database)


def _check_batch(database: Database) -> int:
    oldest = select(HygieneDue.position).order_by(HygieneDue.position).limit(BATCH).with_for_update(skip_locked=True)
    with database.transaction() as session:
        taken = session.scalars(
            delete(HygieneDue).where(HygieneDue.position.in_(oldest)).returning(HygieneDue.relation_id)
        ).all()
        if taken:
            check_relations(session, sorted(set(taken)))
            _note_check(session, "changed")
    return len(taken)


def mark_due(session: Session, relation_ids: Sequence[UUID]) -> None:
    """Have relations checked again, for what another table than their own says of them."""
    if relation_ids:
        session.execute(insert(HygieneDue), [{"relation_id": relation_id} for relation_id in relation_ids])


def mark_all_due(session: Session) -> None:
    """Have everybody checked again."""
    session.execute(insert(HygieneDue).from_select(["relation_id"], select(Relation.id).order_by(Relation.id)))
    _note_check(session, "all")


def mark_doubles_due(session: Session) -> None:
    """Have those checked that have a possible double, and those that are said to have one, after a scan."""
    said = select(HygieneFinding.relation_id).where(HygieneFinding.message_code == "duplicate")
    one, other = (select(column).where(DuplicatePair.status == "open") for column in (DuplicatePair.a, DuplicatePair.b))
    session.execute(insert(HygieneDue).from_select(["relation_id"], union(one, other, said)))


def check_all_by_night(database: Database, *, clock: Clock = utc_now) -> None:
    """Have everybody checked when it is night and that was not done lately: some rules are about time going by."""
    now = clock()
    if now.hour not in NIGHT:
        return
    with database.transaction() as session:
        last = session.get(HygieneCheck, "all", with_for_update=True)
        if last is None or (now - last.checked_at).total_seconds() > 12 * 3600:
            mark_all_due(session)


def _note_check(session: Session, kind: str) -> None:
    note = upsert_into(HygieneCheck).values(kind=kind, checked_at=func.now())
    once_more = {"checked_at": func.now(), "times": HygieneCheck.times + 1}
    session.execute(note.on_conflict_do_update(index_elements=["kind"], set_=once_more))
