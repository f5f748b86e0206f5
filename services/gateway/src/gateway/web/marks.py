"""Small marks: a word with a colour that means something, and where the next page of a list is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from gateway.web.wording import MOMENT_STATUSES, REQUEST_STATUSES, STATUSES, word

COLOURS = {
    "draft": "amber",
    "inactive": "",
    "deceased": "",
    "dissolved": "red",
    "merged": "",
    "anonymised": "",
    "active": "",
    "done": "green",
    "failed": "red",
    "refused": "red",
    "running": "amber",
    "scheduled": "amber",
    "in_progress": "amber",
    "undoing": "amber",
    "cancelling": "amber",
    "rolling_back": "amber",
}


@dataclass(frozen=True)
class Mark:
    """A word and its colour: red, amber, green or none."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class Page:
    """Where the first and the next page of a list are; empty when this is the only one."""

    first: str = ""
    next: str = ""

    @classmethod
    def of(cls, found: Mapping[str, Any], endpoint: str, asked: Mapping[str, Any]) -> "Page":
        """Return the page addresses of a list."""
        kept = {name: value for name, value in asked.items() if value}
        cursor = found.get("next_cursor")
        return cls(
            first=address_of(endpoint, **kept) if request.args.get("cursor") else "",
            next=address_of(endpoint, **kept, cursor=cursor) if cursor else "",
        )


def address_of(endpoint: str, **values: Any) -> str:
    """Return the address of a page of ours; values that are empty are left out of it."""
    return url_for(endpoint, **{name: value for name, value in values.items() if value not in ("", None)})


def status_mark(status: str) -> Mark | None:
    """Return the mark of a relation's status; active is usual and needs none."""
    return None if status == "active" else Mark(word(STATUSES, status), COLOURS.get(status, ""))


def moment_mark(status: str) -> Mark:
    """Return the mark of a contact moment's status."""
    return Mark(word(MOMENT_STATUSES, status), COLOURS.get(status, ""))


def request_mark(status: str) -> Mark:
    """Return the mark of the status of long work."""
    return Mark(word(REQUEST_STATUSES, status), COLOURS.get(status, ""))
