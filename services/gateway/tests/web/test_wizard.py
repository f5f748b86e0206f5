"""The wizard: every press keeps what was typed, and only what is right becomes a relation."""

import html
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

RELATION = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c02"
DRAFT = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c14"
STEP = f"/relations/wizard/{DRAFT}"
PATH = f"/drafts/{DRAFT}"
CHARGE = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c17"


def problem(status: int, **more: Any) -> tuple[int, dict[str, Any], dict[str, str]]:
    return status, {"status": status, **more}, {}


def sent(services: Any, method: str, path: str) -> Any:
    call = [each for each in services.calls if (each.method, each.path) == (method, path)][-1]
    return (json.loads(call.body) if call.body else None), call.headers


def draft(services: Any, *, patched: bool = True, **changes: Any) -> None:
    known = {"id": DRAFT, "name": "", "version": 4, "errors": {}, "fields": {}, "progress": {}, **changes}
    services.answers["GET", PATH] = (200, known, {})
    if patched:
        services.answers["PATCH", PATH] = (200, {**known, "version": 5}, {})


def leads_to(answer: Any) -> tuple[str, dict[str, list[str]]]:
    assert answer.status_code == 303, answer.text
    parts = urlsplit(answer.headers["Location"])
    return parts.path, parse_qs(parts.query)


def test_the_first_press_begins_a_draft_once_and_keeps_the_step_in_it(anna: Any, services: Any) -> None:
    form = {"kind": "legal_entity", "identifiers.kvk": "68750110", "once": "sleutel-1", "go": "next"}
    assert leads_to(anna.post("/relations/new", form))[0] == f"{STEP}/2"
    assert sent(services, "POST", "/drafts")[1]["Idempotency-Key"] == "sleutel-1"
    body, _headers = sent(services, "PATCH", PATH)
    assert body["fields"]["kind"] == "legal_entity"
    assert body["fields"]["identifiers"] == {
        "kvk": "68750110", "kbo": None, "vat": None, "rsin": None, "establishment": None,
    }  # fmt: skip
    assert body["progress"]["step"] == 1


def test_back_and_any_step_keep_what_was_typed_however_wrong(anna: Any, services: Any) -> None:
    wrong = {"addresses.0.zip": ["A Belgian postcode has four digits"]}
    draft(services, fields={"kind": "other"}, errors=wrong)
    for go, step in (("back", 5), ("2", 2), ("8", 8)):
        answer = anna.post(f"{STEP}/6", {"addresses.0.zip": "12", "addresses.0.country": "BE", "go": go})
        assert leads_to(answer)[0] == f"{STEP}/{step}"
        assert sent(services, "PATCH", PATH)[0]["fields"]["addresses"][0]["zip"] == "12"


def test_the_next_step_waits_until_this_one_is_right_and_the_complaint_stands_beside_its_field(
    anna: Any, services: Any
) -> None:
    fields = {"kind": "other", "addresses": [{"zip": "12", "city": "Gent", "country": "BE"}]}
    draft(services, fields=fields, errors={"addresses.0.zip": ["A Belgian postcode has four digits"]})
    path, query = leads_to(anna.post(f"{STEP}/6", {"addresses.0.zip": "12", "addresses.0.city": "Gent", "go": "next"}))
    assert (path, query) == (f"{STEP}/6", {"check": ["1"]})
    after_the_field = anna.get(f"{STEP}/6?check=1").text.partition('name="addresses.0.zip"')[2][:400]
    assert "Een Belgische postcode heeft vier cijfers" in after_the_field
    assert 'aria-invalid="true"' in after_the_field
    assert "autofocus" in after_the_field


def test_what_is_wrong_on_another_step_does_not_hold_this_one(anna: Any, services: Any) -> None:
    draft(services, fields={"kind": "other"}, errors={"identifiers.kbo": ["x"]})
    assert leads_to(anna.post(f"{STEP}/3", {"groups": "client", "go": "next"}))[0] == f"{STEP}/4"


