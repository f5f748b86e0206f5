"""Two relations side by side: what each says, and where they differ."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gateway.web.card_rows import communication_row
from gateway.web.field_names import field_name, in_words, place_of
from gateway.web.formats import day
from gateway.web.forms import at
from gateway.web.known import relation_url
from gateway.web.marks import Mark, status_mark
from gateway.web.wording import KINDS, word

Document = dict[str, Any]

NAMES = (
    "person.title", "person.initials", "person.first_names", "person.call_name", "person.prefix", "person.last_name",
    "person.birth_name", "person.suffix", "person.birth_date", "entity.legal_name", "entity.trade_names",
    "entity.short_name", "entity.legal_form",
)  # fmt: skip
NUMBERS = ("identifiers.kbo", "identifiers.kvk", "identifiers.vat", "identifiers.rsin", "identifiers.establishment")
COMPARED = ("kind", *NAMES, *NUMBERS, "language", "communications", "addresses", "groups")


@dataclass(frozen=True)
class Side:
    """One of the two, as it stands above its column."""

    id: str
    url: str
    name: str
    number: Any
    about: str
    mark: Mark | None


@dataclass(frozen=True)
class Compared:
    """One field of both, in words."""

    path: str
    label: str
    left: str
    right: str

    @property
    def differs(self) -> bool:
        """Whether both say something and not the same."""
        return bool(self.left and self.right) and self.left.casefold() != self.right.casefold()

    @property
    def same(self) -> bool:
        """Whether both say the same."""
        return bool(self.left) and self.left.casefold() == self.right.casefold()


def side_of(document: Document) -> Side:
    """Return how one of the two is headed."""
    status = document.get("status", "")
    since = day(document.get("created_at"))
    return Side(
        id=str(document["id"]),
        url=relation_url(document["id"]),
        name=document.get("display_name", ""),
        number=document.get("number", ""),
        about=" · ".join(part for part in (word(KINDS, document.get("kind")), since) if part),
        mark=status_mark(status) if status else None,
    )


def compared(left: Document, right: Document, paths: Iterable[str] = COMPARED) -> list[Compared]:
    """Return the fields in which at least one of the two says something."""
    rows = [Compared(path, field_name(path), said(left, path), said(right, path)) for path in paths]
    return [row for row in rows if row.left or row.right]


def said(document: Document, path: str) -> str:
    """Return what a relation says in a field, in words."""
    found = at(document, path)
    if path == "communications":
        return ", ".join(communication_row(str(document["id"]), entry)["text"] for entry in found or [])
    if path == "addresses":
        return "; ".join(place_of(address) for address in found or [])
    return in_words(path, found)
