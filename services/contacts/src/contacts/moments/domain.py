"""What a contact moment is, as orders."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

STATUSES = ("open", "in_progress", "done", "cancelled")
UNFINISHED = ("open", "in_progress")


@dataclass(frozen=True, kw_only=True)
class WriteMoment:
    """Write down a contact moment."""

    relation_id: UUID
    date: dt.date
    subject: str
    from_user: str
    for_user: str
    time: dt.time | None = None
    memo: str = ""
    person_ids: list[UUID] = field(default_factory=list)
    matter_number: str | None = None
    status: str = "open"
    next_touch: dt.date | None = None


@dataclass(frozen=True)
class EditMoment:
    """Change the named fields of a contact moment."""

    changes: dict[str, Any]


def is_late(*, on: dt.date, status: str, today: dt.date) -> bool:
    """Tell whether a moment should have been done before today."""
    return status in UNFINISHED and on < today
