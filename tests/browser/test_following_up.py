"""Contact moments, GDPR requests, the mailbox and the users, seen from the screen; and a service that is away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from shared.testing.client import ApiClient
from shared.testing.examples import person, word
from shared.testing.stack import LocalStack, eventually

from .reading import Reader

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_contact_moment_is_written_swapped_finished_and_opened_again(anna: Reader, office: ApiClient) -> None:
    relation = office.register(person(word()))
    anna.open(f"/relations/{relation['id']}")
    anna.press("m")
    anna.at("/contact-moments/new$")
    anna.type("Terugbellen over de loods")
    anna.page.get_by_label("Datum").fill("7/12/26")
    anna.page.get_by_label("Uur").fill("9u30")
    anna.page.get_by_label("Voor").select_option("karel")
    anna.press("Control+Enter")
    row = anna.page.get_by_role("row").filter(has_text="Terugbellen over de loods")
    expect(row.get_by_role("cell").nth(0)).to_have_text("07-12-2026")
    expect(row.get_by_role("cell").nth(1)).to_have_text("09:30")
    people = row.locator("td.who")
    expect(people).to_have_text(["Anna Claes", "Karel Maes"])
    row.get_by_role("button", name="Van en Voor omwisselen").press("Enter")
    anna.toast("omgewisseld")
    expect(people).to_have_text(["Karel Maes", "Anna Claes"])
    row.get_by_role("button", name="Afgewerkt").press("Enter")
    anna.toast("Op afgewerkt gezet")
    expect(row).to_contain_text("Afgewerkt")
    anna.page.get_by_role("button", name="Ongedaan maken").press("Enter")
    anna.toast("Weer geopend")
    expect(row.get_by_role("button", name="Afgewerkt")).to_be_visible()


@pytest.mark.parametrize("with_script", [True, False], ids=["with a script", "without scripts"])
def test_a_contact_moment_is_deleted_only_after_a_yes(
    reader_of: Callable[..., Reader], office: ApiClient, with_script: bool
) -> None:
    relation = office.register(person(word()))
    moment = {"relation_id": relation["id"], "date": "2026-12-07", "subject": "Vergissing", "for_user": "anna"}
    office.send("POST", "/contact-moments", {**moment, "from_user": "anna"})
    anna = reader_of("anna", java_script_enabled=with_script)
    here = f"/relations/{relation['id']}/moments"
    row = anna.page.get_by_role("row").filter(has_text="Vergissing")

    def answer(yes: bool) -> None:
        anna.open(here)
        if with_script:
            anna.page.once("dialog", lambda dialog: dialog.accept() if yes else dialog.dismiss())
        row.get_by_role("button", name="Verwijderen").click()
        if not with_script:
            expect(anna.page.get_by_text("“Vergissing” verwijderen?")).to_be_visible()
            anna.page.get_by_text("Ja, doorgaan" if yes else "Nee, terug").click()

    answer(yes=False)
    anna.open(here)
    expect(row).to_be_visible()
    answer(yes=True)
    expect(anna.page.get_by_text("Contactmoment verwijderd.")).to_be_visible()
    expect(row).to_have_count(0)


def test_a_person_gets_a_report_and_is_anonymised_down_to_the_certificate(anna: Reader, office: ApiClient) -> None:
    mark = word()
    relation = office.register(person(mark))
    anna.refusals.add(422)
    anna.open(f"/relations/{relation['id']}/gdpr/new")
    anna.type("verzoek van de betrokkene")
    anna.press("Enter")
    assert downloaded(anna, "Rapport (PDF)").startswith(b"%PDF-")
    anna.open(f"/relations/{relation['id']}/gdpr/new?kind=anonymise")
    anna.type("einde van de zaak")
    confirmation = anna.page.get_by_label("om te bevestigen")
    confirmation.fill("fout")
    anna.press("Enter")
    expect(anna.page.locator("#confirmation-about")).to_be_visible()
    expect(anna.page.get_by_label("Reden")).to_have_value("einde van de zaak")
    confirmation.fill("anonimiseren")
    anna.press("Enter")
    assert downloaded(anna, "Certificaat (PDF)").startswith(b"%PDF-")
    anna.open(f"/relations/{relation['id']}")
    expect(anna.page.get_by_role("heading", level=1)).not_to_contain_text(mark)
    assert mark not in anna.page.content()


def downloaded(reader: Reader, paper: str) -> bytes:
    """Return a paper that a request makes, as soon as it is there."""
    with reader.page.expect_download(timeout=20_000) as download:
        reader.page.get_by_role("link", name=paper).click(timeout=20_000)
    return Path(download.value.path()).read_bytes()


def test_a_mailbox_is_connected_groups_are_chosen_with_the_keyboard_and_synchronised(
    reader_of: Callable[..., Reader],
) -> None:
    karel = reader_of("karel")
    karel.open("/m365")
    karel.page.get_by_role("link", name="erbinden").press("Enter")
    karel.page.get_by_role("button", name="Sign in as karel").click()
    karel.toast("Postbus verbonden")
    excluded, chosen = (karel.page.get_by_label(f"{kind} groepen") for kind in ("Uitgesloten", "Gesynchroniseerde"))
    excluded.select_option(["client"])
    excluded.press("Enter")
    expect(chosen.get_by_role("option", name="Cliënt")).to_be_attached()
    karel.page.get_by_role("button", name="Opslaan").press("Enter")
    karel.toast("Bewaard")
    expect(karel.page.get_by_text("Een synchronisatie zou nu")).not_to_contain_text("zou nu 0 toevoegen")
    karel.page.get_by_role("button", name="SYNC", exact=True).press("Enter")
    karel.at("/runs/")
    expect(karel.page.get_by_role("progressbar")).to_be_visible()
    expect(karel.page.locator(".badge", has_text="Klaar")).to_be_visible(timeout=30_000)


def test_an_administrator_makes_a_user_who_may_do_just_what_was_ticked(reader_of: Callable[..., Reader]) -> None:
    admin, username = reader_of("admin"), word()
    admin.open("/users")
    admin.tab_to("Nieuwe gebruiker")
    admin.press("Enter")
    admin.at("/users/new$")
    admin.type(username)
    admin.fill_in("Wachtwoord", "lang genoeg 1")
    admin.fill_in("Naam", "Piet Nieuw")
    admin.press("Control+Enter")
    admin.toast("Gebruiker aangemaakt")
    newcomer = reader_of()
    enter(newcomer, username)
    expect(newcomer.page.get_by_role("link", name="Nieuwe relatie")).to_have_count(0)
    admin.page.get_by_role("link", name=username).click()
    admin.page.get_by_label("Schrijven").check()
    admin.page.get_by_label("Schrijven").press("Control+Enter")
    admin.toast("Bewaard")
    newcomer.page.context.clear_cookies()
    enter(newcomer, username)
    expect(newcomer.page.get_by_role("link", name="Nieuwe relatie").first).to_be_visible()


def enter(reader: Reader, username: str) -> None:
    """Sign in as a new user."""
    reader.open("/login")
    reader.page.get_by_label("Gebruikersnaam").fill(username)
    reader.page.get_by_label("Wachtwoord").fill("lang genoeg 1")
    reader.press("Enter")
    reader.at("/$")


def test_a_part_whose_service_is_down_is_missing_with_its_reason_and_returns_on_a_retry(
    anna: Reader, office: ApiClient, embedded_stack: LocalStack
) -> None:
    relation = office.register(person(word()))
    retry = anna.page.get_by_role("link", name="Opnieuw proberen")
    with embedded_stack.kept_down("contacts-web"):
        anna.open(f"/relations/{relation['id']}")
        expect(anna.page.get_by_role("heading", level=1)).to_contain_text(relation["display_name"])
        expect(anna.page.get_by_text("Dit deel is even niet bereikbaar.")).to_be_visible()
        expect(retry).to_be_visible()

    def is_back() -> bool:
        if retry.count():
            retry.click()
        return anna.page.get_by_text("Nog geen contact.").count() > 0

    eventually(is_back, "the part returns")
