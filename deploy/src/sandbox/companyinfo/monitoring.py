"""Which dossiers each user follows, and what changed since that user last fetched them."""

from __future__ import annotations

from typing import Any

from sandbox.clock import Clock
from sandbox.companyinfo.faults import NOT_FOUND, Fault
from sandbox.store import Store

_ROOM = "companyinfo.subscriptions"
_TEST = "Test"


class Monitoring:
    """Subscriptions per user; fetching a dossier subscribes to it and clears what was pending."""

    def __init__(self, store: Store, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def follow(self, username: str, number: str) -> None:
        """Subscribe a user to a dossier; doing it again changes nothing."""
        with self._store.alone():
            if self._store.get(_ROOM, _key(username, number)) is None:
                self._store.put(_ROOM, _key(username, number), _subscription(username, number))

    def unfollow(self, username: str, number: str) -> None:
        """End a subscription."""
        self._store.drop(_ROOM, _key(username, number))

    def retrieved(self, username: str, number: str) -> list[str]:
        """Note that the user has fetched the dossier, and hand over what had been pending."""
        with self._store.alone():
            pending = self._pending_of(username, number)
            self._store.put(_ROOM, _key(username, number), _subscription(username, number))
            return pending

    def changed(self, number: str, update_types: list[str]) -> int:
        """Tell every subscriber that the dossier changed; returns how many there are."""
        today = self._clock.now().date().isoformat()
        with self._store.alone():
            followers = [(key, found) for key, found in self._store.room(_ROOM).items() if found["number"] == number]
            for key, found in followers:
                types = sorted({*found["update_types"], *update_types})
                self._store.put(_ROOM, key, {**found, "update_types": types, "date": today})
        return len(followers)

    def pending(self, username: str, update_types: list[str]) -> list[dict[str, Any]]:
        """Everything of this user that changed since it was last fetched, of these types or of all."""
        found = [
            _reference(entry)
            for entry in self._store.room(_ROOM).values()
            if entry["username"] == username and _wanted(entry["update_types"], update_types)
        ]
        return [*found, self._synthetic("")] if _TEST in update_types else found

    def check(self, number: str, *, update_types: list[str], username: str) -> dict[str, Any]:
        """The last change of one dossier; raises a Fault when there is none; type Test always answers."""
        if _TEST in update_types:
            return self._synthetic(number)
        entry = self._store.get(_ROOM, _key(username, number))
        if entry is None or not _wanted(entry["update_types"], update_types):
            raise Fault(NOT_FOUND, "Never updated")
        return _reference(entry)

    def _pending_of(self, username: str, number: str) -> list[str]:
        entry = self._store.get(_ROOM, _key(username, number))
        return list(entry["update_types"]) if entry else []

    def _synthetic(self, number: str) -> dict[str, Any]:
        today = self._clock.now().date().isoformat()
        return {"dossier_number": number, "update_types": [_TEST], "date_last_update": today}


def _key(username: str, number: str) -> str:
    return f"{username}\n{number}"


def _subscription(username: str, number: str) -> dict[str, Any]:
    return {"username": username, "number": number, "update_types": [], "date": None}


def _wanted(present: list[str], asked: list[str]) -> bool:
    return bool(present) and (not asked or bool({*present} & {*asked}))


def _reference(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "dossier_number": entry["number"],
        "update_types": entry["update_types"],
        "date_last_update": entry["date"],
    }
