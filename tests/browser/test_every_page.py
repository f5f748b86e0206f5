"""Every page: readable by everybody, on every screen, in the reader's language, and from nowhere but here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Browser, expect

import gateway.web
from shared.testing.stack import LocalStack

from .pages import ADMIN_PAGES, PAGES, addresses
from .reading import LAPTOP, PHONE, TWICE_AS_LARGE, Reader, window

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = (files("axe_core_python") / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TRANSLATIONS = Path(gateway.web.__file__).parent / "translations"
SAMPLE = 4
"""One in so many pages is looked at closely in another language than Dutch too."""

OFFICE_WORDS = 14
"""A Dutch text this long or longer is a sentence of ours and not by chance a word of another language."""


def found_by_axe(reader: Reader, run_only: list[str] | dict[str, Any]) -> list[str]:
    if not reader.page.evaluate("Boolean(window.axe)"):
        reader.page.evaluate(AXE)
    report = reader.page.evaluate(
        "asked => axe.run(document, { runOnly: asked, resultTypes: ['violations'] })", run_only
    )
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in report["violations"]]


def settle(reader: Reader) -> None:
    """Wait until the parts that a page fetches by itself are there."""
    expect(reader.page.locator(".htmx-request")).to_have_count(0)


def look_closely(reader: Reader, address: str) -> list[str]:
    """Return everything that is wrong with a page."""
    page = reader.page
    page.set_viewport_size(LAPTOP)
    page.emulate_media(color_scheme="light")
    reader.open(address)
    settle(reader)
    wrong = found_by_axe(reader, RULES)
    page.emulate_media(color_scheme="dark")
    wrong += [f"dark: {each}" for each in found_by_axe(reader, {"type": "rule", "values": ["color-contrast"]})]
    for screen in (LAPTOP, TWICE_AS_LARGE, PHONE):
        page.set_viewport_size(screen)
        if reader.is_too_wide():
            wrong.append(f"scrolls sideways at {screen['width']} px")
    wrong += [f"smaller than a finger: {each}" for each in small_targets(reader)]
    return wrong


def small_targets(reader: Reader) -> list[str]:
    """Return the buttons on a phone that are too small to touch."""
    found: list[str] = reader.page.evaluate("""() => [...document.querySelectorAll("main button, main .button")]
        .filter(each => each.checkVisibility() && each.tabIndex >= 0 && each.getBoundingClientRect().height < 43)
        .map(each => each.outerHTML.slice(0, 120))""")
    return found


@pytest.fixture(scope="module")
def texts() -> dict[str, set[str]]:
    """Gather, by language, the Dutch texts that have another wording in it."""
    found = {}
    for language in ("fr", "en"):
        with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
            messages = [(each.id, str(each.string)) for each in read_po(file, locale=language)]
        plain = [(dutch, other) for dutch, other in messages if isinstance(dutch, str) and "%(" not in dutch]
        found[language] = {dutch for dutch, other in plain if len(dutch) >= OFFICE_WORDS and dutch not in other}
    return found


@pytest.fixture(scope="module")
def lookers(
    chromium: Browser, embedded_stack: LocalStack, signed_in: Callable[[str], Any]
) -> Iterator[Callable[[str], tuple[Reader, dict[str, str]]]]:
    """Return a function that gives a window in which a user looks at page after page, and where they all are."""
    known: dict[str, tuple[Reader, dict[str, str]]] = {}
    with ExitStack() as windows:

        def looker(username: str) -> tuple[Reader, dict[str, str]]:
            if username not in known:
                settings = {"storage_state": signed_in(username), "bypass_csp": True}  # axe is not one of our scripts
                reader = windows.enter_context(window(chromium, embedded_stack.url, **settings))
                reader.refusals.add(404)
                pages = ADMIN_PAGES if username == "admin" else PAGES
                known[username] = reader, addresses(pages, reader.page.context.request, reader.url)
            return known[username]

        yield looker


@pytest.mark.parametrize(
    ("username", "name"), [*(("anna", name) for name in PAGES), *(("admin", name) for name in ADMIN_PAGES)]
)
def test_a_page_can_be_read_by_everybody_in_light_and_dark_on_a_laptop_enlarged_and_on_a_phone(
    lookers: Callable[[str], tuple[Reader, dict[str, str]]], username: str, name: str
) -> None:
    reader, pages = lookers(username)
    reader.complaints.clear()
    assert look_closely(reader, pages[name]) == []
    assert reader.complaints == []


def test_the_sign_in_page_can_be_read_by_everybody_and_is_dutch_for_every_browser(
    reader_of: Callable[..., Reader],
) -> None:
    stranger = reader_of(bypass_csp=True)
    assert look_closely(stranger, "/login") == []
    expect(stranger.page.get_by_label("Wachtwoord")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "name", "shift"), [("fr", "Français", 0), ("en", "English", 2)], ids=["french", "english"]
)
def test_a_reader_chooses_a_language_with_the_keyboard_and_no_page_has_dutch_left(
    reader_of: Callable[..., Reader], texts: dict[str, set[str]], language: str, name: str, shift: int
) -> None:
    reader = reader_of("admin", viewport=PHONE, bypass_csp=True)
    reader.refusals.add(404)
    choose_language(reader, "Beheerder", name)
    try:
        everything = {**addresses(PAGES, reader.page.context.request, reader.url),
                      **addresses(ADMIN_PAGES, reader.page.context.request, reader.url)}  # fmt: skip
        for place, (page_name, address) in enumerate(everything.items()):
            reader.open(address)
            settle(reader)
            assert reader.page.locator("html").get_attribute("lang") == language
            shown = reader.page.locator("body").inner_text()
            assert not [text for text in texts[language] if text in shown], page_name
            assert not reader.is_too_wide(), page_name
            if place % SAMPLE == shift:
                assert found_by_axe(reader, RULES) == [], page_name
    finally:
        choose_language(reader, "Beheerder", "Nederlands")


def choose_language(reader: Reader, display_name: str, language: str) -> None:
    """Choose a language in the user's own menu, and come back to the same page."""
    reader.open("/history")
    reader.tab_to(display_name)
    reader.press("Enter")
    reader.tab_to(language, most=6)
    reader.press("Enter")
    expect(reader.page.locator(f".languages [aria-current]:text-is('{language}')")).to_be_attached()
    reader.at("/history$")
