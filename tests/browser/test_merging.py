"""Merging two relations and taking it back, with nothing but the keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from shared.testing.client import ApiClient
from shared.testing.examples import person, word
from shared.testing.stack import LocalStack

from .reading import Reader

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FOLLOWED = 30_000


def test_a_double_is_merged_field_by_field_and_the_merge_is_undone(
    anna: Reader, office: ApiClient, embedded_stack: LocalStack
) -> None:
    mark = word()
    names = {"first_names": "Lies", "last_name": f"Dubbel{mark}"}
    money = [{"debtor_number": f"D{place}{mark}", "payment_term_days": 30} for place in range(2)]
    gone = office.register(
        person(mark, person=names, memo="Belt liefst na vijf uur", language="fr", accounting=money[0])
    )
    kept = office.register(person(mark, person=names, memo="", language="nl", accounting=money[1]))
    anna.open(f"/relations/{gone['id']}")
    anna.tab_to("Samenvoegen")
    anna.press("Enter")
    anna.at(f"{gone['id']}/merge$")
    anna.tab_to("Vergelijken")
    anna.press("Enter")
    anna.at(f"{gone['id']}/merge/{kept['id']}$")
    choices = anna.page.get_by_role("radiogroup")
    language, debtor = choices.filter(has_text="Taal"), choices.filter(has_text="Debiteurnummer")
    expect(language.get_by_role("radio", name="Nederlands")).to_be_checked()
    expect(language.get_by_role("radio", name="Nederlands")).to_be_focused()
    anna.press("ArrowLeft")
    expect(language.get_by_role("radio", name="Frans")).to_be_checked()
    anna.press("Tab")
    expect(debtor.get_by_role("radio", name=money[1]["debtor_number"])).to_be_focused()
    anna.press("ArrowLeft")

    anna.tab_to("1 veld is maar bij een van beide ingevuld")
    anna.press("Enter")
    expect(choices.filter(has_text="Memo").get_by_role("radio", name="Belt liefst na vijf uur")).to_be_checked()
    anna.tab_to("Proefdraaien")
    anna.press("Enter")
    expect(anna.page.get_by_role("heading", name="Wat er zal verhuizen")).to_be_visible()
    expect(anna.page.get_by_role("row").filter(has_text="de relatie zelf")).to_be_visible()
    expect(anna.page.get_by_role("row").filter(has_text="gekozen velden")).to_be_visible()
    expect(language.get_by_role("radio", name="Frans")).to_be_checked()
    assert office.get(f"/relations/{kept['id']}")["language"] == "nl"

    with embedded_stack.frozen("contacts-worker"):
        anna.tab_to("Nu samenvoegen")
        anna.press("Enter")
        anna.at(r"/merges/[0-9a-f-]{36}$")
        waiting = anna.page.get_by_role("listitem").filter(has_text="Contactoverzicht")
        expect(waiting.get_by_text("bezig")).to_be_visible()
        expect(anna.page.get_by_text("4 van 5 diensten hebben geantwoord.")).to_be_visible(timeout=FOLLOWED)
    expect(anna.page.locator(".badge", has_text="Klaar").first).to_be_visible(timeout=FOLLOWED)
    merge = anna.page.url

    anna.open(f"/relations/{gone['id']}/communication")
    anna.at(f"/relations/{kept['id']}/communication$")
    left = office.get(f"/relations/{kept['id']}")
    assert (left["language"], left["memo"]) == ("fr", "Belt liefst na vijf uur")
    assert left["accounting"]["debtor_number"] == money[0]["debtor_number"]

    anna.open(merge)
    anna.tab_to("Ongedaan maken")
    anna.page.once("dialog", lambda dialog: dialog.accept())
    anna.press("Enter")
    expect(anna.page.locator(".badge", has_text="Ongedaan gemaakt").first).to_be_visible(timeout=FOLLOWED)
    anna.open(f"/relations/{gone['id']}")
    anna.at(f"/relations/{gone['id']}$")
    left = office.get(f"/relations/{kept['id']}")
    assert (left["language"], left["memo"]) == ("nl", "")
    assert left["accounting"]["debtor_number"] == money[1]["debtor_number"]


def test_an_undoing_that_would_lose_what_was_changed_since_is_refused_with_what_that_is(
    anna: Reader, office: ApiClient
) -> None:
    mark = word()
    gone = office.register(person(mark, memo="Van de ene"))
    kept = office.register(person(mark, memo="Van de andere"))
    asked = {"into": kept["id"], "choose": {"memo": "this"}, "dry_run": False}
    merge = office.send("POST", f"/relations/{gone['id']}/merge", asked)
    office.send("PATCH", f"/relations/{kept['id']}", {"memo": "Sindsdien gewijzigd"})
    anna.refusals.add(409)
    anna.open(f"/merges/{merge['merge_id']}")
    anna.tab_to("Ongedaan maken")
    anna.page.once("dialog", lambda dialog: dialog.accept())
    anna.press("Enter")
    expect(anna.page.get_by_role("alert")).to_contain_text("Memo: is sindsdien gewijzigd")


def test_no_double_is_one_press_and_comes_back_with_one_more(anna: Reader, office: ApiClient) -> None:
    mark = word()
    names = {"first_names": "Omer", "last_name": f"Gelijk{mark}"}
    for _ in range(2):
        office.register(person(mark, person=names))
    anna.open("/duplicates")
    anna.tab_to("Alles nakijken")
    anna.press("Enter")
    pair = anna.page.get_by_role("region", name=f"Omer Gelijk{mark}")
    expect(pair).to_be_visible(timeout=FOLLOWED)
    pair.get_by_role("button", name=re.compile("Geen dubbel")).press("Enter")
    anna.toast("dit is geen dubbel")
    expect(pair).to_have_count(0)
    anna.page.locator(".toast").get_by_role("button", name="Ongedaan maken").press("Enter")
    expect(pair).to_be_visible()
