"""Hygiene, Historie and the card tab Historiek as a browser gets them."""

import json
from typing import Any

RELATION = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c02"
CHANGE = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c12"
CARD = f"/relations/{RELATION}"


def test_the_work_list_says_why_and_leads_to_the_field_in_one_press(anna: Any) -> None:
    page = anna.get("/hygiene").text
    for words in ("71 %", "Een postcode kan niet kloppen", f'href="{CARD}/addresses'):
        assert words in page


def test_the_score_stands_on_the_dashboard(anna: Any) -> None:
    assert "71 %" in anna.get("/").text


def test_the_card_says_what_is_missing_and_what_breaks_a_house_rule_each_once(anna: Any, services: Any) -> None:
    both = [{"rule": rule, "field": "addresses", "message_code": code, "severity": "medium"}
            for rule, code in (("wrong_postcode", "invalid_postcode"), ("mailing_flag", "mailing_flag"))]  # fmt: skip
    services.answers["GET", f"{CARD}/hygiene"] = (200, {"score": 80, "items": both}, {})
    card = anna.get(CARD).text
    assert "Een postcode kan niet kloppen" in card
    assert card.count("Geen mailing-adres aangeduid") == 1
    services.answers["GET", f"{CARD}/hygiene"] = (500, {}, {})
    assert "Geen mailing-adres aangeduid" in anna.get(CARD).text


def test_what_was_filled_in_since_the_last_check_is_not_open_any_more(anna: Any, services: Any) -> None:
    items = [{"rule": "client_address", "field": field, "message_code": "required", "severity": "medium"}
             for field in ("addresses", "person.call_name")]  # fmt: skip
    services.answers["GET", f"{CARD}/hygiene"] = (200, {"score": 80, "items": items}, {})
    assert anna.get(CARD).text.count("Geen contactadres") == 1


def test_house_rules_are_for_key_users_and_saved_as_typed(browser_of: Any, services: Any) -> None:
    assert browser_of("karel").get("/hygiene/rules").status_code == 403
    boss = browser_of("admin")
    assert 'name="old_draft.days" value="7"' in boss.get("/hygiene/rules").text
    boss.post("/hygiene/rules", {"old_draft.days": "14", "old_draft.groups": ["client", "court"]})
    [call] = [call for call in services.calls if call.method == "PUT"]
    rule, other = json.loads(call.body)["rules"]
    assert other["parameters"]["kinds"] == ["legal_entity"]
    assert rule["active"] is False
    assert rule["groups"] == ["client", "court"]
    assert rule["parameters"]["days"] == 14


def test_historie_unfolds_how_to_reach_somebody_and_has_a_pencil(anna: Any) -> None:
    page = anna.get("/history").text
    assert "<summary>020 794 0800" in page
    assert f"{CARD}/edit/name" in page


def test_historie_shows_only_the_name_of_a_confidential_relation(anna: Any, services: Any) -> None:
    opened = {
        "id": RELATION,
        "number": 1042,
        "display_name": "Zo BV",
        "restricted": True,
        "opened_at": "2026-03-02T09:00:00Z",
    }
    services.answers["GET", "/history"] = (200, {"items": [opened], "next_cursor": None}, {})
    page = anna.get("/history").text
    assert "Zo BV" in page
    assert "/edit/name" not in page
    assert '<details class="stays unfolds"' not in page


def test_historiek_tells_old_and_new_by_whom_and_puts_one_field_back(browser_of: Any, services: Any) -> None:
    karel, anna = browser_of("karel"), browser_of("anna")
    _status, found, _headers = services.answers["GET", f"{CARD}/changes"]
    found["items"][0]["actor"] = str(karel.user_id)
    page = anna.get(f"{CARD}/changes").text
    for words in ("Officiële naam", "Zoo BV", "Karel", "ingevoerd", f"{CARD}/changes/{CHANGE}/revert"):
        assert words in page
    answer = anna.post(f"{CARD}/changes/{CHANGE}/revert")
    assert answer.location.endswith(f"{CARD}/changes?done=reverted")
    services.answers["POST", f"{CARD}/changes/{CHANGE}/revert"] = (409, {"type": "conflict"}, {})
    refused = anna.post(f"{CARD}/changes/{CHANGE}/revert")
    assert refused.status_code == 409
    assert "sindsdien opnieuw gewijzigd" in refused.text


def test_who_opened_the_card_is_shown_to_those_with_the_audit_right_alone(browser_of: Any) -> None:
    browser_of("karel").get(CARD)
    assert "Wie heeft geopend" not in browser_of("karel").get(f"{CARD}/changes").text
    page = browser_of("admin").get(f"{CARD}/changes").text
    assert "Wie heeft geopend" in page
    assert "Karel" in page.partition("Wie heeft geopend")[2]
