"""Lists as pages show them: by which column they are sorted, and which filters are on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from gateway.web.forms import Field, Form, Section
from gateway.web.marks import address_of

Words = Callable[[str], str]


@dataclass(frozen=True)
class Heading:
    """The heading of a column: where it leads, and the direction in which the list is sorted by it."""

    url: str
    direction: str = ""


@dataclass(frozen=True)
class Sorting:
    """By what a list is sorted; ``-date`` is by date, turned around."""

    endpoint: str
    asked: Mapping[str, Any]
    usual: str
    chosen: str = ""
    """What the address asks for; empty for the usual order."""

    @classmethod
    def of(cls, endpoint: str, asked: Mapping[str, Any], names: Sequence[str], *, usual: str) -> "Sorting":
        """Return what the address of this page asks for; what it cannot mean is left out."""
        chosen = request.args.get("sort", "")
        return cls(endpoint, asked, usual, chosen if chosen.removeprefix("-") in names and chosen != usual else "")

    @property
    def kept(self) -> dict[str, Any]:
        """What the list is asked for, its order included."""
        return {**self.asked, "sort": self.chosen}

    def by(self, name: str, *, latest_first: bool = False) -> Heading:
        """Return the heading of a column: the first click sorts by it, the second turns that around."""
        now = self.chosen or self.usual
        if now.removeprefix("-") != name:
            return self._leads_to(f"-{name}" if latest_first else name)
        if now.startswith("-"):
            return self._leads_to(name, "descending")
        return self._leads_to(f"-{name}", "ascending")

    def _leads_to(self, sort: str, direction: str = "") -> Heading:
        return Heading(
            address_of(self.endpoint, **{**self.asked, "sort": "" if sort == self.usual else sort}), direction
        )


@dataclass(frozen=True)
class Chip:
    """A filter that is on, and the address without it."""

    text: str
    without: str


def chips_of(sorting: Sorting, words: Mapping[str, Words]) -> list[Chip]:
    """Return the filters of a list that are on, each in the words of its own."""
    return [
        Chip(words[name](value), address_of(sorting.endpoint, **{**sorting.kept, name: ""}))
        for name, value in sorting.asked.items()
        if value and name in words
    ]


def filters_of(asking: Sequence[Field], asked: Mapping[str, Any]) -> Form:
    """Return the form that filters a list, filled with what was asked."""
    return Form.blank([Section("", asking)], asked)
