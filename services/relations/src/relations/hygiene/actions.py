"""What changes hygiene: the house rules, and what enrichment tells of register data."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from relations.hygiene.checking import mark_all_due, mark_due
from relations.hygiene.domain import DEFAULTS
from relations.hygiene.models import HygieneRule, RegisterState
from relations.record.models import Relation


def seed_rules(session: Session) -> None:
    """Give an office the rules it lacks; its own changes to them stay."""
    rows = [
        {"code": rule.code, "check": rule.check, "parameters": rule.parameters, "groups": list(rule.groups),
         "active": rule.active, "severity": rule.severity, "position": place}
        for place, rule in enumerate(DEFAULTS)
    ]  # fmt: skip
    session.execute(insert(HygieneRule).on_conflict_do_nothing(), rows)


def write_rules(session: Session, rules: list[dict[str, Any]]) -> None:
    """Change the given rules and add those that are new, in the given order; everybody is checked again.

    A rule is switched off, never removed: its code may stand in somebody's notes.
    """
    for position, rule in enumerate(rules):
        values = {**rule, "position": position}
        upsert = insert(HygieneRule).values(**values)
        session.execute(upsert.on_conflict_do_update(index_elements=["code"], set_=values))
    mark_all_due(session)


def note_register_state(
    session: Session, *, relation_id: UUID, provider: str, outcome: str, fetched_at: dt.datetime
) -> None:
    """Remember when register data of a relation was fetched; a failed look-up brought none. Safe to repeat."""
    known = select(Relation.id).where(Relation.id == relation_id, Relation.status != "anonymised")
    if outcome == "failed" or session.scalar(known.with_for_update(read=True, key_share=True)) is None:
        return
    row = {"relation_id": relation_id, "provider": provider, "outcome": outcome, "fetched_at": fetched_at}
    upsert = insert(RegisterState).values(**row)
    session.execute(
        upsert.on_conflict_do_update(
            index_elements=["relation_id", "provider"],
            set_={
                "outcome": upsert.excluded.outcome,
                "fetched_at": func.greatest(RegisterState.fetched_at, upsert.excluded.fetched_at),
            },
        )
    )
    mark_due(session, [relation_id])
