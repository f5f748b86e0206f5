"""Who may have a relation in a mailbox."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

LEASE = timedelta(seconds=15)
"""How long checks belong to a worker; also the pause before the owners are asked again when they did not answer."""

MOST_AT_ONCE = 100
"""Relations checked in one go."""


def confidants_of(relation: Mapping[str, Any]) -> frozenset[str] | None:
    """Return the usernames of those who alone may have a relation in their mailbox; None for everybody."""
    confidentiality = relation.get("confidentiality") or {}
    return frozenset(confidentiality["users"]) if confidentiality.get("level") == "restricted" else None
