"""The box on a slow line, lists that are sorted and chosen from, and the bell, with the keyboard alone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from .reading import PHONE, Reader

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CARD = r"/relations/[0-9a-f-]{36}$"
SLOW = 0.8
"""Seconds an answer of the box is held up."""


def hold_up(reader: Reader, query: str) -> None:
    """Let the box wait for its answer to one query."""

    def wait(route: Route) -> None:
        time.sleep(SLOW)
        route.continue_()

    reader.page.route(re.compile(rf"/search\?q={query}$"), wait)


def test_enter_opens_the_first_relation_also_when_it_comes_before_the_answer(anna: Reader) -> None:
    anna.open("/history")
    hold_up(anna, "zuiderzon")
    anna.press("/")
    anna.type("zuiderzon")
    anna.press("Enter")
    anna.at(CARD)
    expect(anna.page.get_by_role("heading", level=1)).to_have_text("Zuiderzon Handel")


def test_an_older_answer_never_takes_the_place_of_a_newer_one(anna: Reader) -> None:
    anna.open("/history")
    hold_up(anna, "dierickx")
    anna.press("/")
    anna.type("dierickx")
    anna.page.wait_for_timeout(200)
    anna.page.locator("#find").fill("janssens")
    expect(anna.page.get_by_role("option").first).to_contain_text("Janssens")
    anna.page.wait_for_timeout(1000 * SLOW + 300)
    expect(anna.page.get_by_role("option").first).to_contain_text("Janssens")
    expect(anna.page.get_by_role("option", name="Dierickx")).to_have_count(0)


def test_the_box_leads_to_pages_and_actions_too(anna: Reader) -> None:
    anna.open("/")
    anna.press("Control+k")
    anna.type("leidraad")
    expect(anna.page.get_by_role("option")).to_have_text([re.compile("Leidraad van het kantoor")])
    anna.press("Enter")
    anna.at("/hygiene/rules$")


def test_a_list_is_sorted_from_the_keyboard_and_by_finger(reader_of: Callable[..., Reader]) -> None:
    for settings in ({}, {"viewport": PHONE, "has_touch": True}):
        anna = reader_of("anna", **settings)
        anna.open("/relations")
        anna.page.get_by_role("link", name="Nr.", exact=True).focus()
        anna.press("Enter")
        anna.at(r"\?sort=number$")
        numbers = [int(text) for text in anna.page.locator("tbody td:nth-child(2)").all_inner_texts()]
        assert numbers == sorted(numbers)
        anna.page.get_by_role("link", name="Nr.", exact=True).click()
        anna.at(r"\?sort=-number$")


def test_rows_are_chosen_with_space_and_shift_and_what_can_be_done_stays_in_sight(anna: Reader) -> None:
    anna.open("/relations")
    rows = anna.page.locator("tbody input[type=checkbox]")
    rows.nth(2).focus()
    anna.press("Space")
    rows.nth(6).focus()
    anna.press("Shift+Space")
    chosen = anna.page.get_by_role("group", name="Met de gekozen relaties")
    expect(chosen).to_contain_text("5 gekozen")
    expect(chosen).to_be_in_viewport()
    anna.page.mouse.wheel(0, 600)
    expect(anna.page.get_by_role("columnheader", name="Naam")).to_be_in_viewport()


def test_long_work_that_was_left_is_found_again_under_the_bell(anna: Reader) -> None:
    anna.open("/duplicates")
    anna.tab_to("Alles nakijken")
    with anna.page.expect_navigation():
        anna.press("Enter")
    anna.open("/preferences")
    anna.tab_to("Meldingen")
    anna.press("Enter")
    expect(anna.page.locator("#bell")).to_contain_text("Dubbels nakijken")
