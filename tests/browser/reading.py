"""A reader at a screen: a window of a real browser that is signed in and that notices whatever goes wrong in it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, ViewportSize, expect

PATIENCE = 10_000
LAPTOP = ViewportSize(width=1366, height=768)
PHONE = ViewportSize(width=390, height=844)
TWICE_AS_LARGE = ViewportSize(width=683, height=384)
"""A laptop at 200 % zoom."""

QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

FOCUSED_NAME = """() => {
    const at = document.activeElement;
    return (at.labels?.[0]?.innerText || at.getAttribute("aria-label") || at.innerText || "").trim();
}"""


IN_A_FIELD = "() => document.activeElement?.matches('input, textarea, select')"
"""A page may still be putting the cursor where it belongs."""


def launch(playwright: Playwright) -> Browser:
    """Start the browser that the system has, or else the one that was installed for the driver."""
    expect.set_options(timeout=PATIENCE)
    path = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "google-chrome-stable"))), None)
    return playwright.chromium.launch(executable_path=path, args=list(QUIET))


@dataclass
class Reader:
    """Somebody at a screen."""

    url: str
    page: Page
    refusals: set[int] = field(default_factory=set)
    """The status codes this reader provokes on purpose; a browser complains about them by itself."""

    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Open a page of the system."""
        self.page.goto(path if path.startswith("http") else self.url + path)

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type a text where the cursor is."""
        self.page.wait_for_function(IN_A_FIELD)
        self.page.keyboard.type(text)

    def tab_to(self, name: str, *, most: int = 60) -> None:
        """Press Tab until what has this name has the focus; fails when it is not on the way."""
        passed = []
        for _ in range(most):
            self.press("Tab")
            passed.append(str(self.page.evaluate(FOCUSED_NAME)).partition("\n")[0])
            if passed[-1].startswith(name):
                return
        raise AssertionError(f"Tab never comes to {name!r}; it came by {passed}")

    def fill_in(self, name: str, text: str) -> None:
        """Go to a field with the keyboard and type in it."""
        self.tab_to(name)
        self.type(text)

    def toast(self, text: str) -> None:
        """Wait until the page tells that something was done."""
        expect(self.page.locator(".toast").filter(has_text=text).first).to_be_visible()

    def at(self, pattern: str) -> None:
        """Wait until the address is one that matches."""
        self.page.wait_for_url(re.compile(pattern), timeout=PATIENCE)

    def is_too_wide(self) -> bool:
        """Tell whether one must scroll sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))

    def listen(self, page: Page) -> None:
        """Notice errors in the console and requests that leave this machine."""
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"error on {page.url}: {error}"))
        page.on("request", self._watch)

    def _hear(self, message: ConsoleMessage) -> None:
        provoked = any(re.search(rf"\b{status}\b", message.text) for status in self.refusals)
        place = str(message.location.get("url", ""))
        ours = not place or place.startswith(self.url)  # the stand-ins of the providers have pages of their own
        if message.type in ("error", "warning") and ours and not provoked:
            self.complaints.append(f"{message.type} at {place}: {message.text}")

    def _watch(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "127.0.0.1":
            self.complaints.append(f"a request left for {parts.hostname}")


@contextmanager
def window(browser: Browser, url: str, **settings: object) -> Iterator[Reader]:
    """Open a window of its own, without anything a former one left; an English browser, as nobody sets it otherwise."""
    context: BrowserContext = browser.new_context(**{"viewport": LAPTOP, "locale": "en-GB", **settings})  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    try:
        reader = Reader(url, context.new_page())
        reader.listen(reader.page)
        yield reader
    finally:
        context.close()


def sign_in(reader: Reader, username: str, password: str = "demo") -> None:
    """Sign in with nothing but the keyboard."""
    reader.open("/login")
    reader.type(username)
    reader.press("Tab")
    reader.type(password)
    reader.press("Enter")
    reader.at("/$")
