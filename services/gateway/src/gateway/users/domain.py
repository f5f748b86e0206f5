"""What a user is, and what a user may."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

LANGUAGES = ("nl", "fr", "en")

IMPLIED = {"admin": frozenset({"audit", "key_user"})}
"""Rights that come with another one."""


@dataclass(frozen=True)
class User:
    """Somebody who is signed in, with the rights given and the licences that are switched on for them."""

    id: UUID
    username: str
    display_name: str
    language: str
    rights: frozenset[str]
    licences: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class AddUser:
    """Give somebody access to the system."""

    username: str
    display_name: str
    password: str
    language: str = "nl"
    rights: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()


@dataclass(frozen=True)
class EditUser:
    """Change the named fields of a user."""

    changes: dict[str, Any]


@dataclass(frozen=True)
class GrantRights:
    """Give a user exactly these rights and licences; None leaves them as they are."""

    rights: tuple[str, ...] | None = None
    licences: tuple[str, ...] | None = None


@dataclass(frozen=True)
class IssuedToken:
    """An API token as its owner sees it, this once."""

    token: str
    expires_at: dt.datetime
    user: User


@lru_cache(maxsize=256)
def _closure(rights: tuple[str, ...]) -> frozenset[str]:
    return frozenset(rights).union(*(IMPLIED.get(right, frozenset()) for right in rights))


def effective_rights(rights: Iterable[str]) -> frozenset[str]:
    """Return the rights given and those that come with them."""
    return _closure(tuple(rights))