def test_empty_rows_are_left_out_and_a_row_can_be_taken_away(anna: Any, services: Any) -> None:
    typed = {"communications.0.kind": "phone", "communications.0.value": "", "communications.1.kind": "mobile",
             "communications.1.value": "0470 12 34 56", "communications.2.kind": "email",
             "communications.2.value": "a@example.com"}  # fmt: skip
    anna.post(f"{STEP}/5", {**typed, "go": "next"})
    kept = [each["kind"] for each in sent(services, "PATCH", PATH)[0]["fields"]["communications"]]
    assert kept == ["mobile", "email"]
    anna.post(f"{STEP}/5", {**typed, "remove": "communications.1"})
    kept = [each["kind"] for each in sent(services, "PATCH", PATH)[0]["fields"]["communications"]]
    assert kept == ["email"]


def test_leaving_a_field_keeps_it_and_brings_the_panel_and_what_the_form_stands_on(anna: Any, services: Any) -> None:
    answer = anna.post(f"{STEP}/2", {"entity.legal_name": "Zo", "version": "3"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert sent(services, "PATCH", PATH)[0]["fields"]["entity"]["legal_name"] == "Zo"
    assert 'name="version" value="4"' in answer.text
    assert 'hx-swap-oob="true"' in answer.text
    assert "Mogelijke dubbels" in answer.text
    assert "<form" not in answer.text


def test_another_device_that_saved_first_is_shown_beside_what_was_typed(anna: Any, services: Any) -> None:
    draft(services, fields={"kind": "other", "entity": {"legal_name": "Van de telefoon"}}, progress={"editor": "gsm"})
    was = json.dumps({"entity.legal_name": "Vroeger"})
    form = {"entity.legal_name": "Van de pc", "version": "2", "was": was, "editor": "pc", "go": "next"}
    told = anna.post(f"{STEP}/2", form, headers={"HX-Request": "true"})
    assert (told.status_code, "Van de telefoon" in told.text, "Van de pc" in told.text) == (412, True, True)
    assert "elders gewijzigd" in told.text
    page = anna.post(f"{STEP}/2", form)
    assert page.status_code == 412
    assert not [call for call in services.calls if call.method == "PATCH"], "nothing was overwritten"
    assert "Van de telefoon" in page.text
    assert 'value="Van de pc"' in page.text
    seen = json.dumps({"entity.legal_name": "Van de telefoon"})
    assert leads_to(anna.post(f"{STEP}/2", {**form, "was": seen}))[0] == f"{STEP}/3"
    assert sent(services, "PATCH", PATH)[0]["fields"]["entity"]["legal_name"] == "Van de pc"


def test_what_this_very_page_saved_a_moment_ago_is_no_conflict_and_its_late_request_changes_nothing(
    anna: Any, services: Any
) -> None:
    draft(services, fields={"kind": "other", "entity": {"legal_name": "Z"}}, progress={"editor": "deze", "turn": 70})
    was = json.dumps({"entity.legal_name": ""})
    form = {"entity.legal_name": "Zo", "version": "2", "was": was, "editor": "deze", "go": "next"}
    assert leads_to(anna.post(f"{STEP}/2", {**form, "turn": "71"}))[0] == f"{STEP}/3"
    body, headers = sent(services, "PATCH", PATH)
    assert (headers["If-Match"], body["progress"]) == ('"4"', {"step": 2, "editor": "deze", "turn": 71})
    services.calls.clear()
    assert anna.post(f"{STEP}/2", {**form, "turn": "69"}, headers={"HX-Request": "true"}).status_code == 200
    assert not [call for call in services.calls if call.method == "PATCH"]


def test_what_a_step_proposes_is_no_conflict_with_what_the_draft_does_not_hold_yet(anna: Any, services: Any) -> None:
    draft(services, fields={"kind": "natural_person"}, progress={"editor": "de vorige stap"})
    for step in range(1, 8):
        page = anna.get(f"{STEP}/{step}").text
        was = html.unescape(re.findall(r'name="was" value="([^"]*)"', page)[0])
        fields = {name: value for name, value in json.loads(was).items() if value not in (False, None)}
        answer = anna.post(f"{STEP}/{step}", {**fields, "was": was, "go": "next"})
        assert leads_to(answer)[0] == f"{STEP}/{step + 1}"


def test_what_slips_in_between_is_judged_anew(anna: Any, services: Any) -> None:
    draft(services, patched=False, fields={"kind": "other"})
    services.answers["PATCH", PATH] = problem(412, type="changed-meanwhile")
    assert anna.post(f"{STEP}/2", {"entity.legal_name": "Zo", "go": "next"}).status_code == 503
    assert {call.headers["If-Match"] for call in services.calls if call.method == "PATCH"} == {'"4"'}


def test_what_is_left_empty_shows_what_it_will_be(anna: Any, services: Any) -> None:
    generated = {"salutation": "Mevrouw Lies Dam", "letter_opening": "Geachte mevrouw Dam,", "letter_closing": "Groet,"}
    fields = {"kind": "natural_person", "person": {"last_name": "Dam"}}
    draft(services, name="Lies Dam", fields=fields, address_form_generated=generated)
    page = anna.get(f"{STEP}/2").text
    for words in (*generated.values(), "Lies Dam"):
        assert f'placeholder="{words}"' in page
    kept = anna.post(f"{STEP}/2", {"person.last_name": "Dam"}, headers={"HX-Request": "true"}).text
    assert 'data-hints="field-address_form-letter_opening">Geachte mevrouw Dam,<' in kept


def test_the_invoice_address_is_chosen_by_its_place_and_follows_when_rows_go(anna: Any, services: Any) -> None:
    addresses = [{"city": "Gent"}, {"city": "Brugge"}, {"city": "Aalst"}]
    draft(services, fields={"kind": "other", "addresses": addresses, "accounting": {"invoice_address": 1}})
    assert '<option value="1" selected>Brugge</option>' in anna.get(f"{STEP}/7").text
    anna.post(f"{STEP}/7", {"accounting.invoice_address": "2", "go": "next"})
    assert sent(services, "PATCH", PATH)[0]["fields"]["accounting"]["invoice_address"] == 2
    rows = {f"addresses.{place}.city": each["city"] for place, each in enumerate(addresses)}
    for remove, place in (("addresses.0", 0), ("addresses.1", None), ("addresses.2", 1)):
        anna.post(f"{STEP}/6", {**rows, "remove": remove})
        assert sent(services, "PATCH", PATH)[0]["fields"]["accounting"] == {"invoice_address": place}


def test_finishing_opens_the_card_and_lets_the_matter_pay_for_the_look_up(anna: Any, services: Any) -> None:
    look_up = {"provider": "companyinfo", "number": "68750110", "facts": {}, "figures": {}, "alerts": [],
               "charge_id": CHARGE}  # fmt: skip
    draft(services, fields={"kind": "other"}, progress={"look_up": look_up, "charge_to_matter": "2026/0012"})
    services.answers["POST", f"{PATH}/finish"] = (201, {"id": RELATION}, {})
    path, query = leads_to(anna.post(f"{STEP}/8", {"charge_to_matter": "2026/0012", "go": "finish"}))
    assert (path, query) == (f"/relations/{RELATION}", {"done": ["created"]})
    assert sent(services, "POST", f"{PATH}/finish")[1]["If-Match"] == '"5"'
    assert sent(services, "PATCH", PATH)[0]["progress"]["charge_to_matter"] == "2026/0012"
    booked, _headers = sent(services, "PATCH", f"/charges/{CHARGE}")
    assert booked == {"relation_id": RELATION, "matter_number": "2026/0012"}
    asked, _headers = sent(services, "POST", f"/relations/{RELATION}/register-lookups")
    assert asked == {"provider": "companyinfo"}, "the answer is known and costs nothing more"


def test_a_matter_that_is_not_there_pays_for_nothing(anna: Any, services: Any) -> None:
    draft(services, progress={"look_up": {"provider": "companyinfo"}, "charge_to_matter": "2026/0099"})
    where = leads_to(anna.post(f"{STEP}/8", {"charge_to_matter": "2026/0099", "go": "finish"}))
    assert where == (f"{STEP}/8", {"check": ["1"]})
    assert not [call for call in services.calls if call.path.endswith("/finish")]
    assert "Er is geen lopend dossier met dit nummer" in anna.get(f"{STEP}/8?check=1").text


def test_a_register_that_refuses_after_the_finish_costs_nothing_but_a_word(anna: Any, services: Any) -> None:
    draft(services, progress={"look_up": {"provider": "companyinfo", "number": "68750110"}})
    services.answers["POST", f"{PATH}/finish"] = (201, {"id": RELATION}, {})
    services.answers["POST", f"/relations/{RELATION}/register-lookups"] = problem(409, type="out-of-credit")
    assert leads_to(anna.post(f"{STEP}/8", {"go": "finish"}))[1] == {"done": ["created-uncharged"]}


def test_finishing_too_early_leads_to_the_first_step_that_is_not_right(anna: Any, services: Any) -> None:
    draft(services, fields={"kind": "other"})
    errors = {"addresses.0.zip": ["A Belgian postcode has four digits"], "entity.legal_name": ["Give the name"]}
    services.answers["POST", f"{PATH}/finish"] = problem(422, type="invalid", errors=errors)
    assert leads_to(anna.post(f"{STEP}/7", {"go": "finish"})) == (f"{STEP}/2", {"check": ["1"]})


def test_a_look_up_fills_only_what_was_still_empty(anna: Any, services: Any) -> None:
    draft(services, fields={"kind": "legal_entity", "entity": {"legal_name": "Mijn naam"},
                            "identifiers": {"kvk": "68750110"}})  # fmt: skip
    services.answers["POST", "/duplicates/check"] = (200, {"items": []}, {})
    facts = {"number": "68750110", "number_kind": "kvk", "legal_name": "Test BV Donald", "legal_form": "BV",
             "telephone": "020 794 0800", "founded_on": "2017-05-12",
             "visiting_address": {"street": "Damrak", "house_number": "1", "postcode": "1012LG", "city": "Amsterdam"},
             "bankruptcy": True}  # fmt: skip
    company = {"provider": "companyinfo", "number": "68750110", "facts": facts, "figures": {}, "alerts": [],
               "charge": {"id": CHARGE}}  # fmt: skip
    services.answers["GET", "/registers/companyinfo/companies/68750110"] = (200, company, {})
    anna.post(f"{STEP}/1", {"kind": "legal_entity", "identifiers.kvk": "6875 0110", "go": "companyinfo"})
    filled = sent(services, "PATCH", PATH)[0]["fields"]
    assert filled["entity"] == {"legal_form": "BV"}
    assert filled["communications"] == [{"kind": "phone", "value": "020 794 0800"}]
    assert filled["addresses"][0]["country"] == "NL"
    assert filled["legal_identity"]["legal_situation"] == "bankruptcy"
    assert filled["legal_identity"]["source"] == "companyinfo"


def test_an_own_relation_with_that_number_is_offered_before_anything_is_paid(anna: Any, services: Any) -> None:
    draft(services, fields={"kind": "legal_entity", "identifiers": {"kvk": "68750110"}})
    page = anna.post(f"{STEP}/1", {"kind": "legal_entity", "identifiers.kvk": "68750110", "go": "companyinfo"})
    assert page.status_code == 409
    assert "is al een relatie van het kantoor" in page.text
    assert not [call for call in services.calls if call.path.startswith("/registers/")]


def test_a_draft_waits_on_the_dashboard_and_where_a_new_relation_begins(anna: Any, services: Any) -> None:
    for path in ("/", "/relations/new"):
        page = anna.get(path).text
        assert "Verder met een concept" in page
        assert f'href="{STEP}/2"' in page
    assert leads_to(anna.post(f"{STEP}/drop"))[0] == "/relations/new"
    assert sent(services, "DELETE", PATH)[0] is None


def test_enter_goes_to_the_next_step_as_the_first_button_of_the_form_says(anna: Any) -> None:
    page = anna.get(f"{STEP}/3").text
    buttons = re.findall(r'<button[^>]*name="go" value="([^"]+)"', page)
    assert buttons[0] == "next"
    assert re.findall(r'<button[^>]*name="go" value="([^"]+)"', anna.get(f"{STEP}/8").text)[0] == "finish"


def test_who_may_not_write_begins_nothing(browser_of: Any) -> None:
    guest = browser_of("gast")
    assert guest.get("/relations/new").status_code == 403
    assert guest.post(f"{STEP}/1", {"kind": "other"}).status_code == 403
