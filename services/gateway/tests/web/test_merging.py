"""Duplicates and merging as a browser gets them."""

import json
from typing import Any

import pytest

RELATION = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c02"
OTHER = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c08"
SCAN = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c09"
MERGE = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c10"
REQUEST = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c06"
CARD = f"/relations/{RELATION}"
PAIR = f"{CARD}/merge/{OTHER}"


def sent(services: Any, method: str, path: str) -> list[Any]:
    """Return the bodies that were sent to a path."""
    return [json.loads(call.body or "{}") for call in services.calls if (call.method, call.path) == (method, path)]


def the_merge(services: Any) -> dict[str, Any]:
    """Return the merge as the service tells it."""
    _status, merge, _headers = services.answers["GET", f"/merges/{MERGE}"]
    return dict(merge)


def test_a_pair_stands_side_by_side_with_the_reasons_and_both_ways_out(anna: Any) -> None:
    page = anna.get("/duplicates").text
    for words in ("93 %", "naam, telefoon", "#1042", "#1043", "Zo BV", f"{OTHER}/merge/{RELATION}",
                  f"/duplicates/not/{RELATION}/{OTHER}"):  # fmt: skip
        assert words in page


def test_no_double_is_one_press_with_a_way_back(anna: Any, services: Any) -> None:
    answer = anna.post(f"/duplicates/not/{RELATION}/{OTHER}", follow_redirects=True)
    assert sent(services, "PUT", "/duplicates/not") == [{"a": RELATION, "b": OTHER}]
    assert f"/duplicates/not/{RELATION}/{OTHER}/undo" in answer.text
    anna.post(f"/duplicates/not/{RELATION}/{OTHER}/undo")
    assert sent(services, "DELETE", "/duplicates/not") == [{"a": RELATION, "b": OTHER}]


def test_a_scan_at_work_is_found_again_with_its_progress_and_can_be_stopped(anna: Any, services: Any) -> None:
    scan = {"id": SCAN, "status": "running", "phase": "comparing", "total": 1000, "done": 250, "found": 3,
            "started_at": "2026-03-02T09:00:00Z"}  # fmt: skip
    services.answers["GET", "/duplicates"] = (200, {"items": [], "next_cursor": None}, {})
    services.answers["GET", "/duplicates/scans"] = (200, {"items": [scan], "next_cursor": None}, {})
    page = anna.get("/duplicates").text
    assert "250 van 1.000" in page
    assert 'hx-trigger="every 1s"' in page
    assert f"/duplicates/scans/{SCAN}/cancel" in page


def test_the_survivors_value_is_proposed_unless_it_has_none(anna: Any) -> None:
    page = anna.get(PAIR).text
    assert 'name="display_name" value="into" checked' in page
    assert 'name="memo" value="this" checked' in page


def test_every_field_of_the_record_is_chosen_in_words(anna: Any, services: Any) -> None:
    other = dict(services.answers["GET", f"/relations/{OTHER}"][1])
    other |= {
        "accounting": {**other["accounting"], "debtor_number": "D8", "vat_regime": "exempt", "credit_block": False},
        "confidentiality": {"level": "restricted", "users": ["karel"]}, "varia": {"sector": "zorg"},
    }  # fmt: skip
    services.answers["GET", f"/relations/{OTHER}"] = (200, other, {})
    for relation_id, seat in ((RELATION, "Gent"), (OTHER, "Aalst")):
        version = {"current": True, "valid_from": "2024-05-01", "seat": seat}
        services.answers["GET", f"/relations/{relation_id}/legal-identities"] = (200, {"items": [version]}, {})
    page = anna.get(PAIR).text
    for words in ("D7", "D8", "Gewone regeling", "Vrijgesteld", "Karel", "Gent, sinds", "Aalst, sinds",
                  f"/relations/{OTHER}/photo", f"/relations/{RELATION}/photo"):  # fmt: skip
        assert words in page
    for field in ("accounting.debtor_number", "accounting.vat_regime", "accounting.credit_block", "confidentiality",
                  "legal_identity", "photo", "varia.sector"):  # fmt: skip
        assert f'name="{field}" value="into"' in page
    assert 'name="confidentiality" value="" checked' in page
    services.answers["POST", f"{CARD}/merge"] = (200, {"merge_id": None, "moves": []}, {})
    chosen = {"accounting.debtor_number": "this", "photo": "this", "varia.sector": "into", "varia.": "no such side"}
    anna.post(PAIR, {"step": "trial", **chosen})
    assert sent(services, "POST", f"{CARD}/merge")[-1]["choose"] == {
        "accounting.debtor_number": "this", "photo": "this", "varia.sector": "into",
    }  # fmt: skip


@pytest.mark.parametrize("kept", [True, False])
def test_national_numbers_of_persons_are_chosen_between_where_the_office_keeps_them(
    anna: Any, services: Any, kept: bool
) -> None:
    for relation_id, last in ((RELATION, "28"), (OTHER, "29")):
        document = {**services.answers["GET", f"/relations/{OTHER}"][1], "id": relation_id, "kind": "natural_person"}
        services.answers["GET", f"/relations/{relation_id}"] = (200, document, {})
        number = (200, {"masked": f"•••••••••{last}"}, {}) if kept else (403, {"type": "not-kept"}, {})
        services.answers["GET", f"/relations/{relation_id}/national-number"] = number
    page = anna.get(PAIR)
    assert page.status_code == 200
    assert ('name="national_number"' in page.text) is kept


