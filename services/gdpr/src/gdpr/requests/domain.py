"""What may be asked about a relation's data, as orders and words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TypeVar
from uuid import UUID

KINDS = ("access", "anonymise", "erase")
ERASURES = ("anonymise", "erase")
STATUSES = ("scheduled", "running", "done", "failed", "cancelled", "refused")
FINISHED = ("done", "failed", "cancelled", "refused")

MERGED = "merged"
"""The reason of a relation that lives on in another one: its request is the other's only if somebody says so."""

LARGEST_REQUEST = 10_000
"""Relations named in one request."""

BATCH = 100
"""Relations in one event, and in one question to another service."""

Item = TypeVar("Item")


@dataclass(frozen=True, kw_only=True)
class OpenRequest:
    """Open a request about the named relations, or about every candidate for erasure."""

    kind: str
    reason: str
    relation_ids: list[UUID] = field(default_factory=list)
    candidates: str | None = None
    execute_at: datetime | None = None


@dataclass(frozen=True)
class Verdicts:
    """Which relations may be erased, and why the other ones may not."""

    allowed: list[UUID]
    refused: dict[UUID, str]

    def for_kind(self, kind: str) -> "Verdicts":
        """Return what they mean for a kind of request: whoever exists, under this very id, may ask for access."""
        if kind != "access":
            return self
        gone = {each: reason for each, reason in self.refused.items() if reason in ("unknown", MERGED)}
        return Verdicts(self.allowed + [each for each in self.refused if each not in gone], gone)


def batches(items: Sequence[Item], *, size: int = BATCH) -> list[list[Item]]:
    """Return the items in order, in lists of at most ``size``."""
    iterator = iter(items)
    return list(iter(lambda: list(islice(iterator, size)), []))
