"""The sandbox's memory: documents by room and key, in memory and, if asked, in one file."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Document = dict[str, Any]


class Store:
    """Documents by room and key; they are replaced, never changed in place."""

    def __init__(self, file: Path | None = None) -> None:
        self._lock = threading.RLock()
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
        self._file = sqlite3.connect(file or ":memory:", check_same_thread=False, isolation_level=None)
        # A killed process loses nothing this way; only a power cut could, and this is not the real bank.
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=OFF")
        self._file.execute(
            "CREATE TABLE IF NOT EXISTS document "
            "(room TEXT, key TEXT, body TEXT NOT NULL, PRIMARY KEY (room, key)) WITHOUT ROWID"
        )
        self._rooms: dict[str, dict[str, Document]] = {}
        for room, key, body in self._file.execute("SELECT room, key, body FROM document"):
            self._rooms.setdefault(room, {})[key] = json.loads(body)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other thread out while several documents change together."""
        with self._lock:
            yield

    def get(self, room: str, key: str) -> Document | None:
        """The document, or None."""
        with self._lock:
            return self._rooms.get(room, {}).get(key)

    def put(self, room: str, key: str, document: Document) -> None:
        """Write a document over what stood there."""
        with self._lock:
            self._rooms.setdefault(room, {})[key] = document
            self._file.execute("INSERT OR REPLACE INTO document VALUES (?, ?, ?)", (room, key, json.dumps(document)))

    def drop(self, room: str, key: str) -> Document | None:
        """Take a document away and hand it over, if it was there."""
        with self._lock:
            found = self._rooms.get(room, {}).pop(key, None)
            if found is not None:
                self._file.execute("DELETE FROM document WHERE room = ? AND key = ?", (room, key))
            return found

    def room(self, room: str) -> dict[str, Document]:
        """All documents of a room by key, in the order they came."""
        with self._lock:
            return dict(self._rooms.get(room, {}))

    def clear(self, prefix: str = "") -> None:
        """Empty every room whose name begins so."""
        with self._lock:
            for room in [name for name in self._rooms if name.startswith(prefix)]:
                del self._rooms[room]
                self._file.execute("DELETE FROM document WHERE room = ?", (room,))

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._file.close()
