"""What a profile is, and when it is asked for again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 60, 300, 900, 3600))
"""Before a question that found the register silent is put again; the last one repeats."""

SETTLED = ("found", "not_found")


@dataclass(frozen=True, kw_only=True)
class Task:
    """A profile to be brought up to date; ``due_at`` is the claim on it, which passes on when it is over."""

    relation_id: UUID
    provider: str
    due_at: datetime
    actor: str
    status: str
    number: str | None


@dataclass(frozen=True, kw_only=True)
class LookUpRelation:
    """Ask a register about a relation now."""

    provider: str
    update_legal_identity: bool = False
    charge_to_matter: str | None = None


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failed attempts."""
    return PAUSES[min(attempts, len(PAUSES)) - 1]
