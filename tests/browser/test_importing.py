"""Importing a file, from the first look to the roll-back, with nothing but the keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from shared.testing.client import ApiClient
from shared.testing.examples import word

from .reading import Reader

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OVER = 30_000


def found(office: ApiClient, name: str) -> list[dict[str, Any]]:
    """Return the relations that are found by a piece of their name."""
    items: list[dict[str, Any]] = office.get("/relations", q=name)["items"]
    return items


def test_a_table_is_looked_at_tried_imported_and_rolled_back(anna: Reader, office: ApiClient, tmp_path: Path) -> None:
    mark = word()
    table = tmp_path / "relaties.csv"
    table.write_text(
        "Voornaam;Achternaam;E-mail;Gemeente;Bijzonder\n"
        f"Lies;Eerste{mark};lies@example.com;Gent;vriendelijk\n"
        f"Omer;Tweede{mark};geen adres;Brugge;\n"
        f"Noor;Derde{mark};noor@example.com;Leuven;\n",
        encoding="utf-8",
    )
    anna.open("/imports")
    expect(anna.page.get_by_label("Excel (XLSX), CSV of vCard")).to_be_focused()
    # The system's own window in which a file is chosen lies outside the page.
    anna.page.get_by_label("Excel (XLSX), CSV of vCard").set_input_files(table)
    anna.at(r"/imports/uploads/[0-9a-f-]{36}")
    expect(anna.page.get_by_text("scheidingsteken puntkomma")).to_be_visible()
    place = anna.page.get_by_label("Bijzonder")
    expect(anna.page.get_by_label("Achternaam")).to_have_value("person.last_name")
    expect(place).to_have_value("")
    expect(anna.page.get_by_role("row").filter(has_text=f"Tweede{mark}")).to_contain_text("Geen e-mailadres")
    anna.tab_to("Bijzonder")
    anna.type("Memo")
    expect(place).to_have_value("memo")
    anna.tab_to("Proefdraaien")
    anna.press("Enter")
    anna.at(r"/imports/[0-9a-f-]{36}\?")
    expect(anna.page.locator(".badge", has_text="Klaar")).to_be_visible(timeout=OVER)
    assert not found(office, f"Eerste{mark}")

    anna.tab_to("Nu importeren")
    anna.press("Enter")
    anna.at(r"/imports/[0-9a-f-]{36}$")
    here = anna.page.url
    anna.open("/")
    anna.open("/imports")
    anna.page.get_by_role("row").nth(1).get_by_role("link").press("Enter")
    anna.at(here)
    expect(anna.page.locator(".badge", has_text="Klaar")).to_be_visible(timeout=OVER)
    expect(anna.page.get_by_role("row").filter(has_text="E-mail")).to_contain_text("Geen e-mailadres")
    [lies] = found(office, f"Eerste{mark}")
    [noor] = found(office, f"Derde{mark}")
    assert office.get(f"/relations/{lies['id']}")["memo"] == "vriendelijk"
    assert not found(office, f"Tweede{mark}")
    with anna.page.expect_download() as download:
        anna.tab_to("Fouten als Excel")
        anna.press("Enter")
    assert Path(download.value.path()).read_bytes().startswith(b"PK")

    office.send("PATCH", f"/relations/{noor['id']}", {"memo": "sindsdien gewijzigd"})
    anna.page.once("dialog", lambda dialog: dialog.accept())
    anna.open(here)
    anna.tab_to("Import terugdraaien")
    anna.press("Enter")
    expect(anna.page.locator(".badge", has_text="Teruggedraaid")).to_be_visible(timeout=OVER)
    kept = anna.page.get_by_role("listitem").filter(has_text=f"Noor Derde{mark}")
    expect(kept).to_contain_text("Is sindsdien gewijzigd.")
    assert not found(office, f"Eerste{mark}")
    assert found(office, f"Derde{mark}")


def test_a_file_of_another_kind_than_its_name_says_is_refused_in_words(anna: Reader, tmp_path: Path) -> None:
    wrong = tmp_path / "relaties.xlsx"
    wrong.write_bytes(b"%PDF-1.7 geen werkmap")
    anna.refusals.add(422)
    anna.open("/imports")
    anna.page.get_by_label("Excel (XLSX), CSV of vCard").set_input_files(wrong)
    expect(anna.page.get_by_role("alert")).to_contain_text("Dit is geen tabel en geen vCard")
