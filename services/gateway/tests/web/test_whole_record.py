"""The card's blocks of the whole record, and what the office defines itself."""

import json
import re
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from .conftest import DEFINITION, ENTRY, HOSTILE, LINK, NOW, a_relation

WRONG_NUMBER = "Not a valid number of this kind: check its digits"
RELATION = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c02"
OTHER = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c08"
ADDRESS = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c03"
ACCOUNT = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c16"
CARD = f"/relations/{RELATION}"


def sent(services: Any, method: str, path: str) -> Any:
    call = [each for each in services.calls if (each.method, each.path) == (method, path)][-1]
    return json.loads(call.body)


def test_what_is_generated_stands_greyed_in_what_is_left_empty(anna: Any) -> None:
    assert "Geachte heren," in anna.get(f"{CARD}/identity").text
    assert 'placeholder="Geachte heren,"' in anna.get(f"{CARD}/edit/address_form").text


def test_a_list_on_the_card_keeps_its_ids_and_empties_what_was_emptied(anna: Any, services: Any) -> None:
    services.answers["PATCH", CARD] = (200, {}, {})
    was = json.dumps({"bank_accounts.0.id": ACCOUNT, "bank_accounts.0.iban": "BE71096123456769",
                      "bank_accounts.0.holder": HOSTILE})  # fmt: skip
    anna.post(f"{CARD}/edit/bank_accounts", {
        "bank_accounts.0.id": ACCOUNT, "bank_accounts.0.iban": "BE71 0961 2345 6769", "bank_accounts.0.holder": "",
        "bank_accounts.1.iban": "NL91ABNA0417164300", "version": "3", "was": was})  # fmt: skip
    first, second = sent(services, "PATCH", CARD)["bank_accounts"]
    assert (first["id"], first["holder"]) == (ACCOUNT, "")
    assert "id" not in second


def test_rows_that_others_added_or_removed_meanwhile_are_told_and_kept(anna: Any, services: Any) -> None:
    typed = {"bank_accounts.0.id": OTHER, "bank_accounts.0.iban": "BE68539007547034", "bank_accounts.0.holder": "Mijn",
             "was": json.dumps({"bank_accounts.0.id": OTHER, "bank_accounts.0.iban": "BE68539007547034"})}  # fmt: skip
    page = anna.post(f"{CARD}/edit/bank_accounts", typed)
    assert page.status_code == 412
    assert "verwijderd" in page.text
    for value in ("Mijn", "BE68539007547034", "BE71096123456769"):
        assert f'value="{value}"' in page.text, "what was typed and what another added stand in the form"
    assert not [call for call in services.calls if call.method == "PATCH"]


PARTS = [
    (f"communications/{ENTRY}", {"kind": "phone", "value": "02 111 11 11"}, {"value": "02 000 00 00"}, "020 794 0800"),
    (f"addresses/{ADDRESS}", {"street": "Mijnstraat", "country": "NL"}, {"street": "Oudstraat"}, "Damrak"),
]


@pytest.mark.parametrize(("part", "typed", "was", "now"), PARTS, ids=["communication", "address"])
def test_one_of_a_list_that_somebody_else_changed_first_shows_both_versions(
    anna: Any, services: Any, part: str, typed: dict[str, str], was: dict[str, str], now: str
) -> None:
    page = anna.post(f"{CARD}/{part}", {**typed, "was": json.dumps(was)})
    assert page.status_code == 412
    versions = page.text.partition('class="versions"')[2].partition("</dl>")[0]
    assert now in versions
    assert list(typed.values())[1 if "value" in typed else 0] in versions
    assert not [call for call in services.calls if call.method == "PATCH"]


@pytest.mark.parametrize(("part", "typed", "was", "now"), PARTS, ids=["communication", "address"])
def test_one_of_a_list_that_somebody_else_removed_can_be_added_anew(
    anna: Any, services: Any, part: str, typed: dict[str, str], was: dict[str, str], now: str
) -> None:
    name = part.partition("/")[0]
    services.fill(UUID(RELATION), relation=a_relation(**{name: []}))
    services.answers["GET", CARD] = (200, a_relation(**{name: []}), {})
    page = anna.post(f"{CARD}/{part}", {**typed, "was": json.dumps(was)})
    assert page.status_code == 409
    assert f'action="{CARD}/{name}/new"' in page.text
    assert all(f'value="{value}"' in page.text for value in typed.values())


