"""What is held of a relation, and how it is forgotten."""

import threading
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from contracts.enrichment import EnrichmentErasureCompleted
from contracts.gdpr import ErasureRequested
from contracts.relations import RelationRegistered
from enrichment.alerts.models import AlertRow
from enrichment.charges.models import Charge
from enrichment.jobs import forget_answers
from enrichment.lookups.models import Lookup
from enrichment.profiles.models import Profile
from enrichment.subscriptions import subscriptions
from shared.clock import utc_now
from shared.ids import new_id

BANKRUPT = "90990222"


def enriched(stage: Any) -> Any:
    relation_id = stage.relations.add(kvk=BANKRUPT)
    stage.kit.deliver(subscriptions, RelationRegistered(relation_id, "legal_entity", (), ("kvk",), 1))
    stage.work()
    return relation_id


def order(*relation_ids: Any) -> ErasureRequested:
    return ErasureRequested(request_id=new_id(), batch=1, kind="anonymise", relation_ids=relation_ids)


def test_the_report_holds_profile_warnings_and_queries_and_only_the_service_gdpr_may_ask(stage: Any) -> None:
    relation_id = enriched(stage)
    body = {"relation_ids": [str(relation_id)]}
    held = stage.kit.as_service("gdpr").post("/privacy/export", json=body).json[str(relation_id)]
    assert held["profile"][0]["facts"]["legal_name"] == "Laatste Ronde Horeca B.V."
    assert held["alert"][0]["code"] == "bankruptcy"
    assert held["charge"][0]["register_number"] == BANKRUPT
    assert stage.anna.post("/privacy/export", json=body).status_code == 403


def test_erasure_forgets_facts_warnings_kept_answers_and_numbers_and_leaves_the_amounts(stage: Any) -> None:
    stage.anna.get(f"/registers/companyinfo/companies/{BANKRUPT}")
    relation_id = enriched(stage)
    event, event_id = order(relation_id), new_id()
    for _ in range(2):
        assert stage.kit.deliver(subscriptions, event, event_id=event_id) == "handled"
    (answer,) = stage.kit.events(EnrichmentErasureCompleted)
    assert (answer.done, answer.failed) == ((relation_id,), ())
    assert [stage.rows(table) for table in (Profile, AlertRow, Lookup)] == [0, 0, 0]
    assert stage.panel(relation_id) == {}
    with stage.kit.database.transaction() as session:
        assert [charge.register_number for charge in session.scalars(select(Charge))] == [None, None]
    assert stage.ledger() == [("found", 85), ("cached", 0)]


def test_another_relation_with_the_same_number_keeps_its_profile(stage: Any) -> None:
    gone, stays = enriched(stage), enriched(stage)
    stage.kit.deliver(subscriptions, order(gone))
    assert stage.panel(gone) == {}
    assert stage.panel(stays)["profiles"][0]["number"] == BANKRUPT


def test_an_answer_that_comes_after_the_erasure_brings_nothing_back(stage: Any) -> None:
    relation_id = stage.relations.add(kvk=BANKRUPT)
    stage.sandbox.behave(slow_ms=500)
    answers: list[Any] = []
    path = f"/relations/{relation_id}/register-lookups"
    asking = threading.Thread(
        target=lambda: answers.append(stage.kit.as_user().post(path, json={"provider": "companyinfo"}))
    )
    asking.start()
    stage.wait_until_asked()
    stage.kit.deliver(subscriptions, order(relation_id))
    asking.join()
    assert answers[0].status_code == 409
    assert stage.panel(relation_id) == {}
    assert [stage.rows(table) for table in (Profile, AlertRow, Lookup)] == [0, 0, 0]
    with stage.kit.database.transaction() as session:
        (charge,) = session.scalars(select(Charge))
    assert (charge.register_number, charge.outcome, charge.price_cents) == (None, "found", 85)


def test_answers_are_forgotten_when_they_are_no_longer_given_again(stage: Any) -> None:
    stage.anna.get("/registers/companyinfo/search?q=Dagobert")
    forget_answers(stage.kit.database, window=timedelta(days=1))
    assert stage.rows(Lookup) == 1
    forget_answers(stage.kit.database, window=timedelta(days=1), clock=lambda: utc_now() + timedelta(days=2))
    assert stage.rows(Lookup) == 0
