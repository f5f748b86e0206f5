"""What changes the panels, under one rule: a fetch stores only over the generation it started from.

Every drop gives a row a new generation, so an answer that was on its way while the fact changed finds another
generation than it noted and is thrown away. A slow fetch can never bury a newer fact.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, delete, text
from sqlalchemy.orm import Session

from gateway.card.models import PanelRow


@dataclass(frozen=True)
class Fetched:
    """What an owner answered: a panel's content, and the alerts in it, both as JSON text.

    Of a confidential relation also the users who see more of it than the name.
    """

    content: str
    alerts: str | None = None
    restricted_to: Sequence[str] | None = None


CLAIM = text(
    """
    INSERT INTO panel (relation_id, name, generation)
    SELECT :relation_id, name, nextval('panel_generation') FROM unnest(CAST(:names AS text[])) AS name
    ON CONFLICT DO NOTHING
    """
)

GENERATIONS = text("SELECT name, generation FROM panel WHERE relation_id = :relation_id AND name = ANY(:names)")

STORE = text(
    """
    UPDATE panel SET content = :content, alerts = :alerts, restricted_to = :restricted_to, fetched_at = now()
     WHERE relation_id = :relation_id AND name = :name AND generation = :generation
    """
)

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


def note_generations(connection: Connection, relation_id: UUID, *, names: Sequence[str]) -> dict[str, int]:
    """Make sure the rows exist and return their generations; to be called before the owners are asked."""
    parameters = {"relation_id": relation_id, "names": list(names)}
    connection.execute(CLAIM, parameters)
    return {row.name: row.generation for row in connection.execute(GENERATIONS, parameters)}


def store_panels(
    connection: Connection, relation_id: UUID, *, fetched: Mapping[str, Fetched], generations: Mapping[str, int]
) -> None:
    """Keep what the owners answered, where nothing changed since the generations were noted."""
    rows = [
        {
            "relation_id": relation_id,
            "name": name,
            "generation": generations[name],
            "content": panel.content,
            "alerts": panel.alerts,
            "restricted_to": None if panel.restricted_to is None else list(panel.restricted_to),
        }
        for name, panel in fetched.items()
        if name in generations
    ]
    if rows:
        connection.execute(STORE, rows)


def drop_panels(session: Session, relation_ids: Iterable[UUID], *, names: Sequence[str]) -> None:
    """Drop panels whose facts changed; fetches on their way will not be stored."""
    session.execute(DROP, {"relation_ids": list(relation_ids), "names": list(names)})


def forget_cards(session: Session, relation_ids: Iterable[UUID]) -> None:
    """Delete every panel of the relations."""
    session.execute(delete(PanelRow).where(PanelRow.relation_id.in_(list(relation_ids))))
