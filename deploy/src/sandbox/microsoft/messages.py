"""Requests and answers of Graph, the same for a single call and for a part of a batch."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sandbox.microsoft.tokens import Grant

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One request to Graph, without the version in its path."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    grant: Grant
    root: str

    @property
    def immutable_ids(self) -> bool:
        """Whether ids in the answer have to survive a move to another folder."""
        return 'idtype="immutableid"' in self._preferences()

    @property
    def preferred_page_size(self) -> int | None:
        """What the Prefer header says about the page size."""
        _, found, rest = self._preferences().partition("odata.maxpagesize=")
        digits = rest.split(",")[0].strip()
        return int(digits) if found and digits.isdecimal() else None

    def header(self, name: str) -> str:
        """A header in any case of letters; empty when it is not there."""
        return next((value for known, value in self.headers.items() if known.casefold() == name.casefold()), "")

    def _preferences(self) -> str:
        return self.header("Prefer").casefold().replace(" ", "")


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One answer of Graph."""

    status: int = 200
    body: Json | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class GraphError(Exception):
    """A request that Graph answers with an error."""

    def __init__(self, status: int, code: str, *, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after

    def reply(self) -> Reply:
        """The error in the shape of Graph."""
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        inner = {"request-id": str(uuid.uuid4())}
        error = {"code": self.code, "message": self.message, "innerError": inner}
        return Reply(status=self.status, body={"error": error}, headers=headers)


def split_address(url: str) -> tuple[str, dict[str, str]]:
    """The path and the query of a relative address."""
    parts = urlsplit(url)
    return parts.path, dict(parse_qsl(parts.query, keep_blank_values=True))
