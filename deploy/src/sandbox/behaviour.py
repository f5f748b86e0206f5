"""How each stand-in was told to misbehave."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any, Literal

from sandbox.store import Store

_ROOM = "behaviour"
HostState = Literal["up", "unavailable", "gateway"]


class UnknownBehaviour(ValueError):
    """No such stand-in, no such knob, or not a value it can take."""


@dataclass(frozen=True, kw_only=True)
class CompanyInfoBehaviour:
    """Host states, delay in milliseconds, and a number of coming calls that fail with a code."""

    ws1: HostState = "up"
    ws2: HostState = "up"
    slow_ms: int = 0
    fail_next: int = 0
    fail_code: str = "Server.Unavailable.Temporary"


@dataclass(frozen=True, kw_only=True)
class MicrosoftBehaviour:
    """Delay in milliseconds, and how many coming requests are throttled, fail or are refused a refresh."""

    slow_ms: int = 0
    throttle_next: int = 0
    retry_after: int = 1
    fail_next: int = 0
    fail_status: int = 503
    refuse_refresh_next: int = 0
    page_size: int = 10


Behaviour = CompanyInfoBehaviour | MicrosoftBehaviour
_KINDS: dict[str, type[CompanyInfoBehaviour] | type[MicrosoftBehaviour]] = {
    "companyinfo": CompanyInfoBehaviour,
    "microsoft": MicrosoftBehaviour,
}


class Behaviours:
    """The present behaviour of each stand-in, kept in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def companyinfo(self) -> CompanyInfoBehaviour:
        """How the company register behaves now."""
        return CompanyInfoBehaviour(**self._told("companyinfo"))

    @property
    def microsoft(self) -> MicrosoftBehaviour:
        """How Microsoft behaves now."""
        return MicrosoftBehaviour(**self._told("microsoft"))

    def of(self, provider: str) -> dict[str, Any]:
        """All knobs of one stand-in with their values; raises UnknownBehaviour."""
        if provider not in _KINDS:
            raise UnknownBehaviour(f"no stand-in is called {provider!r}")
        return asdict(_KINDS[provider](**self._told(provider)))

    def change(self, provider: str, knobs: dict[str, Any]) -> dict[str, Any]:
        """Turn some knobs and leave the others; raises UnknownBehaviour."""
        with self._store.alone():
            present = self.of(provider)
            for name, value in knobs.items():
                if name not in present:
                    raise UnknownBehaviour(f"{provider} has no knob {name!r}")
                if type(value) is not type(present[name]):
                    raise UnknownBehaviour(f"{name} wants a {type(present[name]).__name__}")
                if name in {"ws1", "ws2"} and value not in {"up", "unavailable", "gateway"}:
                    raise UnknownBehaviour(f"{name} is up, unavailable or gateway")
            self._store.put(_ROOM, provider, {**present, **knobs})
            return self.of(provider)

    def use_up(self, provider: str, knob: str) -> bool:
        """Take one off a countdown knob; False when it already stood at nought."""
        with self._store.alone():
            present = self.of(provider)
            if present[knob] <= 0:
                return False
            self._store.put(_ROOM, provider, {**present, knob: present[knob] - 1})
            return True

    def clear(self) -> None:
        """Behave well again."""
        self._store.clear(_ROOM)

    def _told(self, provider: str) -> dict[str, Any]:
        return self._store.get(_ROOM, provider) or {}


def delay(milliseconds: int) -> None:
    """Hold the answer back."""
    if milliseconds:
        time.sleep(milliseconds / 1000)
