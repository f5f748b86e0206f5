"""What changes Historie."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts.gateway import Opening
from relations.history.models import Opened
from relations.record.models import Relation
from relations.record.survivors import survivors
from shared.db import Database

KEEP_DAYS = 30
"""Days after which an entry vanishes."""


def note_openings(session: Session, openings: Sequence[Opening]) -> None:
    """Remember the latest opening of each card by each user; relations that are gone are left out."""
    living = survivors(session, {opening.relation_id for opening in openings})
    latest: dict[tuple[object, object], Opening] = {}
    for opening in sorted(openings, key=lambda each: each.opened_at):
        present_id = living.get(opening.relation_id, opening.relation_id)
        latest[opening.user_id, present_id] = replace(opening, relation_id=present_id)
    present = set(
        session.scalars(
            select(Relation.id)
            .where(Relation.id.in_({each.relation_id for each in latest.values()}), Relation.status != "anonymised")
            .with_for_update(read=True)
        )
    )
    rows = [vars(each) for each in latest.values() if each.relation_id in present]
    if rows:
        upsert = insert(Opened)
        session.execute(
            upsert.on_conflict_do_update(
                index_elements=[Opened.user_id, Opened.relation_id],
                set_={"opened_at": func.greatest(Opened.opened_at, upsert.excluded.opened_at)},
            ),
            sorted(rows, key=lambda row: (row["user_id"], row["relation_id"])),
        )


def forget_old_openings(database: Database) -> None:
    """Let entries older than ``KEEP_DAYS`` vanish."""
    with database.transaction() as session:
        limit = func.now() - text(f"interval '{KEEP_DAYS} days'")
        session.execute(delete(Opened).where(Opened.opened_at < limit))
