"""A data-protection request about many relations as a browser makes one."""

import json
from typing import Any

import pytest

RELATION = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c02"
OTHER = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c08"
REQUEST = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c06"
PREVIEW = {
    "kind": "erase", "counts": {"total": 1240, "pending": 1239, "refused": 1},
    "refused": [{"relation_id": RELATION, "reason": "active_matter"}],
}  # fmt: skip


@pytest.fixture
def officer(anna: Any, services: Any) -> Any:
    """Sign in who handles requests, in front of a service that would refuse one relation of many."""
    services.answers["POST", "/gdpr/previews"] = (200, PREVIEW, {})
    services.answers["POST", "/gdpr/requests"] = (202, {"id": REQUEST, "status": "running"}, {})
    return anna


def bodies(services: Any, path: str) -> list[dict[str, Any]]:
    return [json.loads(call.body) for call in services.calls if (call.method, call.path) == ("POST", path)]


def test_what_will_happen_is_counted_and_nothing_is_done_yet(officer: Any, services: Any) -> None:
    page = officer.post("/gdpr/chosen", {"what": "erase", "relation_ids": [RELATION, OTHER]}).text
    for words in ("1.240", "1.239", "Is partij in een lopend dossier: 1", "kan niet ongedaan gemaakt worden"):
        assert words in page
    assert page.count(f'name="relation_ids" value="{OTHER}"') == 1
    assert bodies(services, "/gdpr/previews") == [{"kind": "erase", "relation_ids": [RELATION, OTHER]}]
    assert bodies(services, "/gdpr/requests") == []


@pytest.mark.parametrize("typed", ["1239", "1.239", "Wissen"])
def test_it_is_opened_once_a_reason_and_the_number_or_the_word_are_typed(
    officer: Any, services: Any, typed: str
) -> None:
    form = {"what": "erase", "relation_ids": [RELATION, OTHER], "reason": "bewaartermijn"}
    wrong = officer.post("/gdpr/chosen", {**form, "confirmation": "1240"})
    assert wrong.status_code == 422
    assert 'value="bewaartermijn"' in wrong.text
    assert bodies(services, "/gdpr/requests") == []
    right = officer.post("/gdpr/chosen", {**form, "confirmation": typed})
    assert right.location == f"/gdpr/requests/{REQUEST}"
    assert bodies(services, "/gdpr/requests") == [
        {"kind": "erase", "relation_ids": [RELATION, OTHER], "reason": "bewaartermijn"}
    ]
    assert "GDPR-verzoek" in officer.get("/notifications").text


def test_all_candidates_are_named_by_what_they_are_and_carried_out_on_a_later_day(officer: Any, services: Any) -> None:
    form = {"what": "anonymise", "every_candidate": "1", "reason": "opruim", "confirmation": "anonimiseren"}
    assert 'name="every_candidate" value="1"' in officer.post("/gdpr/chosen", {**form, "confirmation": ""}).text
    assert officer.post("/gdpr/chosen", {**form, "execute_at": "01-01-2020"}).status_code == 422
    assert officer.post("/gdpr/chosen", {**form, "execute_at": "ooit"}).status_code == 422
    assert officer.post("/gdpr/chosen", {**form, "execute_at": "1-7-2099"}).status_code == 303
    assert bodies(services, "/gdpr/requests") == [
        {"kind": "anonymise", "candidates": "no_active_matter", "reason": "opruim",
         "execute_at": "2099-07-01T00:00:00+02:00"}
    ]  # fmt: skip


def test_all_of_a_filtered_list_go_along_to_the_last_press(officer: Any, services: Any) -> None:
    services.answers["GET", "/relations"] = (200, {"items": [{"id": OTHER}], "next_cursor": None}, {})
    page = officer.post("/gdpr/chosen", {"what": "access", "all": "1", "group": "client", "kind": "other"}).text
    for name, value in (("all", "1"), ("group", "client"), ("kind", "other")):
        assert f'name="{name}" value="{value}"' in page
    assert bodies(services, "/gdpr/previews") == [{"kind": "access", "relation_ids": [OTHER]}]


def test_a_report_needs_no_typed_confirmation_and_an_unknown_wish_is_refused(officer: Any, services: Any) -> None:
    form = {"what": "access", "relation_ids": [RELATION], "reason": "vraag"}
    assert officer.post("/gdpr/chosen", form).status_code == 303
    assert officer.post("/gdpr/chosen", {**form, "what": "burn"}).status_code == 422
    assert officer.post("/gdpr/chosen", {"what": "access"}).status_code == 422


def test_only_who_has_the_right_is_offered_and_may_ask(browser_of: Any) -> None:
    karel = browser_of("karel")
    assert "/gdpr/chosen" not in karel.get("/relations").text
    assert karel.post("/gdpr/chosen", {"what": "erase", "relation_ids": [RELATION]}).status_code == 403
    assert "/gdpr/chosen" in browser_of("anna").get("/relations").text
