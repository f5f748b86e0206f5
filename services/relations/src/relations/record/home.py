"""The country the office is in: where phone numbers without a country belong."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from flask import current_app

_home: ContextVar[str | None] = ContextVar("home_country", default=None)


@contextmanager
def at_home_in(country: str) -> Iterator[None]:
    """Be at home in a country (ISO 3166-1 alpha-2) for the length of a block, for work outside any request."""
    token = _home.set(country)
    try:
        yield
    finally:
        _home.reset(token)


def home_country() -> str:
    """Return the country: that of the block, else that of the application which answers the request."""
    return _home.get() or str(current_app.extensions["settings"].home_country)
