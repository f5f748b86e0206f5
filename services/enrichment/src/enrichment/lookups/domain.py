"""What a question to a register is, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

Operation = Literal["company", "search"]
Outcome = Literal["found", "not_found"]

ANSWERED = ("found", "not_found")


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of a register: a company by its number, or companies by a piece of their name."""

    provider: str
    operation: Operation
    subject: str


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What a query cost and where that was written down."""

    id: UUID
    outcome: str
    price_cents: int
    matter_number: str | None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the register said, as JSON, and when; ``not_found`` has no content."""

    outcome: Outcome
    content: dict[str, Any]
    fetched_at: datetime
    receipt: Receipt


def plain_number(written: str) -> str:
    """Return a company number without the signs people write between its digits."""
    return written.strip().replace(" ", "").replace(".", "").replace("-", "")


def plain_name(written: str) -> str:
    """Return a piece of a name so that the same search is the same question."""
    return " ".join(written.split()).casefold()
