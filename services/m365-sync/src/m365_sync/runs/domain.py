"""What a run is, and how a relation in it is to be treated."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

UNFINISHED = ("queued", "running")

LEASE = timedelta(seconds=30)
"""How long a run belongs to a worker that gives no sign of life.

Longer than any single request to Microsoft may take, so that when another worker takes over, nothing of the former
one is still on its way.
"""

MOST_CLAIMS_WITHOUT_PROGRESS = 5
"""After so many workers in a row got nowhere with a run, it has failed."""

Treatment = Literal["add", "update", "unchanged", "withhold"]
"""``withhold``: the relation is confidential, and not for the user of this mailbox."""


@dataclass(frozen=True)
class Known:
    """What we know of a relation's contact: its id, if it was ever answered, and what was last sent to it."""

    contact_id: str | None
    fingerprint: str


@dataclass(frozen=True)
class Plan:
    """One relation's contact as it should be, and how to get there."""

    relation_id: UUID
    contact: dict[str, Any]
    fingerprint: str
    treatment: Treatment
    contact_id: str | None


def treatment_of(known: Known | None, *, fingerprint: str) -> Treatment:
    """Return what must happen to a relation's contact."""
    if known is None or known.contact_id is None:
        return "add"
    return "unchanged" if known.fingerprint == fingerprint else "update"


@dataclass(frozen=True)
class Selection:
    """The relations of a user's groups: those to be in the mailbox, and the number of those left out."""

    chosen: tuple[UUID, ...]
    excluded: int
