"""Pictures of every page, to be looked at one by one: `make screenshots`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect, sync_playwright

from shared.testing.stack import LocalStack

from .pages import ADMIN_PAGES, PAGES, addresses
from .reading import LAPTOP, PHONE, launch, sign_in, window

FOLDER = Path(__file__).parents[2] / "screenshots"

LOOKS: dict[str, tuple[str, dict[str, Any]]] = {
    "nl": ("nl", {"viewport": LAPTOP}),
    "nl-phone": ("nl", {"viewport": PHONE, "has_touch": True}),
    "fr-dark": ("fr", {"viewport": LAPTOP, "color_scheme": "dark"}),
    "en": ("en", {"viewport": LAPTOP}),
}
"""The name of a look, its language, and how its window is set up."""


def main() -> None:
    """Start a system with example data and take a picture of every page in every look."""
    with LocalStack() as stack, sync_playwright() as playwright:
        browser = launch(playwright)
        for look, (language, settings) in LOOKS.items():
            for username, pages in (("anna", PAGES), ("admin", ADMIN_PAGES)):
                _take(browser, stack.url, pages, username=username, language=language, folder=FOLDER / look, **settings)
            print(f"{FOLDER.name}/{look}")
        browser.close()


def _take(
    browser: Browser, url: str, pages: dict[str, str], *, username: str, language: str, folder: Path, **settings: Any
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with window(browser, url, **settings) as reader:
        page, whole = reader.page, settings["viewport"] is PHONE
        reader.open(f"/login?language={language}")
        page.screenshot(path=folder / "sign-in.png")
        sign_in(reader, username)
        reader.open("/preferences")
        page.locator("[name=language]").last.select_option(language)
        reader.press("Control+Enter")
        reader.at("done=saved")
        for name, address in addresses(pages, page.context.request, url).items():
            reader.open(address)
            expect(page.locator(".htmx-request")).to_have_count(0)
            page.screenshot(path=folder / f"{name}.png", full_page=whole)


if __name__ == "__main__":
    main()
