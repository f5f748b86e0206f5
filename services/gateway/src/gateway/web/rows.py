"""Lists inside a form: the same fields again and again, each row at its own place, with room for one more."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from gateway.web.forms import Document, Field, Section, at, nested

MOST = 100
"""Rows in one list."""


@dataclass(frozen=True)
class Rows:
    """A list that is asked for: where it stands in the document, what each row asks, and what makes a row count."""

    path: str
    legend: Any
    fields: Callable[[str], Sequence[Field]]
    telling: tuple[str, ...]
    more: Callable[[str], Sequence[Field]] | None = None
    fold: Any = ""
    plural: Any = ""
    proposed: tuple[Mapping[str, Any], ...] = ()
    """What stands in the rows of a list that is still empty."""

    def sections(self, count: int) -> list[Section]:
        """Return the sections of a number of rows."""
        found = []
        for place in range(count):
            row = f"{self.path}.{place}"
            found.append(
                Section(f"{self.legend} {place + 1}", self.fields(f"{row}."), key=self.path, row=row, in_list=True)
            )
            if self.more:
                found.append(Section("", self.more(f"{row}."), key=self.path, fold=self.fold, in_list=True))
        return found

    def opened(self, document: Mapping[str, Any], *, room: bool) -> list[Document]:
        """Return the rows to show of a document: those there are, with room for another or with what is proposed."""
        present = [dict(row) for row in at(document, self.path) or [] if isinstance(row, Mapping)]
        if not present:
            return [dict(row) for row in self.proposed] or ([{}] if room else [])
        return [*present, {}] if room and len(present) < MOST else present

    def counted(self, typed: MultiDict[str, str]) -> int:
        """Return how many rows were sent."""
        return min(MOST, 1 + max((place for name in typed if (place := self._place(name)) is not None), default=-1))

    def taken(self, document: Mapping[str, Any], *, without: str = "") -> list[Document]:
        """Return the rows that tell something, as a list; ``without`` names one to leave out (``addresses.1``)."""
        return [row for _place, row in self._numbered(document, without)]

    def places(self, document: Mapping[str, Any], *, without: str = "") -> list[int]:
        """Return at which places the rows stood that ``taken`` returns."""
        return [place for place, _row in self._numbered(document, without)]

    def _numbered(self, document: Mapping[str, Any], without: str) -> list[tuple[int, Document]]:
        given = at(document, self.path)
        rows = sorted((int(place), row) for place, row in (given.items() if isinstance(given, Mapping) else ()))
        return [
            (place, row)
            for place, row in rows
            if f"{self.path}.{place}" != without and any(row.get(name) for name in self.telling)
        ]

    def _place(self, name: str) -> int | None:
        head, _dot, rest = name.partition(f"{self.path}.")
        place = rest.partition(".")[0]
        return int(place) if not head and place.isdecimal() and len(place) <= 3 else None


def with_lists(document: Document, lists: Iterable[Rows], *, without: str = "") -> Document:
    """Return a document in which each list is one, instead of an object by place; a list's rows hold no nulls."""
    for rows in lists:
        taken = [without_nulls(row) for row in rows.taken(document, without=without)]
        document = merged(document, nested([(rows.path, taken)]))
    return document


def merged(document: Mapping[str, Any], more: Mapping[str, Any]) -> Document:
    """Return a document with other members put over its own, objects within objects too."""
    inside = {
        name: merged(document[name], value)
        for name, value in more.items()
        if isinstance(value, Mapping) and isinstance(document.get(name), Mapping)
    }
    return {**document, **more, **inside}


def without_nulls(row: Document) -> Document:
    """Return an object without the members that are null."""
    kept = {name: without_nulls(value) if isinstance(value, dict) else value for name, value in row.items()}
    return {name: value for name, value in kept.items() if value is not None and value != {}}
