"""A new relation through the eight steps of the wizard, with the hands on the keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from shared.testing.client import ApiClient
from shared.testing.examples import person, word

from .reading import Reader

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CARD = r"/relations/[0-9a-f-]{36}\?done=created$"
STEP = r"/relations/wizard/[0-9a-f-]{36}/{}"


def step(number: int) -> str:
    """Return what the address of a step looks like."""
    return STEP.replace("{}", f"{number}(\\?.*)?$")


def begin(reader: Reader, first_letter: str = "") -> None:
    """Open the wizard by its key and choose a kind, unless it is a person, in the field that has the focus."""
    reader.open("/")
    reader.press("n")
    reader.at("/relations/new$")
    kind = reader.page.locator("#field-kind")
    expect(kind).to_be_focused()
    reader.type(first_letter)
    expect(kind).to_have_value("legal_entity" if first_letter else "natural_person")
    reader.press("Enter")
    reader.at(step(2))


def test_a_company_goes_through_all_eight_steps_with_the_keyboard_alone(anna: Reader) -> None:
    name = f"Wizardwerken {word()}"
    begin(anna, "R")
    anna.type(name)
    expect(anna.page.locator("#beside")).to_contain_text(name)
    anna.press("Enter")
    anna.at(step(3))
    expect(anna.page.get_by_label("Cliënt")).to_be_focused()
    anna.press("Space", "Enter")
    anna.at(step(4))
    anna.fill_in("Zetel", "Gent")
    anna.press("Enter")
    anna.at(step(5))
    expect(anna.page.locator("select:focus, input:focus")).to_be_visible()
    anna.press("Tab")
    anna.type("09 234 56 78")
    anna.press("Enter")
    anna.at(step(6))
    anna.fill_in("Straat", "Veldstraat")
    anna.fill_in("Nummer", "88")
    anna.fill_in("Postcode", "9000")
    anna.fill_in("Plaats", "Gent")
    expect(anna.page.locator("#beside")).to_contain_text("9000 Gent")
    anna.press("Enter")
    anna.at(step(7))
    anna.type("D-77")
    anna.press("Enter")
    anna.at(step(8))
    expect(anna.page.get_by_text("Geen btw-regime", exact=True)).to_be_visible()
    anna.press("Control+Enter")
    anna.at(CARD)
    expect(anna.page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(anna.page.get_by_text("Veldstraat 88, 9000 Gent")).to_be_visible()


def test_a_person_is_finished_early_and_the_card_says_what_is_still_open(anna: Reader) -> None:
    begin(anna)
    anna.fill_in("Voornamen", "Lies")
    anna.fill_in("Familienaam", f"Vroeg{word()}")
    anna.press("Control+Enter")
    anna.at(CARD)
    expect(anna.page.get_by_text("Geen groep").first).to_be_visible()


def test_finishing_too_early_leads_to_the_field_that_is_missing(anna: Reader) -> None:
    anna.open("/relations/new?kind=legal_entity")
    anna.press("Control+Enter")
    anna.at(step(2))
    expect(anna.page.get_by_text("Geef de naam.")).to_be_visible()
    expect(anna.page.get_by_label("Officiële naam")).to_be_focused()


def test_what_was_typed_waits_on_another_device_without_a_press_of_any_button(
    anna: Reader, reader_of: Callable[..., Reader]
) -> None:
    name = f"Onderweg {word()}"
    begin(anna, "R")
    anna.type(name)
    expect(anna.page.locator("#kept")).to_contain_text("Bewaard als concept")
    phone = reader_of("anna")
    phone.open("/")
    phone.page.get_by_role("link", name=name).press("Enter")
    phone.at(step(2))
    expect(phone.page.get_by_label("Officiële naam")).to_have_value(name)
    phone.press("Control+Enter")
    phone.at(CARD)


def test_somebody_who_exists_already_shows_up_while_one_types(anna: Reader, office: ApiClient) -> None:
    mark = word()
    office.register(person(mark, person={"first_names": "Lies", "last_name": f"Janssens{mark}"}))
    begin(anna)
    anna.fill_in("Voornamen", "Lies")
    anna.fill_in("Familienaam", f"Janssens{mark}")
    anna.press("Tab")
    expect(anna.page.locator("#beside").get_by_role("link", name=re.compile(f"Janssens{mark}"))).to_be_visible()
