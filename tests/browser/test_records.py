"""Finding, registering and editing relations as somebody does who keeps the hands on the keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from shared.testing.client import ApiClient
from shared.testing.examples import company, person, word

from .reading import Reader, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CARD = r"/relations/[0-9a-f-]{36}"


def test_with_the_keyboard_alone_one_signs_in_finds_a_caller_by_number_and_sees_the_red_alert(
    reader_of: Callable[..., Reader],
) -> None:
    reader = reader_of()
    sign_in(reader, "anna")
    reader.press("/")
    reader.type("010/555.02.22")
    expect(reader.page.get_by_role("option").first).to_contain_text("Zuiderzon Handel")
    reader.press("Enter")
    reader.at(CARD)
    expect(reader.page.get_by_role("heading", level=1)).to_have_text("Zuiderzon Handel")
    alert = reader.page.get_by_role("region", name="Alerts")
    expect(alert).to_contain_text("Failliet verklaard")
    expect(alert).to_be_in_viewport()
    expect(reader.page.get_by_text("010 555 0222")).to_be_in_viewport()


def test_arrows_walk_through_what_was_found_and_the_search_box_opens_from_anywhere(anna: Reader) -> None:
    anna.open("/contact-moments")
    anna.press("Control+k")
    anna.type("dierickx")
    expect(anna.page.get_by_role("option", name="Sofie Dierickx")).to_have_count(2)
    anna.press("ArrowDown", "ArrowDown")
    chosen = anna.page.locator("#found [aria-selected=true]")
    address = str(chosen.get_attribute("href"))
    anna.press("Enter")
    anna.at(address)


def test_a_company_is_filled_from_the_register_and_an_error_stands_beside_its_field(anna: Reader) -> None:
    anna.refusals |= {422}
    anna.open("/relations/new?kind=legal_entity")
    anna.page.get_by_label("KBO-nummer").fill("0999990124")
    anna.press("Enter")
    expect(anna.page.locator("#field-identifiers-kbo-about")).to_contain_text("KBO-nummer")
    expect(anna.page.get_by_label("KBO-nummer")).to_have_value("0999990124")
    anna.page.get_by_label("KBO-nummer").fill("")
    anna.fill_in("KVK-nummer", "5534 4526")
    anna.tab_to("Opvragen CompanyInfo")
    anna.press("Enter")
    expect(anna.page.get_by_text("Company.info kent")).to_be_visible()
    anna.page.get_by_label("KVK-nummer").press("Enter")
    anna.at(r"/relations/wizard/[0-9a-f-]{36}/2")
    expect(anna.page.get_by_label("Officiële naam")).not_to_have_value("")


def test_a_block_is_edited_in_its_place_saved_with_enter_and_left_with_escape(anna: Reader, office: ApiClient) -> None:
    relation = office.register(company(83_000_000 + hash(word()) % 1_000_000))
    anna.open(f"/relations/{relation['id']}")
    anna.press("e")
    anna.tab_to("Korte naam")
    anna.type("Kort")
    anna.press("Enter")
    expect(anna.page.locator("#block-name dd", has_text=re.compile("^Kort$"))).to_be_visible()
    anna.toast("Bewaard")
    anna.press("e")
    expect(anna.page.locator("#block-name form")).to_be_visible()
    anna.press("Escape")
    expect(anna.page.locator("#block-name dl")).to_be_visible()


def test_when_somebody_else_saved_first_both_versions_are_shown_and_nothing_is_lost(
    reader_of: Callable[..., Reader], office: ApiClient
) -> None:
    relation = office.register(person(word()))
    anna, karel = reader_of("anna"), reader_of("karel")
    anna.refusals.add(412)
    for reader in (anna, karel):
        reader.open(f"/relations/{relation['id']}/edit/notes")
    karel.page.get_by_label("Memo").fill("van Karel")
    karel.press("Control+Enter")
    expect(karel.page.locator("#block-notes p")).to_have_text("van Karel")
    anna.page.get_by_label("Memo").fill("van Anna")
    anna.press("Control+Enter")
    versions = anna.page.locator(".versions")
    expect(versions).to_contain_text("van Karel")
    expect(versions).to_contain_text("van Anna")
    expect(anna.page.get_by_label("Memo")).to_have_value("van Anna")
    anna.page.get_by_label("Memo").fill("van Karel en van Anna")
    anna.press("Control+Enter")
    expect(anna.page.locator("#block-notes p")).to_have_text("van Karel en van Anna")


def test_a_session_that_ends_while_a_block_is_edited_loses_nothing(anna: Reader, office: ApiClient) -> None:
    relation = office.register(person(word()))
    anna.refusals.add(401)
    anna.open(f"/relations/{relation['id']}/edit/notes")
    anna.page.get_by_label("Memo").fill("halverwege")
    anna.page.context.clear_cookies()
    anna.press("Control+Enter")
    again = anna.page.get_by_role("dialog", name="Uw sessie is verlopen")
    expect(again).to_be_visible()
    again.get_by_label("Wachtwoord").fill("demo")
    anna.press("Enter")
    anna.toast("bewaar nu opnieuw")
    expect(anna.page.get_by_label("Memo")).to_have_value("halverwege")
    anna.page.get_by_label("Memo").press("Control+Enter")
    expect(anna.page.locator("#block-notes p")).to_have_text("halverwege")


def test_a_session_that_ends_before_a_page_is_sent_keeps_what_was_typed_until_after_signing_in(
    anna: Reader, office: ApiClient
) -> None:
    relation = office.register(person(word()))
    anna.refusals.add(401)
    anna.open(f"/relations/{relation['id']}/contact-moments/new")
    anna.type("Bewaard na aanmelden")
    anna.page.context.clear_cookies()
    anna.press("Control+Enter")
    anna.page.get_by_label("Gebruikersnaam").fill("anna")
    anna.page.get_by_label("Wachtwoord").fill("demo")
    anna.press("Enter")
    expect(anna.page.get_by_role("heading", name="Welkom terug")).to_be_visible()
    anna.press("Enter")
    expect(anna.page.get_by_role("cell", name="Bewaard na aanmelden", exact=True)).to_be_visible()
