"""What has been asked of the sandbox, for tests that prove nothing was done or paid twice."""

from __future__ import annotations

from typing import Any

from sandbox.store import Store

_ROOM = "counters"
_SEPARATOR = "\n"


class Counters:
    """Numbers under a path of words, such as companyinfo, paid, operation, company number."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def count(self, *path: str) -> None:
        """Add one under this path."""
        key = _SEPARATOR.join(path)
        with self._store.alone():
            found = self._store.get(_ROOM, key) or {"times": 0}
            self._store.put(_ROOM, key, {"times": found["times"] + 1})

    def tree(self) -> dict[str, Any]:
        """All numbers, nested by the words of their paths."""
        tree: dict[str, Any] = {}
        for key, found in self._store.room(_ROOM).items():
            *branches, leaf = key.split(_SEPARATOR)
            place = tree
            for branch in branches:
                place = place.setdefault(branch, {})
            place[leaf] = found["times"]
        return tree

    def clear(self) -> None:
        """Start counting from nothing."""
        self._store.clear(_ROOM)