def test_a_new_version_of_an_identity_loses_nothing_of_the_present_one(anna: Any, services: Any) -> None:
    path = f"{CARD}/legal-identities"
    present = {"id": OTHER, "valid_from": "2020-01-01", "source": "user", "current": True, "recorded_at": NOW,
               "legal_name": "Zo", "register_court": "Gent", "register_division": "Kortrijk", "capital": "18550.00",
               "establishments": ["2123456789"], "activities": [{"code": "6910", "text": "Juridische diensten"}],
               "representatives": [{"name": "Jan Peeters", "function": "bestuurder", "from": "2020-01-01"}],
               "shareholders": [{"name": "Holding", "share": "100 %"}]}  # fmt: skip
    services.answers["GET", path] = (200, {"items": [present]}, {})
    services.answers["POST", path] = (201, {}, {})
    card = anna.get(f"{CARD}/identity").text
    assert "Jan Peeters (bestuurder, sinds 01-01-2020)" in card
    form = anna.get(f"{CARD}/identity/new").text
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    areas = dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', form))
    more = anna.post(f"{CARD}/identity/new", {**fields, **areas, "go": "more-representatives"}).text
    assert 'name="representatives.1.name"' in more
    assert not [call for call in services.calls if call.method == "POST" and call.path == path]
    anna.post(f"{CARD}/identity/new", {**fields, **areas})
    body = sent(services, "POST", path)
    kept = ("register_division", "establishments", "activities", "representatives", "shareholders")
    assert {name: body[name] for name in kept} == {name: present[name] for name in kept}
    assert body["capital"] == 18550


def test_the_days_and_the_note_of_a_link_are_corrected(anna: Any, services: Any) -> None:
    services.answers["PATCH", f"{CARD}/links/{LINK}"] = (200, {}, {})
    was = json.dumps({"from": "2020-01-01", "to": "", "note": HOSTILE})
    assert 'value="01-01-2020"' in anna.get(f"{CARD}/links/{LINK}").text
    anna.post(f"{CARD}/links/{LINK}", {"from": "01-01-2020", "to": "31-12-2025", "note": HOSTILE, "was": was})
    assert sent(services, "PATCH", f"{CARD}/links/{LINK}") == {"to": "2025-12-31"}
    late = anna.post(f"{CARD}/links/{LINK}", {"from": "", "to": "", "note": "x", "was": json.dumps({"note": "y"})})
    assert late.status_code == 412


def test_what_an_address_holds_of_the_offices_own_fields_stands_on_the_card(anna: Any) -> None:
    page = anna.get(f"{CARD}/addresses").text
    assert re.search(r"<dt>Sector &lt;b&gt;</dt><dd>ja</dd>", page)


def test_a_field_of_other_groups_is_not_asked_unless_it_is_filled_in(anna: Any, services: Any) -> None:
    ours = {**DEFINITION, "level": "address", "key": "balie", "type": "text", "options": [], "groups": ["court"]}
    services.answers["GET", "/varia-definitions"] = (200, {"items": [ours]}, {})
    assert "varia.balie" not in anna.get(f"{CARD}/addresses/{ADDRESS}").text
    held = a_relation()
    held["addresses"][0]["varia"] = {"balie": "3"}
    services.answers["GET", CARD] = (200, held, {})
    assert "varia.balie" in anna.get(f"{CARD}/addresses/{ADDRESS}").text


def test_what_is_typed_survives_a_service_that_is_away(anna: Any, services: Any) -> None:
    services.answers["GET", CARD] = (503, {"status": 503}, {})
    page = anna.post(f"{CARD}/edit/notes", {"memo": "lang verhaal", "was": "{}"})
    assert page.status_code == 503
    assert f'action="{CARD}/edit/notes"' in page.text
    assert 'name="memo" value="lang verhaal"' in page.text


def test_a_point_that_is_open_leads_to_its_field(anna: Any, services: Any) -> None:
    bare = a_relation(accounting={}, groups=["client"])
    services.fill(UUID(RELATION), relation=bare)
    services.answers["GET", CARD] = (200, bare, {})
    place = f"{CARD}/edit/accounting?field=accounting.vat_regime"
    assert f'href="{place}"' in anna.get(CARD).text
    (focused,) = re.findall(r'<\w+ id="([^"]+)"[^>]* autofocus', anna.get(place).text)
    assert focused == "field-accounting-vat_regime"


