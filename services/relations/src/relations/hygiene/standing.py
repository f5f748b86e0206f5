"""How the office stands: its score and how many break each rule, counted in the background once for all who ask.

To count a hundred thousand findings takes a good part of a second, so it is done after checks that may have changed
them, and in a large office not after each.
"""

import time
from dataclasses import dataclass

from sqlalchemy import Connection, case, func, not_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from relations.hygiene.domain import SEVERITIES
from relations.hygiene.models import HygieneCheck, HygieneFinding, HygieneRule, HygieneStanding
from relations.record.confidentiality import viewer
from relations.record.models import Relation
from relations.record.queries import GONE
from shared.db import Database

OFFICE = "office"
PAUSE = 20
"""How many times as long as the last count took the next one waits."""

AT_ONCE = 100
"""Milliseconds; a count as short as this waits for nothing."""

WEIGHT = case(SEVERITIES, value=HygieneRule.severity, else_=0)


@dataclass(frozen=True)
class Standing:
    """The mean score of the relations that live (0–100), and how many break each rule that holds."""

    score: int
    counts: dict[str, int]


def standing(reader: Connection) -> Standing:
    """Return how the office stands by the last count; who breaks what is not told of those the viewer may not see."""
    row = reader.execute(select(HygieneStanding.__table__)).mappings().first()
    if row is None:
        return Standing(100, {})
    active = set(reader.scalars(select(HygieneRule.code).where(HygieneRule.active)))
    hidden = {} if viewer().sees_everything else _counted(reader, Relation.restricted, not_(viewer().condition()))
    counts = {rule: found - hidden.get(rule, 0) for rule, found in sorted(row["counts"].items()) if rule in active}
    return Standing(row["score"], {rule: found for rule, found in counts.items() if found > 0})


def count_anew(database: Database) -> None:
    """Count how the office stands if anything was checked since the last count, unless that was long and just now."""
    with database.transaction() as session:
        nothing = {"kind": OFFICE, "score": 100, "counts": {}, "checks": 0, "took_ms": 0, "counted_at": func.now()}
        known = session.get(HygieneStanding, OFFICE)
        checks = session.scalar(select(func.coalesce(func.sum(HygieneCheck.times), 0))) or 0
        if known and (known.checks == checks or _is_too_soon(session, known)):
            return
        session.execute(insert(HygieneStanding).values(nothing).on_conflict_do_nothing())
        kept = session.get_one(HygieneStanding, OFFICE, with_for_update=True, populate_existing=True)
        began = time.monotonic()
        kept.score, kept.counts = _score(session), _counted(session.connection())
        kept.checks, kept.counted_at, kept.took_ms = checks, func.now(), int((time.monotonic() - began) * 1000)


def _is_too_soon(session: Session, known: HygieneStanding) -> bool:
    if known.took_ms <= AT_ONCE:
        return False
    age = session.scalar(select(func.extract("epoch", func.now() - known.counted_at))) or 0
    return float(age) * 1000 < PAUSE * known.took_ms


def _score(session: Session) -> int:
    """Return the mean score of all relations that live; an office without relations is clean."""
    living = session.scalar(select(func.count()).select_from(Relation).where(Relation.status.not_in(GONE)))
    lost = (
        select(func.least(100, func.sum(WEIGHT)).label("points"))
        .select_from(HygieneFinding)
        .join(HygieneRule, HygieneRule.code == HygieneFinding.rule)
        .join(Relation, Relation.id == HygieneFinding.relation_id)
        .where(HygieneRule.active, Relation.status.not_in(GONE))
        .group_by(HygieneFinding.relation_id)
        .subquery()
    )
    points = session.scalar(select(func.coalesce(func.sum(lost.c.points), 0))) or 0
    return round(100 - int(points) / living) if living else 100


def _counted(reader: Connection, *which: object) -> dict[str, int]:
    """Return how many relations that live break each rule, of all or of some."""
    rows = reader.execute(
        select(HygieneFinding.rule, func.count().label("found"))
        .join(Relation, Relation.id == HygieneFinding.relation_id)
        .where(Relation.status.not_in(GONE), *which)  # type: ignore[arg-type]
        .group_by(HygieneFinding.rule)
    )
    return {row.rule: row.found for row in rows}
