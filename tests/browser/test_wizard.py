"""A new relation through the eight steps of the wizard, with the hands on the keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from shared.testing.client import ApiClient
from shared.testing.examples import FIRST_MADE_UP_COMPANY, person, word

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
    anna.tab_to("Toevoegen")
    anna.press("Enter")
    anna.at(step(4))
    expect(anna.page.locator("[name='legal_identity.representatives.0.name']")).to_be_focused()
    anna.type("Jan Peeters")
    anna.press("Tab")
    anna.type("bestuurder")
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
    anna.tab_to("Adres voor facturen")
    anna.type("Veld")
    expect(anna.page.get_by_label("Adres voor facturen")).to_have_value("0")
    anna.press("Enter")
    anna.at(step(8))
    expect(anna.page.get_by_text("Geen btw-regime", exact=True)).to_be_visible()
    anna.press("Control+Enter")
    anna.at(CARD)
    expect(anna.page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(anna.page.get_by_text("Veldstraat 88, 9000 Gent")).to_be_visible()
    anna.page.get_by_role("link", name="Geen btw-regime").press("Enter")
    expect(anna.page.get_by_label("Btw-regime")).to_be_focused()
    expect(anna.page.get_by_label("Adres voor facturen")).to_contain_text("Veldstraat 88")
    anna.press("Escape")
    anna.page.get_by_role("link", name="Identiteit").press("Enter")
    expect(anna.page.get_by_text("vertegenwoordigd door Jan Peeters (bestuurder)")).to_be_visible()


def test_what_a_letter_will_say_shows_greyed_while_one_types_and_can_be_replaced(anna: Reader) -> None:
    name = f"Brief{word()}"
    begin(anna)
    anna.type("Zoë")
    anna.press("Tab")
    anna.type("de")
    anna.press("Tab")
    anna.type(name)
    anna.tab_to("Aanspreekvorm")
    anna.type("Mev")
    opening = anna.page.get_by_label("Aanhef van een brief")
    expect(opening).to_have_attribute("placeholder", f"Geachte mevrouw De {name},")
    expect(anna.page.locator("#beside")).to_contain_text(f"Geachte mevrouw De {name},")
    anna.fill_in("Aanhef van een brief", "Beste Zoë,")
    expect(anna.page.locator("#beside")).to_contain_text("Beste Zoë,")
    anna.press("Control+Enter")
    anna.at(CARD)
    anna.page.get_by_role("link", name="Identiteit").press("Enter")
    expect(anna.page.locator("#block-address_form")).to_contain_text(f"Mevrouw Zoë de {name}")
    expect(anna.page.locator("#block-address_form")).to_contain_text("Beste Zoë,")
    anna.page.locator("#block-address_form [data-key=e]").press("Enter")
    expect(anna.page.get_by_label("Aanspreekvorm")).to_be_focused()
    anna.type("Prof")
    salutation = anna.page.get_by_label("Aanspreking", exact=True)
    expect(salutation).to_have_attribute("placeholder", f"Professor Zoë de {name}")


def test_a_field_of_a_group_is_asked_as_soon_as_the_group_is_ticked(anna: Reader, office: ApiClient) -> None:
    mark = word()
    labels = dict.fromkeys(("nl", "fr", "en"), f"Zaal {mark}")
    definition = {"key": f"zaal-{mark}", "level": "relation", "type": "text", "labels": labels, "groups": ["court"]}
    ApiClient(office.url, "admin").send("POST", "/varia-definitions", definition)
    begin(anna, "R")
    anna.type(f"Vredegerecht {mark}")
    anna.press("Enter")
    anna.at(step(3))
    field = anna.page.get_by_label(f"Zaal {mark}")
    expect(field).to_have_count(0)
    anna.tab_to("Rechtbank")
    anna.press("Space")
    expect(field).to_be_visible()
    anna.fill_in(f"Zaal {mark}", "3B")
    anna.press("Control+Enter")
    anna.at(CARD)
    anna.page.get_by_label("Tabbladen").get_by_role("link", name="Groepen & varia").press("Enter")
    expect(anna.page.locator("#block-varia")).to_contain_text("3B")


def test_the_look_up_made_while_typing_is_paid_by_the_matter_chosen_at_the_end(anna: Reader, office: ApiClient) -> None:
    kvk = FIRST_MADE_UP_COMPANY + hash(word()) % 90_000
    payer = office.register(person(word()))
    number = f"2026/{word()}"
    parties = [{"relation_id": payer["id"], "role": "client"}]
    matter = {"title": "Zaak", "status": "active", "parties": parties}
    office.send("PUT", f"/matters/{number}", matter)
    anna.open("/relations/new?kind=legal_entity")
    anna.fill_in("KVK-nummer", str(kvk))
    anna.tab_to("Opvragen CompanyInfo")
    anna.press("Enter")
    anna.at("done=looked-up")
    anna.tab_to("8")
    anna.press("Enter")
    anna.at(step(8))
    anna.fill_in("Dossiernummer", "2026/nergens")
    anna.press("Control+Enter")
    expect(anna.page.get_by_text("Er is geen lopend dossier met dit nummer")).to_be_visible()
    charge = anna.page.get_by_label("Dossiernummer")
    expect(charge).to_be_focused()
    charge.fill(number)
    anna.press("Control+Enter")
    anna.at(CARD)
    charged = office.get("/charges", matter_number=number)
    assert (charged["sum_cents"] > 0, len(charged["items"])) == (True, 1)
    assert charged["items"][0]["relation_id"] in anna.page.url


def test_a_person_is_finished_early_and_the_card_says_what_is_still_open(anna: Reader) -> None:
    begin(anna)
    expect(anna.page.get_by_label("Voornamen")).to_be_focused()
    anna.type("Lies")
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
    expect(anna.page.get_by_label("Voornamen")).to_be_focused()
    anna.type("Lies")
    anna.fill_in("Familienaam", f"Janssens{mark}")
    anna.press("Tab")
    expect(anna.page.locator("#beside").get_by_role("link", name=re.compile(f"Janssens{mark}"))).to_be_visible()