def test_a_national_number_is_masked_shown_whole_on_request_and_only_for_who_has_the_right(
    browser_of: Any, services: Any
) -> None:
    anna, karel = browser_of("anna"), browser_of("karel")
    somebody = a_relation(kind="natural_person", entity=None, person={"last_name": "Dam"})
    services.fill(UUID(RELATION), relation=somebody)
    services.answers["GET", CARD] = (200, somebody, {})
    path = f"{CARD}/national-number"
    services.answers["GET", path] = (200, {"kind": "rrn", "masked": "•••••••••28"}, {})
    services.answers["POST", f"{path}/readings"] = (200, {"kind": "rrn", "value": "85073003328"}, {})
    assert "Nationaal nummer" not in karel.get(f"{CARD}/identity").text
    assert karel.post(f"{path}/whole").status_code == 403
    assert "•••••••••28" in anna.get(f"{CARD}/identity").text
    assert "85073003328" in anna.post(f"{path}/whole").text
    services.answers["PUT", path] = (422, {"errors": {"value": [WRONG_NUMBER]}}, {})
    assert "Geen geldig nummer van deze soort" in anna.post(path, {"kind": "rrn", "value": "1"}).text
    services.answers["GET", path] = (403, {"type": "not-kept"}, {})
    assert "Nationaal nummer" not in anna.get(f"{CARD}/identity").text


def test_one_more_row_and_one_less_save_nothing_yet(anna: Any, services: Any) -> None:
    typed = {"aliases.0.kind": "trade", "aliases.0.name": "Zo Zo"}
    more = anna.post(f"{CARD}/edit/aliases", {**typed, "go": "more"}).text
    assert 'value="Zo Zo"' in more
    assert 'name="aliases.1.name"' in more
    less = anna.post(f"{CARD}/edit/aliases", {**typed, "remove": "aliases.0"}).text
    assert "Zo Zo" not in less
    assert not [call for call in services.calls if call.method == "PATCH"]


def test_varia_are_asked_with_the_input_that_fits_their_type(anna: Any) -> None:
    form = anna.get(f"{CARD}/edit/varia").text
    assert '<select id="field-varia-sector"' in form
    assert '<option value="bouw" selected>' in form
    assert 'type="checkbox" id="field-varia-kerstkaart"' in anna.get(f"{CARD}/addresses/{ADDRESS}").text


def test_a_confidential_relation_shows_its_name_and_why_there_is_no_more(browser_of: Any, services: Any) -> None:
    karel = browser_of("karel")
    services.fill(
        UUID(RELATION), relation=a_relation(confidentiality={"level": "restricted", "users": ["anna"]}, memo="geheim")
    )
    page = karel.get(CARD).text
    assert "Deze relatie is vertrouwelijk" in page
    assert "geheim" not in page
    assert "Belt liefst" not in page


@pytest.mark.parametrize("form", ["edit/notes", "addresses/new", "identity/new", "contact-moments/new", "merge"])
def test_a_form_about_a_confidential_relation_says_why_it_is_not_there(anna: Any, services: Any, form: str) -> None:
    name_alone = {"id": RELATION, "number": 1042, "display_name": "Zo BV", "kind": "legal_entity", "status": "active"}
    services.answers["GET", CARD] = (200, {**name_alone, "restricted": True}, {})
    answer = anna.get(f"{CARD}/{form}")
    assert answer.status_code == 403
    assert "Deze relatie is vertrouwelijk" in answer.text


def test_a_list_marks_a_relation_of_which_it_shows_the_name_alone(anna: Any, services: Any) -> None:
    item = {"id": RELATION, "number": 1042, "display_name": "Zo BV", "kind": "legal_entity", "status": "active"}
    services.answers["GET", "/relations"] = (200, {"items": [item], "next_cursor": None}, {})
    assert "vertrouwelijk" not in anna.get("/relations").text
    item["restricted"] = True
    assert "vertrouwelijk" in anna.get("/relations").text


def test_a_part_that_a_service_keeps_to_itself_as_confidential_is_a_clear_refusal(anna: Any, services: Any) -> None:
    services.answers["GET", "/contact-moments"] = (403, {"type": "confidential"}, {})
    answer = anna.get(f"/contact-moments?relation_id={RELATION}")
    assert answer.status_code == 403
    assert "<h1>Vertrouwelijk" in answer.text


def test_who_handles_requests_may_order_one_for_a_confidential_relation_and_sees_no_counts(
    anna: Any, services: Any
) -> None:
    name_alone = {"id": RELATION, "number": 1042, "display_name": "Zo BV", "kind": "legal_entity", "status": "active"}
    services.answers["GET", CARD] = (200, {**name_alone, "restricted": True}, {})
    services.answers["POST", "/gdpr/previews"] = (200, {"counts": {"total": 1, "pending": 1}, "refused": []}, {})
    page = anna.get(f"{CARD}/gdpr/new")
    assert page.status_code == 200
    assert "Zo BV" in page.text
    assert "Bewaard" not in page.text


