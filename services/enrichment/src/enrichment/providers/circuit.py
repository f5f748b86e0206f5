"""A circuit breaker, so that a dead provider costs nothing while it is dead.

Written here because the known libraries hold one lock for the whole of a call, which would make every thread wait
for the slowest, and read the clock themselves.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Literal

from enrichment.providers.port import CompanyFacts, CompanyHit, CompanyRegister, Unavailable

State = Literal["closed", "open", "half-open"]


class Circuit:
    """Opens after some failures in a row, rests, then lets one call try whether the provider is back."""

    def __init__(self, *, failures: int, rest_seconds: float, monotonic: Callable[[], float]) -> None:
        self._allowed = failures
        self._rest = rest_seconds
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._failures = 0
        self._opened_at: float | None = None
        self._trying = False

    @property
    def state(self) -> State:
        """Closed: calls pass; open: none does; half-open: one may try."""
        with self._lock:
            return self._state()

    def enter(self) -> bool:
        """Ask to make a call; whoever is let in reports with `succeeded` or `failed`."""
        with self._lock:
            state = self._state()
            if state == "open" or (state == "half-open" and self._trying):
                return False
            self._trying = state == "half-open"
            return True

    def succeeded(self) -> None:
        """Report that the provider answered."""
        with self._lock:
            self._failures, self._opened_at, self._trying = 0, None, False

    def failed(self) -> None:
        """Report that it did not."""
        with self._lock:
            self._failures += 1
            if self._trying or self._failures >= self._allowed:
                self._opened_at = self._monotonic()
            self._trying = False

    def _state(self) -> State:
        if self._opened_at is None:
            return "closed"
        return "half-open" if self._monotonic() - self._opened_at >= self._rest else "open"


class Guarded:
    """A company register behind a circuit breaker; itself a company register."""

    def __init__(self, register: CompanyRegister, circuit: Circuit) -> None:
        self._register = register
        self._circuit = circuit

    @property
    def provider(self) -> str:
        """The code of the provider behind it."""
        return self._register.provider

    def look_up(self, number: str) -> CompanyFacts | None:
        """Fetch a company unless the circuit is open; raises RegisterProblem."""
        with self._passage():
            return self._register.look_up(number)

    def search(self, name: str) -> Sequence[CompanyHit]:
        """Find companies unless the circuit is open; raises RegisterProblem."""
        with self._passage():
            return self._register.search(name)

    def balance(self) -> Decimal:
        """What the account has left, unless the circuit is open; raises RegisterProblem."""
        with self._passage():
            return self._register.balance()

    @contextmanager
    def _passage(self) -> Iterator[None]:
        if not self._circuit.enter():
            raise Unavailable(self.provider, "Circuit.Open")
        try:
            yield
        except Unavailable:
            self._circuit.failed()
            raise
        except BaseException:
            # A refusal is an answer too: the provider lives.
            self._circuit.succeeded()
            raise
        self._circuit.succeeded()
