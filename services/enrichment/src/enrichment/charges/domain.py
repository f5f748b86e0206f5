"""What the ledger of queries says."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

PAID = ("asked", "found", "answer_lost")
"""Outcomes that cost money, or may have: a question still out is reckoned as paid until its answer says otherwise."""

OUTCOMES = (*PAID, "not_found", "cached", "refused", "unavailable")


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Who asks, for which relation and matter, and whether a person asked or the system did so by itself."""

    actor: str
    relation_id: UUID | None = None
    matter_number: str | None = None
    automatic: bool = False


@dataclass(frozen=True, kw_only=True)
class LedgerQuery:
    """Which part of the ledger to show."""

    limit: int
    cursor: str | None
    total: bool
    matter_number: str | None = None
    from_date: date | None = None
    to_date: date | None = None
