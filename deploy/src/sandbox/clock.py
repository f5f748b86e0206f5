"""A clock that a test can push forward, so that nobody waits for a token to expire."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sandbox.store import Store

_ROOM, _KEY = "clock", "offset"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Clock:
    """The sandbox's own time: the real one plus what it was advanced by."""

    def __init__(self, store: Store, now: Callable[[], datetime] = _utc_now) -> None:
        self._store = store
        self._now = now

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return self._now() + timedelta(seconds=self._offset())

    def timestamp(self) -> float:
        """The present moment, in seconds since 1970."""
        return self.now().timestamp()

    def advance(self, seconds: float) -> datetime:
        """Move the present forward and say what it became."""
        with self._store.alone():
            self._store.put(_ROOM, _KEY, {"seconds": self._offset() + seconds})
        return self.now()

    def _offset(self) -> float:
        return float((self._store.get(_ROOM, _KEY) or {"seconds": 0.0})["seconds"])
