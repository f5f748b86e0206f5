"""Profiles of relations: by themselves after an event, and on request."""

import threading
from typing import Any
from uuid import UUID

import pytest

from contracts.enrichment import AlertCleared, AlertRaised, ProfileUpdated
from contracts.relations import RelationChanged, RelationDeleted, RelationRegistered
from enrichment.profiles.models import Profile
from enrichment.subscriptions import subscriptions
from shared.auth import KeyRing, TokenVerifier
from shared.ids import new_id

DONALD, BANKRUPT = "68750110", "90990222"


def registered(relation_id: UUID, *identifiers: str) -> RelationRegistered:
    return RelationRegistered(relation_id, "legal_entity", ("client",), identifiers, 1)


def numbers_changed(relation_id: UUID, *identifiers: str) -> RelationChanged:
    return RelationChanged(relation_id, ("identifiers",), identifiers, 2)


def click(stage: Any, relation_id: UUID, **more: Any) -> Any:
    return stage.anna.post(f"/relations/{relation_id}/register-lookups", json={"provider": "companyinfo", **more})


def test_a_new_relation_with_a_kvk_number_gets_its_profile_by_itself(stage: Any) -> None:
    relation_id = stage.relations.add(kvk=DONALD)
    assert stage.panel(relation_id) == {}
    stage.kit.deliver(subscriptions, registered(relation_id, "kvk", "vat"), actor="user-7")
    assert stage.panel(relation_id) == {}, "ordered, and about to come"
    stage.work()
    (profile,) = stage.panel(relation_id)["profiles"]
    assert (profile["status"], profile["number"]) == ("found", DONALD)
    assert profile["facts"]["legal_name"] == "Test BV Donald"
    assert profile["figures"] == {
        "year": 2024, "currency": "EUR", "turnover": 1840000, "profit": 213500, "assets": 960000, "personnel": 12,
    }  # fmt: skip
    assert stage.kit.events() == [ProfileUpdated(relation_id, "companyinfo", "found")]
    (charge,) = stage.anna.get("/charges").json["items"]
    assert (charge["actor"], charge["automatic"], charge["relation_id"]) == ("user-7", True, str(relation_id))


def test_an_event_delivered_again_or_told_twice_pays_once(stage: Any) -> None:
    relation_id = stage.relations.add(kvk=DONALD)
    event_id = new_id()
    for _ in range(2):
        stage.kit.deliver(subscriptions, registered(relation_id, "kvk"), event_id=event_id)
        stage.work()
    stage.kit.deliver(subscriptions, registered(relation_id, "kvk"))
    stage.work()
    assert stage.sandbox.paid(DONALD) == 1
    assert stage.kit.events() == [ProfileUpdated(relation_id, "companyinfo", "found")]


def test_two_relations_with_one_number_share_the_paid_answer_and_have_a_profile_each(stage: Any) -> None:
    both = [stage.relations.add(kvk=DONALD) for _ in range(2)]
    for relation_id in both:
        stage.kit.deliver(subscriptions, registered(relation_id, "kvk"))
    stage.work()
    assert [stage.panel(relation_id)["profiles"][0]["status"] for relation_id in both] == ["found", "found"]
    assert stage.sandbox.paid(DONALD) == 1
    assert sorted(stage.ledger()) == [("cached", 0), ("found", 85)]


def test_more_relations_than_one_batch_are_all_enriched(stage: Any) -> None:
    many = [stage.relations.add(kvk=str(80_000_000 + offset)) for offset in range(35)]
    for relation_id in many:
        stage.kit.deliver(subscriptions, registered(relation_id, "kvk"))
    stage.work()
    assert [len(stage.ledger()), {outcome for outcome, _ in stage.ledger()}] == [35, {"found"}]
    assert {event.relation_id for event in stage.kit.events(ProfileUpdated)} == set(many)


