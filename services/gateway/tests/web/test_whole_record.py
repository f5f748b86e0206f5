"""The card's blocks of the whole record, and what the office defines itself."""

import json
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from .conftest import a_relation

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
                      "bank_accounts.0.holder": "Zo"})  # fmt: skip
    anna.post(f"{CARD}/edit/bank_accounts", {
        "bank_accounts.0.id": ACCOUNT, "bank_accounts.0.iban": "BE71 0961 2345 6769", "bank_accounts.0.holder": "",
        "bank_accounts.1.iban": "NL91ABNA0417164300", "version": "3", "was": was})  # fmt: skip
    first, second = sent(services, "PATCH", CARD)["bank_accounts"]
    assert (first["id"], first["holder"]) == (ACCOUNT, "")
    assert "id" not in second


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
