"""What an audit entry says."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

CARD_OPENED = "card.opened"


@dataclass(frozen=True, slots=True)
class Entry:
    """Who did or read what, when, and how it was answered; ids and codes only."""

    at: datetime
    actor: UUID
    action: str
    relation_id: UUID | None = None
    subject: str | None = None
    status: int = 200
    request_id: str = ""
