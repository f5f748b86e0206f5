"""Look-ups before a relation exists: answered, paid once, refused clearly."""

import threading
from typing import Any

import pytest

from enrichment.lookups.models import Lookup
from shared.testing.kit import ServiceKit

DONALD = "/registers/companyinfo/companies/68750110"


def test_a_company_is_found_by_its_number_with_facts_figures_and_what_it_cost(stage: Any) -> None:
    answer = stage.anna.get(DONALD)
    assert answer.status_code == 200
    assert answer.json["facts"]["legal_name"] == "Test BV Donald"
    assert answer.json["facts"]["visiting_address"]["city"] == "Lollum"
    assert answer.json["figures"]["turnover"] == 1_840_000
    assert answer.json["figures"]["personnel"] == 12
    assert answer.json["alerts"] == []
    assert answer.json["charge"]["price_cents"] == 85
    assert answer.json["fetched_at"]
    assert stage.ledger() == [("found", 85)]


def test_the_second_look_up_within_a_day_is_free_and_the_ledger_says_so(stage: Any) -> None:
    first, second = stage.anna.get(DONALD), stage.anna.get("/registers/companyinfo/companies/6875 0110")
    assert second.json["facts"] == first.json["facts"]
    assert second.json["fetched_at"] == first.json["fetched_at"]
    assert stage.sandbox.paid("68750110") == 1
    assert stage.ledger() == [("found", 85), ("cached", 0)]
    stage.pass_a_day()
    assert stage.anna.get(DONALD).status_code == 200
    assert stage.sandbox.paid("68750110") == 2


def test_many_users_at_once_pay_once_and_all_get_the_answer(stage: Any) -> None:
    stage.sandbox.behave(slow_ms=300)
    answers: list[Any] = []
    callers = [threading.Thread(target=lambda: answers.append(stage.kit.as_user().get(DONALD))) for _ in range(6)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json["facts"]["legal_name"] for answer in answers} == {"Test BV Donald"}
    assert stage.sandbox.paid("68750110") == 1
    assert sorted(stage.ledger()) == [("cached", 0)] * 5 + [("found", 85)]


def test_an_unknown_number_is_a_clear_404_that_costs_nothing(stage: Any) -> None:
    for _ in range(2):
        answer = stage.anna.get("/registers/companyinfo/companies/12345678")
        assert answer.status_code == 404
        assert "no company" in answer.json["detail"]
    assert stage.sandbox.calls() == 1
    assert stage.ledger() == [("not_found", 0), ("cached", 0)]


@pytest.mark.parametrize("number", ["1234567", "123456789", "abcdefgh", "６８７５０１１０"])
def test_a_malformed_number_is_refused_before_anything_is_asked(stage: Any, number: str) -> None:
    answer = stage.anna.get(f"/registers/companyinfo/companies/{number}")
    assert answer.status_code == 422
    assert "8 digits" in answer.json["errors"]["number"][0]
    assert stage.ledger() == []


def test_an_unknown_register_is_a_404_that_names_the_known_ones(stage: Any) -> None:
    answer = stage.anna.get("/registers/yellowpages/companies/68750110")
    assert answer.status_code == 404
    assert "companyinfo" in answer.json["detail"]


@pytest.mark.parametrize(
    ("facts", "status", "type_"),
    [
        ({"balance": 0.5}, 409, "out-of-credit"),
        ({"password": "changed"}, 409, "credentials-refused"),
        ({"refused_operations": ["dutchBusinessGetDossierV3"]}, 409, "not-in-subscription"),
    ],
)
def test_a_refusal_of_the_register_is_told_in_one_sentence_and_costs_nothing(
    stage: Any, facts: dict[str, Any], status: int, type_: str
) -> None:
    stage.sandbox.account(**facts)
    answer = stage.anna.get(DONALD)
    assert (answer.status_code, answer.json["type"]) == (status, type_)
    assert len(answer.json["detail"].split()) > 5
    assert stage.ledger() == [("refused", 0)]


def test_a_register_that_is_down_says_so_and_the_next_try_asks_again(stage: Any) -> None:
    stage.sandbox.behave(ws1="unavailable", ws2="gateway")
    answer = stage.anna.get(DONALD)
    assert (answer.status_code, answer.json["type"]) == (503, "provider-unavailable")
    stage.sandbox.behave(ws1="up", ws2="up")
    assert stage.anna.get(DONALD).status_code == 200
    assert stage.ledger() == [("unavailable", 0), ("found", 85)]


def test_one_host_down_goes_unnoticed(stage: Any) -> None:
    stage.sandbox.behave(ws1="unavailable")
    assert stage.anna.get(DONALD).status_code == 200
    assert stage.sandbox.paid("68750110") == 1


def test_companies_are_found_by_a_piece_of_their_name_and_the_same_search_is_paid_once(stage: Any) -> None:
    first = stage.anna.get("/registers/companyinfo/search?q=Donald")
    again = stage.anna.get("/registers/companyinfo/search?q= donald ")
    assert [hit["number"] for hit in first.json["items"]] == ["68750110"]
    assert again.json["items"] == first.json["items"]
    assert stage.ledger() == [("found", 10), ("cached", 0)]
    assert stage.anna.get("/registers/companyinfo/search?q=nergensgevonden").json["items"] == []


@pytest.mark.parametrize(
    ("rights", "licences", "type_"),
    [(["read"], [], "licence-required"), (["write"], ["companyinfo"], "forbidden")],
)
def test_looking_up_needs_the_right_and_the_licence(
    stage: Any, rights: list[str], licences: list[str], type_: str
) -> None:
    kit: ServiceKit = stage.kit
    answer = kit.as_user(rights=rights, licences=licences).get(DONALD)
    assert (answer.status_code, answer.json["type"]) == (403, type_)
    assert kit.as_user(rights=["read"], licences=["companyinfo"]).get(DONALD).status_code == 200


def test_whoever_died_while_asking_is_succeeded_and_the_ledger_says_their_answer_is_lost(stage: Any) -> None:
    stage.sandbox.behave(slow_ms=800)
    dying = threading.Thread(target=lambda: stage.kit.as_user().get(DONALD))
    dying.start()
    stage.wait_until_asked()
    stage.hurry()
    assert stage.anna.get(DONALD).status_code == 200
    # The first was alive after all: what it paid for is written down too.
    dying.join()
    assert stage.ledger() == [("found", 85), ("found", 85)]
    assert stage.rows(Lookup) == 1