def test_a_link_is_made_by_number_from_either_end(anna: Any, services: Any) -> None:
    found = {"items": [{"id": OTHER, "number": 1043, "display_name": "Zo BV"}], "next_cursor": None}
    services.answers["GET", "/relations"] = (200, found, {})
    for end in (RELATION, OTHER):
        services.answers["POST", f"/relations/{end}/links"] = (201, {}, {})
    anna.post(f"{CARD}/links/new", {"type": "director", "other": "#1043 Zo BV", "from": "2020-01-01"})
    assert sent(services, "POST", f"{CARD}/links") == {
        "other_id": OTHER, "type": "director", "note": "", "from": "2020-01-01",
    }  # fmt: skip
    anna.post(f"{CARD}/links/new", {"type": "director:reverse", "other": "Zo"})
    assert sent(services, "POST", f"/relations/{OTHER}/links")["other_id"] == RELATION


def test_when_several_may_be_meant_one_is_asked_which(anna: Any, services: Any) -> None:
    items = [{"id": one, "number": number, "display_name": f"Zo {number}"}
             for one, number in ((OTHER, 1043), (ADDRESS, 1044))]  # fmt: skip
    services.answers["GET", "/relations"] = (200, {"items": items, "next_cursor": None}, {})
    page = anna.post(f"{CARD}/links/new", {"type": "director", "other": "Zo", "note": "blijft"})
    assert page.status_code == 422
    assert f'<option value="{ADDRESS}">#1044 Zo 1044' in page.text
    assert 'value="blijft"' in page.text


def test_everybody_at_an_address_can_move_along(anna: Any, services: Any) -> None:
    path = f"{CARD}/addresses/{ADDRESS}"
    services.answers["POST", f"{path}/move"] = (200, {"items": []}, {})
    page = anna.get(f"{path}/shared").text
    assert f'value="{OTHER}" checked' in page
    anna.post(f"{path}/shared", {"relation_ids": OTHER, "street": "Nieuwstraat", "city": "Gent", "country": "BE"})
    body = sent(services, "POST", f"{path}/move")
    assert body["relation_ids"] == [OTHER]
    assert body["fields"]["street"] == "Nieuwstraat"


def test_a_photo_is_sent_as_it_is_and_one_that_is_none_is_refused_in_words(anna: Any, services: Any) -> None:
    services.answers["PUT", f"{CARD}/photo"] = (204, None, {})
    assert anna.post(f"{CARD}/photo", {"photo": (BytesIO(b"\x89PNG..."), "logo.png")}).status_code == 303
    assert [call.body for call in services.calls if call.method == "PUT"] == [b"\x89PNG..."]
    services.answers["PUT", f"{CARD}/photo"] = (422, {"type": "invalid"}, {})
    assert "hoogstens 3 MB" in anna.post(f"{CARD}/photo", {"photo": (BytesIO(b"x"), "x.exe")}).text


def test_key_users_define_fields_and_retire_them(browser_of: Any, services: Any) -> None:
    assert browser_of("karel").get("/office").status_code == 403
    boss = browser_of("admin")
    services.answers["POST", "/varia-definitions"] = (201, {}, {})
    boss.post("/office/field/new", {"key": "kerst", "level": "address", "type": "check", "labels.nl": "Kerst",
                                    "labels.fr": "Noël", "labels.en": "Xmas", "personal": "1"})  # fmt: skip
    assert sent(services, "POST", "/varia-definitions") == {
        "key": "kerst", "level": "address", "type": "check", "labels": {"nl": "Kerst", "fr": "Noël", "en": "Xmas"},
        "personal": True, "searchable": False,
    }  # fmt: skip
    services.answers["PATCH", "/varia-definitions/relation/sector"] = (200, {}, {})
    was = json.dumps({"labels.nl": "S", "labels.fr": "S", "labels.en": "S", "options": "a", "groups": [],
                      "personal": False, "retired": False})  # fmt: skip
    boss.post("/office/field/relation/sector", {"labels.nl": "S", "labels.fr": "S", "labels.en": "S", "options": "a",
                                                "retired": "1", "was": was})  # fmt: skip
    assert sent(services, "PATCH", "/varia-definitions/relation/sector") == {"retired": True}
