"""Paths of the field history, such as ``person.last_name`` or ``addresses.<id>.city``."""

from collections.abc import Mapping
from typing import Any

NEVER_PUT_BACK = ("legal_identities", "photo", "national_number")
"""Versions of an identity are corrected by a later version; the history keeps no picture and no number."""

WITH_PARTS = ("communications", "addresses", "aliases", "bank_accounts", "links")


def can_be_put_back(path: str) -> bool:
    """Tell whether fields of this kind can be put back at all."""
    return path.partition(".")[0] not in NEVER_PUT_BACK


def split(path: str) -> tuple[str, str, str]:
    """Return a path's first step, its second (a part's id or a field) and its third; missing ones are empty.

    What follows the first step of an object, such as a key of varia, may itself hold dots.
    """
    head, _, rest = path.partition(".")
    if head not in WITH_PARTS:
        return head, rest, ""
    part_id, _, field = rest.partition(".")
    return head, part_id, field


def value_at(state: Mapping[str, Any], path: str) -> Any:
    """Return what stands at a path, or None where nothing is."""
    found: Any = state
    for step in split(path):
        if step:
            found = found.get(step) if isinstance(found, Mapping) else None
    return found


def part_is_gone(state: Mapping[str, Any], path: str) -> bool:
    """Tell whether the path is a field of a part that is no longer there."""
    head, part_id, field = split(path)
    return bool(field) and part_id not in state[head]
