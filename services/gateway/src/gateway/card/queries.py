"""What reads the panels: the hot path is one prepared statement that also recognises the caller."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gateway.card.panels import PANELS
from gateway.users.domain import User
from gateway.users.queries import OF_TOKEN, USER_COLUMNS, digest, user_of_row
from shared.db import Database

HELD_COLUMNS = ", ".join(
    [f"max(content) FILTER (WHERE name = '{panel.name}') AS {panel.name}" for panel in PANELS]
    + ["max(alerts) FILTER (WHERE name = 'register') AS alerts"]
    + ["max(restricted_to) FILTER (WHERE name = 'relation') AS restricted_to"]
)

HELD = f"SELECT {HELD_COLUMNS} FROM panel WHERE relation_id = %s AND fetched_at >= current_date"  # noqa: S608 (constants)
"""Panels of an earlier day are fetched anew: what is late, or next, changes at midnight without any event."""

OPEN = f"SELECT {USER_COLUMNS}, held.* FROM {OF_TOKEN}, LATERAL ({HELD}) AS held"  # noqa: S608 (constants)

USER_WIDTH = 6


@dataclass(frozen=True, slots=True)
class Held:
    """The panels held of one relation, in the order of ``PANELS``, each as JSON text or None; and its alerts.

    ``restricted_to`` names the users who see more than the name of a confidential relation; None: everybody.
    """

    contents: Sequence[str | None]
    alerts: str | None
    restricted_to: Sequence[str] | None = None


def open_card(database: Database, *, token: str, relation_id: UUID) -> tuple[User, Held] | None:
    """Return whose token this is and what is held of a relation, or None for a token that is not valid."""
    # In the order of the statement: the token's part comes first.
    row = database.row(OPEN, (digest(token), relation_id))
    return (user_of_row(row), _held(row[USER_WIDTH:])) if row else None


def read_panels(database: Database, relation_id: UUID) -> Held:
    """Return what is held of a relation."""
    row = database.row(HELD, (relation_id,))
    return _held(row) if row else Held((None,) * len(PANELS), None)


def _held(columns: Sequence[Any]) -> Held:
    return Held(columns[:-2], columns[-2], columns[-1])
