"""Taking an import back: what it created is deleted, unless somebody has used or changed it since."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from contracts.relations import RelationDeleted
from relations.imports.ending import end_import
from relations.imports.models import Created, Import
from relations.matters.models import Party
from relations.record.models import Relation
from shared.db import Database
from shared.outbox import record

CHANGED = "It was changed since"
IN_MATTER = "It is a party to a matter"
FIRST_VERSION = 1


def roll_back_batch(database: Database, import_id: UUID, *, size: int) -> bool:
    """Delete the next relations of an import; return whether there is more to do. Safe to be interrupted."""
    with database.transaction() as session:
        run = session.get(Import, import_id, with_for_update=True)
        if run is None or run.status != "rolling_back":
            return False
        batch = session.scalars(
            select(Created)
            .where(Created.import_id == import_id, Created.row > run.reached)
            .order_by(Created.row)
            .limit(size)
        ).all()
        if not batch:
            end_import(session, run, "rolled_back")
            return False
        run.reached, run.attempts = batch[-1].row, 0
        run.removed += _delete_untouched(session, batch)
    return True


def _delete_untouched(session: Session, batch: Sequence[Created]) -> int:
    """Delete what is as the import left it and note why the rest stays; return how many were deleted."""
    ids = [one.relation_id for one in batch]
    locked = select(Relation.id, Relation.version).where(Relation.id.in_(ids)).order_by(Relation.id).with_for_update()
    versions = {row.id: row.version for row in session.execute(locked)}
    in_matters = set(session.scalars(select(Party.relation_id).where(Party.relation_id.in_(ids))))
    free: list[UUID] = []
    for one in batch:
        if one.relation_id not in versions:
            continue  # somebody deleted it already
        if versions[one.relation_id] != FIRST_VERSION:
            one.kept = CHANGED
        elif one.relation_id in in_matters:
            one.kept = IN_MATTER
        else:
            free.append(one.relation_id)
    if free:
        session.execute(delete(Relation).where(Relation.id.in_(free)), execution_options={"synchronize_session": False})
        record(session, *(RelationDeleted(relation_id=relation_id) for relation_id in free))
    return len(free)
