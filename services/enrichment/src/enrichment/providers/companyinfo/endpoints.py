"""Several addresses of one provider: the first that works, avoiding for a while the one that failed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence


class Endpoints:
    """Addresses in order of preference."""

    def __init__(self, addresses: Sequence[str], *, avoid_seconds: float, monotonic: Callable[[], float]) -> None:
        self._addresses = tuple(addresses)
        self._avoid_seconds = avoid_seconds
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._failed_at: dict[str, float] = {}

    def in_order(self) -> tuple[str, ...]:
        """The addresses to try now; all of them when every one is being avoided."""
        with self._lock:
            now = self._monotonic()
            sound = tuple(address for address in self._addresses if not self._is_avoided(address, now))
        return sound or self._addresses

    def failed(self, address: str) -> None:
        """Avoid this address for a while."""
        with self._lock:
            self._failed_at[address] = self._monotonic()

    def _is_avoided(self, address: str, now: float) -> bool:
        failed_at = self._failed_at.get(address)
        return failed_at is not None and now - failed_at < self._avoid_seconds