def test_a_trial_lists_what_moves_and_keeps_what_was_chosen(anna: Any, services: Any) -> None:
    moves = [{"service": "contacts", "what": "moment", "count": 12, "detail": "moved"}]
    services.answers["POST", f"{CARD}/merge"] = (200, {"merge_id": None, "moves": moves}, {})
    page = anna.post(PAIR, {"step": "trial", "display_name": "this", "memo": "into"}).text
    assert sent(services, "POST", f"{CARD}/merge") == [
        {"into": OTHER, "choose": {"display_name": "this", "memo": "into"}, "dry_run": True}
    ]
    assert "contactmomenten" in page
    assert 'name="display_name" value="this" checked' in page
    assert 'name="memo" value="into" checked' in page
    assert "Nu samenvoegen" in page


def test_a_merge_is_followed_until_every_service_has_answered(anna: Any, services: Any) -> None:
    services.answers["POST", f"{CARD}/merge"] = (202, {"merge_id": MERGE, "moves": [], "status": "running"}, {})
    answer = anna.post(PAIR, {"step": "merge", "display_name": "into", "once": "1"})
    assert answer.status_code == 303
    assert answer.location.endswith(f"/merges/{MERGE}")
    running = {**the_merge(services), "status": "running", "undoable": False,
               "participants": {"enrichment": "done", "contacts": "pending"}}  # fmt: skip
    services.answers["GET", f"/merges/{MERGE}"] = (200, running, {})
    page = anna.get(f"/merges/{MERGE}").text
    assert "1 van 2 diensten" in page
    assert 'hx-trigger="every 1s"' in page
    assert "/undo" not in page


def test_a_merge_that_is_done_can_be_undone_and_a_refusal_says_what_was_changed(anna: Any, services: Any) -> None:
    assert f"/merges/{MERGE}/undo" in anna.get(f"/merges/{MERGE}").text
    reasons = [{"code": "changed_since", "field": "address"}, {"code": "changed_since", "field": "memo"}]
    refusal = {"type": "cannot-undo", "reasons": reasons}
    services.answers["POST", f"/merges/{MERGE}/undo"] = (409, refusal, {})
    asked = anna.post(f"/merges/{MERGE}/undo")
    assert "Deze samenvoeging ongedaan maken?" in asked.text
    assert not sent(services, "POST", f"/merges/{MERGE}/undo")
    answer = anna.post(f"/merges/{MERGE}/undo", {"confirmed": "1"})
    assert answer.status_code == 409
    assert "contactadressen: is sindsdien gewijzigd" in answer.text
    assert "Memo: is sindsdien gewijzigd" in answer.text


def test_a_merge_during_an_erasure_is_refused_with_the_reason_in_words(anna: Any, services: Any) -> None:
    refusal = {"type": "cannot-merge", "reason": "erasure_running", "relation_id": OTHER}
    services.answers["POST", f"{CARD}/merge"] = (409, refusal, {})
    answer = anna.post(PAIR, {"step": "trial"})
    assert answer.status_code == 409
    assert "wordt op dit moment gewist of geanonimiseerd" in answer.text


@pytest.mark.parametrize("page", ["", "/communication", "/merge"])
def test_every_page_of_a_merged_relation_leads_to_the_same_page_of_its_survivor(
    anna: Any, services: Any, page: str
) -> None:
    moved = (301, {"type": "merged"}, {"Location": f"/relations/{OTHER}"})
    services.answers["GET", f"/panels/relation/{RELATION}"] = moved
    services.answers["GET", CARD] = moved
    answer = anna.get(f"{CARD}{page}")
    assert answer.status_code == 301
    assert answer.location == f"/relations/{OTHER}{page}"


def test_who_may_not_merge_is_not_led_to_it(browser_of: Any) -> None:
    secretary = browser_of("karel")
    assert "/merge" not in secretary.get(CARD).text
    assert secretary.get(f"{CARD}/merge").status_code == 403


def test_a_request_that_found_its_relation_merged_names_the_survivor_and_is_made_for_it_in_one_press(
    anna: Any, services: Any
) -> None:
    path = f"/gdpr/requests/{REQUEST}"
    _status, request, _headers = services.answers["GET", path]
    merged = {"relation_id": MERGE, "reason": "merged", "into": OTHER}
    services.answers["GET", path] = (200, {**request, "refused": [merged], "failures": []}, {})
    services.answers["POST", f"{path}/for-survivors"] = (202, {**request, "id": MERGE}, {})
    page = anna.get(path).text
    for words in ("Is samengevoegd met een andere relatie", "Zo BV (#1043)", f"/relations/{OTHER}",
                  f"{path}/for-survivors", "Ook aanvragen voor de relatie die bleef bestaan"):  # fmt: skip
        assert words in page
    asked = anna.post(f"{path}/for-survivors")
    assert "Anonimiseren aanvragen voor Zo BV (#1043)?" in asked.text
    assert anna.post(f"{path}/for-survivors", {"confirmed": "1"}).location.endswith(f"/gdpr/requests/{MERGE}")
    assert len(sent(services, "POST", f"{path}/for-survivors")) == 1
