"""What changes the panels, under one rule: a fetch stores only over the generation it started from.

Every drop gives a row a new generation, so an answer that was on its way while the fact changed finds another
generation than it noted and is thrown away. A slow fetch can never bury a newer fact.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from gateway.card.models import PanelRow
from gateway.card.panels import RELATION
from shared.db import Database


@dataclass(frozen=True)
class Fetched:
    """What an owner answered: a panel's content, and the alerts in it, both as JSON text.

    Of a confidential relation also the users who see more of it than the name.
    """

    content: str
    alerts: str | None = None
    restricted_to: Sequence[str] | None = None


CLAIM = """
    WITH made AS (
        INSERT INTO panel (relation_id, name, generation)
        SELECT %(relation_id)s, name, nextval('panel_generation') FROM unnest(%(names)s::text[]) AS name
        ON CONFLICT DO NOTHING RETURNING name, generation
    )
    SELECT jsonb_object_agg(name, generation) FROM (
        SELECT name, generation FROM made
        UNION ALL SELECT name, generation FROM panel WHERE relation_id = %(relation_id)s AND name = ANY (%(names)s)
    ) AS claimed
"""
"""A row that somebody else makes at the same moment is in neither part: what is fetched then is shown, not kept."""

STORE = """
    UPDATE panel SET content = fetched.content, alerts = fetched.alerts, fetched_at = now(),
           restricted_to = CASE WHEN panel.name = 'relation' THEN %s::text[] END
      FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[]) AS fetched (name, generation, content, alerts)
     WHERE panel.relation_id = %s AND panel.name = fetched.name AND panel.generation = fetched.generation
"""

# Rows are locked in one order, so that two drops that overlap never wait for each other in a circle.
DROP = text(
    """
    WITH due AS (
        SELECT relation_id, name FROM panel
         WHERE relation_id = ANY(:relation_ids) AND name = ANY(:names)
         ORDER BY relation_id, name FOR UPDATE
    )
    UPDATE panel SET content = NULL, alerts = NULL, restricted_to = NULL, generation = nextval('panel_generation')
      FROM due WHERE panel.relation_id = due.relation_id AND panel.name = due.name
    """
)


def note_generations(database: Database, relation_id: UUID, *, names: Sequence[str]) -> dict[str, int]:
    """Make sure the rows exist and return their generations; to be called before the owners are asked."""
    row = database.row(CLAIM, {"relation_id": relation_id, "names": list(names)})
    return (row[0] if row else None) or {}


def store_panels(
    database: Database, relation_id: UUID, *, fetched: Mapping[str, Fetched], generations: Mapping[str, int]
) -> None:
    """Keep what the owners answered, where nothing changed since the generations were noted."""
    kept = {name: panel for name, panel in fetched.items() if name in generations}
    if not kept:
        return
    relation = kept.get(RELATION)
    database.run(
        STORE,
        (
            None if relation is None or relation.restricted_to is None else list(relation.restricted_to),
            list(kept),
            [generations[name] for name in kept],
            [panel.content for panel in kept.values()],
            [panel.alerts for panel in kept.values()],
            relation_id,
        ),
    )


def drop_panels(session: Session, relation_ids: Iterable[UUID], *, names: Sequence[str]) -> None:
    """Drop panels whose facts changed; fetches on their way will not be stored."""
    session.execute(DROP, {"relation_ids": list(relation_ids), "names": list(names)})


def forget_cards(session: Session, relation_ids: Iterable[UUID]) -> None:
    """Delete every panel of the relations."""
    session.execute(delete(PanelRow).where(PanelRow.relation_id.in_(list(relation_ids))))
