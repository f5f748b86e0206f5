"""What we need of a mailbox, whoever runs it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from uuid import UUID

MOST_AT_ONCE = 4
"""Requests a mailbox accepts at the same time from one application."""


@dataclass(frozen=True)
class Change:
    """A contact to be written: a new one, or over the one with ``contact_id``."""

    relation_id: UUID
    contact: dict[str, Any]
    contact_id: str | None


@dataclass(frozen=True)
class Outcome:
    """What became of a change.

    ``gone``: there is no such contact any more. ``refused``: never acceptable as it is, ``code`` says why.
    ``throttled`` and ``unauthorised``: not carried out, may be sent again. ``unknown``: carried out or not.
    """

    kind: Literal["done", "gone", "refused", "throttled", "unauthorised", "unknown"]
    contact_id: str = ""
    code: str = ""
    retry_after: float = 0.0


@dataclass(frozen=True)
class Copy:
    """A contact in the mailbox that carries the id of a relation."""

    relation_id: UUID
    contact_id: str


class Throttled(Exception):
    """The mailbox asks to wait ``seconds``; nothing was carried out."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds:g} seconds")
        self.seconds = seconds


class TokenRejected(Exception):
    """The access token is not valid (any more); nothing was carried out."""


class MailboxAway(Exception):
    """The mailbox does not answer; trying later may help."""


class MailboxRefused(Exception):
    """The mailbox is closed to us, and trying again will not help; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Mailbox(Protocol):
    """The contacts of one user; every method sends one request and leaves the patience to its caller.

    All raise ``Throttled``, ``TokenRejected``, ``MailboxAway`` or ``MailboxRefused``.
    """

    def pages_of_copies(self) -> Iterator[list[Copy]]:
        """Yield the contacts that carry the id of a relation, a page at a time."""

    def push(self, changes: Sequence[Change]) -> list[Outcome]:
        """Write up to ``MOST_AT_ONCE`` contacts at once; the outcomes stand in the order of the changes."""

    def find(self, relation_id: UUID) -> list[str]:
        """Return the ids of the contacts that carry the id of this relation."""

    def read(self, contact_id: str) -> dict[str, Any] | None:
        """Return what stands in a contact, whoever wrote it; None for one that is gone."""

    def add(self, relation_id: UUID, content: dict[str, Any]) -> str:
        """Make a contact of what stood in one, with the id of this relation; return its id."""

    def remove(self, contact_id: str) -> None:
        """Delete a contact; one that is gone already is no error."""

    def renew_token(self) -> None:
        """Fetch a fresh access token; raises ``ReconnectNeeded`` when the user must sign in again."""
