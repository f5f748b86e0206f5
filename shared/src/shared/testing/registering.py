"""Many registrations at once, by clients that send again what was not answered, while a test breaks things."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock, local
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

from shared.testing.client import ApiClient


class Registrations:
    """Registrations under way: how many were answered, and with what."""

    def __init__(self, url: str, bodies: Sequence[dict[str, Any]]) -> None:
        self._url = url
        self._bodies = bodies
        self._own = local()
        self._lock = Lock()
        self.ids: dict[int, str] = {}

    def reach(self, count: int, *, seconds: float = 60.0) -> None:
        """Wait until so many are answered; fails when that takes too long."""
        deadline = monotonic() + seconds
        while len(self.ids) < count:
            assert monotonic() < deadline, f"only {len(self.ids)} of {count} registrations after {seconds:g} seconds"
            sleep(0.005)

    def register(self, place: int) -> None:
        """Register one of the bodies under a key of its own."""
        if not hasattr(self._own, "client"):
            self._own.client = ApiClient(self._url)
        client: ApiClient = self._own.client
        relation = client.register(self._bodies[place], key=uuid4())
        with self._lock:
            self.ids[place] = relation["id"]


@contextmanager
def registering(url: str, bodies: Sequence[dict[str, Any]], *, clients: int = 6) -> Iterator[Registrations]:
    """Register all bodies while the block runs, and wait at its end until every one was answered."""
    registrations = Registrations(url, bodies)
    work: Callable[[int], None] = registrations.register
    with ThreadPoolExecutor(clients) as pool:
        futures = [pool.submit(work, place) for place in range(len(bodies))]
        try:
            yield registrations
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        for future in futures:
            future.result()
