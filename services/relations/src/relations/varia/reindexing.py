"""Makes the search words of relations anew after a field of the office's own became searchable, or no longer is."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from relations.record.findable import refresh_names
from relations.record.models import Address, Relation
from relations.record.varia import VariaDefinition, searchable_texts
from shared.db import Database

BATCH = 500
"""Relations in one transaction."""

BEFORE_ALL = UUID(int=0)
"""An id that comes before that of every relation."""


def reindex_varia(database: Database) -> None:
    """Go on, batch by batch, with every field whose words are still to be made anew."""
    while _reindex_batch(database):
        pass


def _reindex_batch(database: Database) -> bool:
    """Reindex the next relations of one field; False when there is nothing (more) to do, or others are doing it."""
    unfinished = select(VariaDefinition).where(VariaDefinition.reindexed_to.is_not(None))
    with database.transaction() as session:
        definition = session.scalars(unfinished.limit(1).with_for_update(skip_locked=True)).first()
        if definition is None:
            return False
        relations = _next_holders(session, definition)
        for relation in relations:
            refresh_names(relation, also=searchable_texts(session, relation))
        definition.reindexed_to = relations[-1].id if len(relations) == BATCH else None
    return True


def _next_holders(session: Session, definition: VariaDefinition) -> list[Relation]:
    if definition.level == "relation":
        holds = Relation.varia.has_key(definition.key)
    else:
        holds = exists().where(Address.relation_id == Relation.id, Address.varia.has_key(definition.key))
    wanted = select(Relation).where(Relation.id > definition.reindexed_to, holds, Relation.status != "merged")
    return list(session.scalars(wanted.order_by(Relation.id).limit(BATCH).with_for_update()))
