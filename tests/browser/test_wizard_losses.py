"""Whatever happens while a relation is being typed, nothing that was typed is lost and nothing old comes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from shared.testing.client import ApiClient
from shared.testing.examples import word
from shared.testing.stack import LocalStack

from .reading import Reader
from .test_wizard import CARD, begin, step

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SLOW = {"offline": False, "latency": 500, "downloadThroughput": 60_000, "uploadThroughput": 20_000}
"""A telephone in a cellar: half a second each way, some kilobytes a second."""


def typed_in(reader: Reader, label: str) -> str:
    return reader.page.get_by_label(label, exact=True).input_value()


def test_the_fastest_typist_on_the_slowest_network_finds_every_letter_on_the_card(
    anna: Reader, office: ApiClient
) -> None:
    begin(anna, "R")
    anna.page.context.new_cdp_session(anna.page).send("Network.emulateNetworkConditions", SLOW)
    name = f"Snelschrijvers {word()}"
    for letter in name:
        anna.page.keyboard.type(letter)
        anna.page.wait_for_timeout(45)  # so that keeping begins again and again while keys are still being pressed
    anna.press("Enter")
    anna.at(step(3))
    anna.press("Space", "Enter")
    anna.at(step(4))
    anna.press("Enter")
    anna.at(step(5))
    anna.press("Tab")
    anna.page.keyboard.type("09 234 56 78")
    anna.page.wait_for_timeout(800)  # keeping is under way
    anna.press("Backspace", "9", "Control+Enter")
    anna.at(CARD)
    relation = office.get(f"/relations/{anna.page.url.rpartition('/')[2].partition('?')[0]}")
    assert (relation["display_name"], relation["groups"]) == (name, ["client"])
    assert [each["normalised"] for each in relation["communications"]] == ["+3292345679"]


def test_two_devices_in_one_draft_are_told_and_see_both_versions(
    anna: Reader, reader_of: Callable[..., Reader]
) -> None:
    first = f"Van de pc {word()}"
    begin(anna, "R")
    anna.type(first)
    expect(anna.page.locator("#kept")).to_contain_text("Bewaard als concept")
    phone = reader_of("anna")
    phone.open(anna.page.url)
    second = f"Van de telefoon {word()}"
    phone.page.get_by_label("Officiële naam").fill(second)
    expect(phone.page.locator("#kept")).to_contain_text("Bewaard als concept")
    anna.refusals.add(412)
    anna.type(" en verder")
    expect(anna.page.locator("#kept")).to_contain_text("elders gewijzigd")
    expect(anna.page.locator("#beside .versions")).to_contain_text(second)
    anna.press("Enter")
    versions = anna.page.locator("#wizard .versions")
    expect(versions).to_contain_text(second)
    expect(versions).to_contain_text(f"{first} en verder")
    assert typed_in(anna, "Officiële naam (verplicht)") == f"{first} en verder"
    anna.page.get_by_label("Officiële naam").press("Enter")
    anna.at(step(3))
    phone.refusals.add(412)
    phone.page.get_by_label("Officiële naam").press("End")
    phone.page.keyboard.type("!")
    expect(phone.page.locator("#beside .versions")).to_contain_text(f"{first} en verder")


def test_a_session_that_ends_in_the_middle_of_a_step_comes_back_to_it_filled(anna: Reader) -> None:
    name = f"Sessie {word()}"
    begin(anna, "R")
    anna.refusals.add(401)
    anna.page.context.clear_cookies()
    anna.type(name)
    again = anna.page.get_by_role("dialog", name="Uw sessie is verlopen")
    expect(again).to_be_visible()
    again.get_by_label("Wachtwoord").fill("demo")
    anna.press("Enter")
    anna.toast("bewaar nu opnieuw")
    field = anna.page.get_by_label("Officiële naam")
    expect(field).to_have_value(name)
    field.press("Enter")
    anna.at(step(3))


def test_a_session_that_ended_before_a_step_is_sent_leads_on_after_signing_in(anna: Reader) -> None:
    name = f"Weg {word()}"
    begin(anna, "R")
    anna.refusals.add(401)
    anna.page.context.clear_cookies()
    anna.page.keyboard.type(name)
    anna.press("Enter")
    anna.page.locator("#username, [name=username]").first.fill("anna")
    anna.page.get_by_label("Wachtwoord").first.fill("demo")
    anna.press("Enter")
    expect(anna.page.get_by_role("heading", name="Welkom terug")).to_be_visible()
    anna.press("Enter")
    anna.at(step(3))
    anna.page.get_by_role("button", name="2 Naam & aanspreking").press("Enter")
    anna.at(step(2))
    expect(anna.page.get_by_label("Officiële naam")).to_have_value(name)


def test_a_service_that_restarts_costs_a_press_of_enter(anna: Reader, embedded_stack: LocalStack) -> None:
    name = f"Herstart {word()}"
    begin(anna, "R")
    anna.refusals |= {500, 502, 503}
    with embedded_stack.kept_down("relations-web"):
        anna.page.keyboard.type(name)
        anna.toast("De server antwoordt niet")
        expect(anna.page.get_by_label("Officiële naam")).to_have_value(name)
        anna.press("Enter")
        expect(anna.page.get_by_text("Wat u typte is er nog:")).to_be_visible()
    ApiClient(embedded_stack.url).persist("GET", "/relations")
    anna.press("Enter")
    anna.at(step(3))
    expect(anna.page.locator("#beside")).to_contain_text(name)
