"""What a user may choose."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

EVERY = timedelta(hours=24)
"""How often an enabled user is synchronised without being asked."""


@dataclass(frozen=True)
class SavePreferences:
    """Save the tick and both lists together; what stands in neither list is excluded."""

    enabled: bool
    synchronised_groups: tuple[str, ...]
    excluded_groups: tuple[str, ...]


def complaints(command: SavePreferences, *, known: Iterable[str]) -> dict[str, list[str]]:
    """Return what is wrong with the lists, by field; empty when nothing is."""
    known = set(known)
    found: dict[str, list[str]] = {}
    for field in ("synchronised_groups", "excluded_groups"):
        unknown = sorted(set(getattr(command, field)) - known)
        if unknown:
            found[field] = [f"There is no such group: {code}" for code in unknown]
    both = sorted(set(command.synchronised_groups) & set(command.excluded_groups))
    if both:
        found.setdefault("excluded_groups", []).extend(f"Also among the synchronised: {code}" for code in both)
    return found


def sorted_out(synchronised: Iterable[str], *, known: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the synchronised and the excluded groups among the known ones; a new group starts excluded."""
    chosen, known = set(synchronised), list(known)
    return [code for code in known if code in chosen], [code for code in known if code not in chosen]
