"""How much one application may ask of one mailbox: four requests at a time, ten thousand in ten minutes."""

from __future__ import annotations

import threading
from collections import Counter

from sandbox.clock import Clock

AT_A_TIME = 4
PER_WINDOW = 10_000
WINDOW_SECONDS = 600

Key = tuple[str, str]


class Gate:
    """Counts who is inside now and who came in this window; a restart forgets both, as nobody is inside then."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._inside: Counter[Key] = Counter()
        self._came: Counter[tuple[Key, int]] = Counter()

    def enter(self, client_id: str, mailbox: str) -> bool:
        """Let a request in; False when it has to come back later."""
        key, window = (client_id, mailbox), int(self._clock.timestamp() // WINDOW_SECONDS)
        with self._lock:
            if self._inside[key] >= AT_A_TIME or self._came[key, window] >= PER_WINDOW:
                return False
            self._inside[key] += 1
            self._came[key, window] += 1
            return True

    def leave(self, client_id: str, mailbox: str) -> None:
        """Let the next one in."""
        with self._lock:
            self._inside[client_id, mailbox] -= 1
