"""One browser for the session, and readers who sign in once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from shared.testing.client import ApiClient
from shared.testing.stack import LocalStack

from .reading import Reader, launch, sign_in, window


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the browser."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def signed_in(chromium: Browser, embedded_stack: LocalStack) -> Callable[[str], Any]:
    """Return a function that gives the cookies of a signed-in user, whose sign-in is done once."""
    known: dict[str, Any] = {}

    def cookies_of(username: str) -> Any:
        if username not in known:
            with window(chromium, embedded_stack.url) as reader:
                sign_in(reader, username)
                known[username] = reader.page.context.storage_state()
        return known[username]

    return cookies_of


@pytest.fixture
def reader_of(
    chromium: Browser, embedded_stack: LocalStack, signed_in: Callable[[str], Any]
) -> Iterator[Callable[..., Reader]]:
    """Return a function that opens a window, signed in or not; at the end nothing may have gone wrong in any."""
    readers: list[Reader] = []
    with ExitStack() as windows:

        def open_window(username: str = "", **settings: Any) -> Reader:
            if username:
                settings["storage_state"] = signed_in(username)
            readers.append(windows.enter_context(window(chromium, embedded_stack.url, **settings)))
            return readers[-1]

        yield open_window
    assert [complaint for reader in readers for complaint in reader.complaints] == []


@pytest.fixture
def anna(reader_of: Callable[..., Reader]) -> Reader:
    """Open a window of the lawyer who may do all but administer."""
    return reader_of("anna")


@pytest.fixture
def office(embedded_stack: LocalStack) -> ApiClient:
    """Prepare, over the public API, what a test begins with."""
    return ApiClient(embedded_stack.url)