def test_two_workers_racing_enrich_every_relation_once(stage: Any) -> None:
    many = [stage.relations.add(kvk=str(80_000_000 + offset % 15)) for offset in range(30)]
    for relation_id in many:
        stage.kit.deliver(subscriptions, registered(relation_id, "kvk"))
    stage.sandbox.behave(slow_ms=20)
    workers = [threading.Thread(target=stage.work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(event.relation_id for event in stage.kit.events(ProfileUpdated)) == sorted(many)
    assert sorted(stage.ledger()) == [("cached", 0)] * 15 + [("found", 85)] * 15


@pytest.mark.parametrize("switch", ["auto_enrich", "licensed"])
def test_nothing_is_asked_by_itself_when_the_office_does_not_want_it(stage: Any, switch: str) -> None:
    account = {"username": "demo", "auto_enrich": True, switch: False}
    assert stage.anna.put("/settings/registers/companyinfo", json=account).status_code == 200
    relation_id = stage.relations.add(kvk=DONALD)
    stage.kit.deliver(subscriptions, registered(relation_id, "kvk"))
    stage.work()
    assert stage.panel(relation_id) == {}
    assert stage.sandbox.calls() == 0


def test_a_relation_without_a_number_of_a_register_is_left_alone(stage: Any) -> None:
    relation_id = stage.relations.add(kbo="0999990123")
    stage.kit.deliver(subscriptions, registered(relation_id, "kbo", "vat"))
    assert stage.rows(Profile) == 0


def test_the_monthly_cap_stops_what_happens_by_itself_but_not_a_user(stage: Any) -> None:
    stage.anna.put("/settings/registers/companyinfo", json={"username": "demo", "auto_enrich": True, "monthly_cap": 1})
    within, over = stage.relations.add(kvk=DONALD), stage.relations.add(kvk="68727720")
    for relation_id in (within, over):
        stage.kit.deliver(subscriptions, registered(relation_id, "kvk"))
        stage.work()
    assert stage.panel(within)["profiles"][0]["status"] == "found"
    (refused,) = stage.panel(over)["profiles"]
    assert (refused["status"], refused["reason"]) == ("failed", "monthly-cap-reached")
    assert click(stage, over).json["profile"]["status"] == "found"


def test_while_the_register_is_down_the_profile_waits_and_comes_when_it_is_back(stage: Any) -> None:
    stage.sandbox.behave(ws1="unavailable", ws2="unavailable")
    relation_id = stage.relations.add(kvk=DONALD)
    stage.kit.deliver(subscriptions, registered(relation_id, "kvk"))
    stage.work()
    (profile,) = stage.panel(relation_id)["profiles"]
    assert (profile["status"], profile["reason"]) == ("pending", "provider-unavailable")
    stage.work()
    assert len(stage.ledger()) == 1, "it is not tried again before its pause is over"
    for _ in range(4):
        stage.hurry()
        stage.work()
    assert len(stage.ledger()) == 3, "after three failures the register is left in peace, and nothing is written down"
    stage.stopwatch.seconds += 60
    stage.sandbox.behave(ws1="up", ws2="up")
    stage.hurry()
    stage.work()
    assert stage.panel(relation_id)["profiles"][0]["status"] == "found"
    assert stage.sandbox.paid(DONALD) == 1
    assert [event.outcome for event in stage.kit.events(ProfileUpdated)] == ["failed", "found"]


def test_while_the_service_relations_is_down_the_profile_waits_and_nothing_is_paid(stage: Any) -> None:
    relation_id = stage.relations.add(kvk=DONALD)
    stage.relations.up = False
    stage.kit.deliver(subscriptions, registered(relation_id, "kvk"))
    stage.work()
    assert stage.panel(relation_id)["profiles"][0]["reason"] == "relations-unavailable"
    assert stage.ledger() == []
    stage.relations.up = True
    stage.hurry()
    stage.work()
    assert stage.panel(relation_id)["profiles"][0]["status"] == "found"


def test_out_of_credit_fails_clearly_and_is_not_tried_again_by_itself(stage: Any) -> None:
    stage.sandbox.account(balance=0)
    relation_id = stage.relations.add(kvk=DONALD)
    stage.kit.deliver(subscriptions, registered(relation_id, "kvk"))
    stage.work()
    stage.hurry()
    stage.work()
    (profile,) = stage.panel(relation_id)["profiles"]
    assert (profile["status"], profile["reason"]) == ("failed", "out-of-credit")
    assert stage.ledger() == [("refused", 0)]
    stage.sandbox.account(balance=10)
    assert click(stage, relation_id).json["profile"]["reason"] is None


def test_a_bankruptcy_is_raised_once_told_in_every_language_and_cleared_when_it_is_over(stage: Any) -> None:
    relation_id = stage.relations.add(kvk=BANKRUPT)
    stage.kit.deliver(subscriptions, registered(relation_id, "kvk"))
    stage.work()
    stage.pass_a_day()
    click(stage, relation_id)
    raised = AlertRaised(relation_id, "companyinfo", "bankruptcy", "red")
    assert stage.kit.events(AlertRaised) == [raised]
    (alert,) = stage.panel(relation_id)["alerts"]
    assert (alert["code"], alert["severity"], alert["since"]) == ("bankruptcy", "red", "2026-02-17")
    assert alert["text"] == alert["texts"]["nl"] == "Failliet verklaard"
    assert set(alert["texts"]) == {"nl", "fr", "en"}
    assert [each["relation_id"] for each in stage.anna.get("/alerts?severity=red").json["items"]] == [str(relation_id)]
    stage.sandbox.company(BANKRUPT, bankrupt=False, insolvency_events=[])
    stage.pass_a_day()
    assert click(stage, relation_id).json["alerts"] == []
    assert stage.kit.events(AlertCleared) == [AlertCleared(relation_id, "companyinfo", "bankruptcy")]
    assert stage.anna.get("/alerts").json["items"] == []


def test_a_look_up_on_request_answers_at_once_and_the_second_click_is_free(stage: Any) -> None:
    relation_id = stage.relations.add(kvk=DONALD)
    first, second = click(stage, relation_id), click(stage, relation_id)
    assert first.status_code == 200
    assert first.json["charge"] | {"id": ""} == {
        "id": "", "outcome": "found", "price_cents": 85, "matter_number": None,
    }  # fmt: skip
    assert (second.json["charge"]["outcome"], second.json["charge"]["price_cents"]) == ("cached", 0)
    assert second.json["profile"]["facts"]["legal_name"] == "Test BV Donald"
    assert stage.sandbox.paid(DONALD) == 1
    (profile,) = stage.anna.get(f"/relations/{relation_id}/register-profiles").json["items"]
    assert profile["status"] == "found"
    stage.hurry()
    stage.work()
    assert len(stage.ledger()) == 2, "nothing is left for the worker"


def test_the_cost_goes_on_the_chosen_matter(stage: Any) -> None:
    relation_id = stage.relations.add(kvk=DONALD)
    assert click(stage, relation_id, charge_to_matter="2026/00123").json["charge"]["matter_number"] == "2026/00123"
    click(stage, stage.relations.add(kvk="68727720"))
    page = stage.anna.get("/charges?matter_number=2026/00123&total=true").json
    assert (page["sum_cents"], page["total"], page["items"][0]["price_cents"]) == (85, 1, 85)
    assert stage.anna.get("/charges?from=2999-01-01").json["items"] == []
    assert click(stage, relation_id, charge_to_matter="met spaties").status_code == 422


def test_a_query_made_before_the_relation_existed_is_booked_on_the_matter_chosen_at_the_end(stage: Any) -> None:
    charge = stage.anna.get(f"/registers/companyinfo/companies/{DONALD}").json["charge"]
    relation_id = stage.relations.add(kvk=DONALD)
    url, booking = f"/charges/{charge['id']}", {"relation_id": str(relation_id), "matter_number": "2026/00123"}
    for _asked_again in range(2):
        booked = stage.anna.patch(url, json=booking)
        assert (booked.status_code, booked.json["price_cents"], booked.json["matter_number"]) == (200, 85, "2026/00123")
    assert stage.anna.get("/charges?matter_number=2026/00123").json["sum_cents"] == 85
    elsewhere = stage.anna.patch(url, json={"matter_number": "2026/00999"})
    assert (elsewhere.status_code, elsewhere.json["type"]) == (409, "booked-already")
    assert stage.anna.patch(url, json={"matter_number": "met spaties"}).status_code == 422
    stranger = stage.kit.as_user(user_id=new_id())
    assert stranger.patch(url, json=booking).status_code == 404
    assert stage.kit.as_user(rights=["read"]).patch(url, json=booking).status_code == 403


def test_the_legal_identity_follows_only_when_asked_as_the_user_who_asks(stage: Any) -> None:
    relation_id = stage.relations.add(kvk=DONALD)
    assert click(stage, relation_id).json["legal_identity_updated"] is False
    assert stage.relations.identities == []
    assert click(stage, relation_id, update_legal_identity=True).json["legal_identity_updated"] is True
    (version,) = stage.relations.identities
    assert (version["source"], version["legal_name"], version["kvk"]) == ("companyinfo", "Test BV Donald", DONALD)
    assert version["seat"] == "Hizzaarderlaan 3 A, 8823SJ Lollum"
    assert (version["legal_situation"], version["incorporation_date"]) == ("normal", "2017-05-16")
    (token,) = stage.relations.tokens
    verifier = TokenVerifier(KeyRing(stage.kit.keys_dir, "relations"), {})
    assert verifier.principal(token.removeprefix("Bearer ")).username == "anna"
    stage.relations.identity_status = 403
    assert click(stage, relation_id, update_legal_identity=True).json["type"] == "forbidden"
    assert len(set(stage.relations.keys)) == 1, "a second click is the same order"
    assert stage.sandbox.paid(DONALD) == 1


def test_a_relation_that_cannot_be_looked_up_is_told_why(stage: Any) -> None:
    assert click(stage, new_id()).status_code == 404
    without = click(stage, stage.relations.add(vat="NL857587973B01"))
    assert without.status_code == 422
    assert "identifiers.kvk" in without.json["errors"]
    relation_id = stage.relations.add(kvk="12345678")
    unknown = click(stage, relation_id)
    assert (unknown.status_code, unknown.json["profile"]["status"]) == (200, "not_found")
    assert click(stage, relation_id, provider="yellowpages").status_code == 422


def test_a_click_that_found_the_register_down_keeps_what_was_known(stage: Any) -> None:
    relation_id = stage.relations.add(kvk=DONALD)
    click(stage, relation_id)
    stage.pass_a_day()
    stage.sandbox.behave(ws1="unavailable", ws2="unavailable")
    assert click(stage, relation_id).json["type"] == "provider-unavailable"
    (profile,) = stage.panel(relation_id)["profiles"]
    assert (profile["status"], profile["facts"]["legal_name"]) == ("found", "Test BV Donald")


def test_a_corrected_number_replaces_the_profile_and_an_untouched_one_costs_nothing(stage: Any) -> None:
    relation_id = stage.relations.add(kvk=BANKRUPT)
    stage.kit.deliver(subscriptions, registered(relation_id, "kvk"))
    stage.work()
    stage.kit.deliver(subscriptions, numbers_changed(relation_id, "kvk", "vat"))
    stage.work()
    assert len(stage.ledger()) == 1
    stage.relations.numbers[relation_id] = {"kvk": DONALD}
    stage.kit.deliver(subscriptions, numbers_changed(relation_id, "kvk"))
    stage.work()
    panel = stage.panel(relation_id)
    assert (panel["profiles"][0]["number"], panel["alerts"]) == (DONALD, [])
    stage.relations.numbers[relation_id] = {}
    stage.kit.deliver(subscriptions, numbers_changed(relation_id))
    stage.work()
    assert stage.panel(relation_id) == {}


def test_other_changes_of_a_relation_ask_nothing(stage: Any) -> None:
    relation_id = stage.relations.add(kvk=DONALD)
    stage.kit.deliver(subscriptions, RelationChanged(relation_id, ("memo",), ("kvk",), 2))
    assert stage.rows(Profile) == 0


def test_what_is_known_of_a_deleted_relation_goes_with_it_even_while_it_is_asked_for(stage: Any) -> None:
    gone, going = stage.relations.add(kvk=BANKRUPT), stage.relations.add(kvk=BANKRUPT)
    stage.kit.deliver(subscriptions, registered(gone, "kvk"))
    stage.work()
    stage.kit.deliver(subscriptions, RelationDeleted(gone))
    assert stage.panel(gone) == {}
    assert stage.anna.get("/alerts").json["items"] == []
    stage.kit.deliver(subscriptions, registered(going, "kvk"))
    stage.relations.numbers.pop(going)
    stage.work()
    assert stage.rows(Profile) == 0


def test_reading_and_asking_need_their_rights(stage: Any) -> None:
    relation_id = stage.relations.add(kvk=DONALD)
    body = {"provider": "companyinfo"}
    path = f"/relations/{relation_id}/register-lookups"
    assert stage.kit.as_user(rights=["read"]).post(path, json=body).json["type"] == "forbidden"
    assert stage.kit.as_user(licences=["crm"]).post(path, json=body).json["type"] == "licence-required"
    for path in (
        f"/relations/{relation_id}/register-profiles",
        f"/panels/register/{relation_id}",
        "/alerts",
        "/charges",
    ):
        assert stage.kit.as_user(rights=["write"]).get(path).status_code == 403
        assert stage.kit.as_user(rights=["read"]).get(path).status_code == 200
