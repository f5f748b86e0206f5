"""Imports and vCards as a browser gets them."""

import json
import re
from io import BytesIO
from typing import Any

import pytest

RELATION = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c02"
UPLOAD = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c13"
IMPORT = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c11"
FILE = b"Naam;Telefoon;Iets\nJanssens;020 794 0800;x\n"


def upload(anna: Any, path: str, **form: Any) -> Any:
    """Send a file as the page does."""
    return anna.post(path, {"file": (BytesIO(FILE), "relaties.csv"), **form}, content_type="multipart/form-data")


def test_a_file_is_taken_and_leads_to_what_it_holds(anna: Any, services: Any) -> None:
    answer = upload(anna, "/imports/preview")
    assert answer.location.endswith(f"/imports/uploads/{UPLOAD}")
    [call] = [call for call in services.calls if call.path == "/imports/preview"]
    assert FILE in call.body


def test_what_a_file_holds_is_shown_with_a_place_for_each_column_and_its_first_rows_checked(anna: Any) -> None:
    page = anna.get(f"/imports/uploads/{UPLOAD}").text
    assert "een tabel (CSV), scheidingsteken puntkomma, codering UTF-8" in page
    assert len(re.findall(r"<option[^>]* selected>", page)) == 2
    assert '<option value="person.last_name" selected>Familienaam' in page
    assert "Geen e-mailadres" in page


@pytest.mark.parametrize(("step", "dry_run"), [("trial", b"true"), ("import", b"false")])
def test_an_import_is_tried_and_started_with_the_places_that_were_chosen(
    anna: Any, services: Any, step: str, dry_run: bytes
) -> None:
    services.answers["POST", "/imports"] = (202, {"id": IMPORT}, {})
    form = {"column": ["Naam", "Iets"], "target": ["person.last_name", ""], "step": step, "skip_duplicates": "1"}
    answer = anna.post(f"/imports/uploads/{UPLOAD}", form)
    assert f"/imports/{IMPORT}" in answer.location
    [call] = [call for call in services.calls if (call.method, call.path) == ("POST", "/imports")]
    parts = dict(re.findall(rb'name="(\w+)"\r\n\r\n(.*?)\r\n', call.body))
    assert json.loads(parts[b"mapping"]) == {"Naam": "person.last_name", "Iets": None}
    assert parts[b"dry_run"] == dry_run
    assert parts[b"on_duplicate"] == b"skip"
    assert parts[b"upload_id"] == UPLOAD.encode()


def test_a_trial_that_is_over_leads_to_the_import_itself_with_the_same_places(anna: Any, services: Any) -> None:
    _status, found, _headers = services.answers["GET", f"/imports/{IMPORT}"]
    services.answers["GET", f"/imports/{IMPORT}"] = (200, {**found, "dry_run": True}, {})
    page = anna.get(f"/imports/{IMPORT}?upload={UPLOAD}&skips=1").text
    assert "Proefdraai" in page
    assert 'name="target" value="person.last_name"' in page
    assert 'name="skip_duplicates"' in page
    assert "/rollback" not in page


def test_without_a_file_nothing_is_sent_and_the_page_says_what_to_do(anna: Any, services: Any) -> None:
    page = anna.post("/imports/preview")
    assert page.status_code == 422
    assert "Kies eerst een bestand." in page.text
    assert not [call for call in services.calls if call.path == "/imports/preview"]


def test_a_file_that_cannot_be_read_is_refused_in_words(anna: Any, services: Any) -> None:
    refusal = {"type": "invalid", "errors": {"file": ["The file is empty"]}}
    services.answers["POST", "/imports/preview"] = (422, refusal, {})
    page = upload(anna, "/imports/preview")
    assert page.status_code == 422
    assert "Het bestand is leeg." in page.text


def test_an_import_at_work_is_followed_can_be_left_and_stopped(anna: Any, services: Any) -> None:
    _status, found, _headers = services.answers["GET", f"/imports/{IMPORT}"]
    running = {**found, "status": "running", "total": 2000, "done": 500, "finished_at": None}
    services.answers["GET", f"/imports/{IMPORT}"] = (200, running, {})
    services.answers["GET", "/imports"] = (200, {"items": [running]}, {})
    page = anna.get(f"/imports/{IMPORT}").text
    assert "500 van 2.000" in page
    assert 'hx-trigger="every 1s"' in page
    assert f"/imports/{IMPORT}/cancel" in page
    assert "/rollback" not in page
    assert f"/imports/{IMPORT}" in anna.get("/imports").text


def test_an_import_that_is_over_gives_its_account_its_errors_and_the_way_back(anna: Any) -> None:
    page = anna.get(f"/imports/{IMPORT}").text
    for words in (
        "E-mail",
        "Geen e-mailadres",
        "88 %",
        "Is sindsdien gewijzigd.",
        f"/imports/{IMPORT}/errors.xlsx",
        f"/imports/{IMPORT}/rollback",
    ):
        assert words in page
    assert 'hx-trigger="every 1s"' not in page


def test_without_a_script_an_import_is_rolled_back_after_a_question(anna: Any, services: Any) -> None:
    way_back = f"/imports/{IMPORT}/rollback"
    assert "weer verwijderen?" in anna.post(way_back).text
    assert not [call for call in services.calls if call.path == way_back]
    assert anna.post(way_back, {"confirmed": "1"}).status_code == 303


def test_a_relation_and_a_selection_are_handed_over_as_vcards(anna: Any, services: Any) -> None:
    assert anna.get(f"/relations/{RELATION}/vcard").headers["Content-Disposition"].startswith("attachment")
    assert anna.get(f"/relations/{RELATION}/vcard").content_type.startswith("text/vcard")
    anna.post("/relations/vcards", {"relation_ids": [RELATION]})
    [call] = [call for call in services.calls if call.path == "/relations/vcf"]
    assert json.loads(call.body) == {"relation_ids": [RELATION]}
