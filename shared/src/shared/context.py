"""Who acts and in which trace, carried along a request, an event or a job."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Acting:
    """The actor's id (a user's, or ``service:<name>``), the request id and the W3C trace parent."""

    actor: str
    request_id: str
    traceparent: str


_current: ContextVar[Acting | None] = ContextVar("acting", default=None)


def new_traceparent() -> str:
    """Return a fresh W3C ``traceparent`` (version 00, sampled)."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def acting() -> Acting:
    """Return who acts now; outside any request it is the system itself."""
    return _current.get() or Acting(actor="system", request_id="", traceparent=new_traceparent())


def begin(acting_now: Acting) -> None:
    """Set who acts for the rest of this request."""
    _current.set(acting_now)


@contextmanager
def acting_as(acting_now: Acting) -> Iterator[None]:
    """Act as somebody for the length of a block."""
    token = _current.set(acting_now)
    try:
        yield
    finally:
        _current.reset(token)
