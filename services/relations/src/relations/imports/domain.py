"""What an import is: its states, the order that starts one, and where a column goes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from relations.record.domain import COMMUNICATION_KINDS, ENTITY_FIELDS, IDENTIFIER_KINDS, PERSON_FIELDS, Picture

Status = Literal["queued", "running", "done", "failed", "cancelled", "rolling_back", "rolled_back"]
UNFINISHED = ("queued", "running", "rolling_back")
OnDuplicate = Literal["create", "skip"]
ON_DUPLICATE = ("create", "skip")

ADDRESS_TEXTS = (
    "label", "recipient_lines", "contact_person", "title", "building", "street", "number", "box", "zip", "city",
    "country", "valid_from", "valid_to",
)  # fmt: skip
ADDRESS_FLAGS = ("matter_correspondence", "mailing")
PLAIN_FIELDS = ("groups", "kind", "language", "status", "display_name", "memo", "warning")

PLACES = frozenset(
    (
        *PLAIN_FIELDS,
        *(f"person.{name}" for name in PERSON_FIELDS),
        *(f"entity.{name}" for name in ENTITY_FIELDS),
        *(f"identifiers.{kind}" for kind in IDENTIFIER_KINDS),
        *(f"communications.{kind}" for kind in COMMUNICATION_KINDS),
        *(f"addresses.{name}" for name in (*ADDRESS_TEXTS, *ADDRESS_FLAGS)),
    )
)
"""Where a column may go; several columns may go to the same place."""

NUMBERED_ADDRESS = re.compile(r"^addresses\.([1-9])\.(\w+)$")
VARIA = re.compile(r"^(?:addresses\.)?varia\.[a-z0-9_.-]{1,64}$")


@dataclass(frozen=True)
class Rules:
    """How the rows of a file become relations: a place or None for each column, and what all of them get."""

    places: tuple[str | None, ...]
    defaults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class StartImport:
    """Import a file that was uploaded; without a mapping the remembered or the proposed one counts."""

    upload_id: UUID
    mapping: Mapping[str, str | None] | None = None
    defaults: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False
    on_duplicate: OnDuplicate = "create"


@dataclass(frozen=True)
class Row:
    """One row or card of a file: the texts of its cells, or the body it stands for."""

    number: int
    cells: tuple[str, ...]
    body: dict[str, Any] | None = None
    problem: str = ""
    picture: Picture | None = None
    notice: str = ""
    """What had to be left out of a row that is imported all the same."""


def is_place(path: str) -> bool:
    """Tell whether a column may go to a path."""
    numbered = NUMBERED_ADDRESS.match(path)
    return path in PLACES or bool(VARIA.match(path)) or (numbered is not None and f"addresses.{numbered[2]}" in PLACES)
