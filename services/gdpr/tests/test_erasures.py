"""Anonymising and erasing: accepted or refused, sent out, answered, counted, repeated."""

from typing import Any
from uuid import UUID

import pytest

from contracts import all_events
from contracts.erasure import ErasureFailure
from contracts.gdpr import ErasureRequested, GdprErasureCompleted, RequestFinished
from gdpr.jobs import jobs_of
from gdpr.requests.models import LedgerEntry
from gdpr.subscriptions import ANSWERS, subscriptions
from gdpr.testing.house import House
from shared.ids import new_id

ANSWER_OF = {answer.contract.owner: answer for answer in ANSWERS}
PARTICIPANTS = ("relations", "contacts", "enrichment", "m365_sync", "gateway", "gdpr")


def ask(house: House, relation_ids: list[UUID], *, kind: str = "anonymise", **more: Any) -> Any:
    body = {"kind": kind, "relation_ids": [str(each) for each in relation_ids], "reason": "einde dossier", **more}
    return house.kit.as_user().post("/gdpr/requests", json=body)


def state(house: House, request_id: str) -> dict[str, Any]:
    found: dict[str, Any] = house.kit.as_user().get(f"/gdpr/requests/{request_id}").json
    return found


def answer(house: House, order: ErasureRequested, participant: str, *, failed: dict[UUID, str] | None = None) -> None:
    failed = failed or {}
    done = tuple(each for each in order.relation_ids if each not in failed)
    failures = tuple(ErasureFailure(each, reason) for each, reason in failed.items())
    answered = ANSWER_OF[participant](request_id=order.request_id, batch=order.batch, done=done, failed=failures)
    assert house.kit.deliver(subscriptions, answered) == "handled"


def orders(house: House) -> list[ErasureRequested]:
    found: list[ErasureRequested] = house.kit.events(ErasureRequested)
    return found


def test_an_erasure_is_done_when_the_last_participant_has_answered_and_not_before(house: House) -> None:
    relation_ids = [new_id(), new_id()]
    opened = ask(house, relation_ids)
    assert (opened.status_code, opened.json["status"], opened.json["refused"]) == (202, "running", [])
    assert opened.json["participants"] == {each: {"pending": 2, "done": 0, "failed": 0} for each in PARTICIPANTS}
    house.sender.send_due()
    (order,) = orders(house)
    assert (order.kind, order.relation_ids) == ("anonymise", tuple(relation_ids))
    for participant in PARTICIPANTS[:-1]:
        answer(house, order, participant)
    assert state(house, opened.json["id"])["status"] == "running"
    assert house.kit.deliver(subscriptions, order) == "handled"
    (own_answer,) = house.kit.events(GdprErasureCompleted)
    assert house.kit.deliver(subscriptions, own_answer) == "handled"
    finished = state(house, opened.json["id"])
    assert finished["status"] == "done"
    assert finished["counts"] == {"total": 2, "done": 2, "failed": 0, "pending": 0, "refused": 0, "cancelled": 0}
    assert finished["participants"]["m365_sync"] == {"pending": 0, "done": 2, "failed": 0}
    (end,) = house.kit.events(RequestFinished)
    assert (end.status, end.relation_ids) == ("done", tuple(relation_ids))


def test_every_order_stands_in_the_ledger_with_ids_and_times_only(house: House) -> None:
    relation_id = new_id()
    opened = ask(house, [relation_id])
    with house.kit.database.transaction() as session:
        assert session.query(LedgerEntry).count() == 0
    house.sender.send_due()
    with house.kit.database.transaction() as session:
        (entry,) = session.query(LedgerEntry).all()
    assert (str(entry.request_id), entry.relation_id, entry.kind) == (opened.json["id"], relation_id, "anonymise")
    assert {column.name for column in LedgerEntry.__table__.columns} == {
        "request_id", "relation_id", "batch", "kind", "actor", "recorded_at"
    }  # fmt: skip


def test_many_relations_go_out_in_batches_of_a_hundred_a_few_a_turn(house: House) -> None:
    relation_ids = [new_id() for _ in range(450)]
    opened = ask(house, relation_ids)
    house.sender.send_due()
    assert [len(order.relation_ids) for order in orders(house)] == [100, 100, 100, 100]
    assert state(house, opened.json["id"])["participants"]["relations"]["pending"] == 450
    house.sender.send_due()
    house.sender.send_due()
    sent = orders(house)
    assert [order.batch for order in sent] == [1, 2, 3, 4, 5]
    assert [each for order in sent for each in order.relation_ids] == relation_ids


def test_a_silent_participant_is_asked_again_after_growing_pauses_about_its_unanswered_batches_only(
    house: House,
) -> None:
    ask(house, [new_id() for _ in range(150)])
    house.sender.send_due()
    first, second = orders(house)
    for participant in PARTICIPANTS:
        answer(house, first, participant)
        if participant != "m365_sync":
            answer(house, second, participant)
    sent = []
    for seconds in (29, 2, 118, 4, 600):
        house.clock.forward(seconds=seconds)
        house.sender.ask_again()
        sent.append(len(orders(house)) - 2)
    assert sent == [0, 1, 1, 2, 3]
    assert {order.batch for order in orders(house)[2:]} == {2}
    answer(house, second, "m365_sync")
    house.clock.forward(days=1)
    house.sender.ask_again()
    assert len(orders(house)) == 5


def test_an_answer_that_comes_twice_counts_once(house: House) -> None:
    opened = ask(house, [new_id()])
    house.sender.send_due()
    (order,) = orders(house)
    for participant in PARTICIPANTS * 2:
        answer(house, order, participant)
    assert state(house, opened.json["id"])["participants"]["gateway"] == {"pending": 0, "done": 1, "failed": 0}
    assert len(house.kit.events(RequestFinished)) == 1


def test_an_answer_that_leaves_a_relation_out_settles_nothing(house: House) -> None:
    relation_ids = [new_id(), new_id()]
    opened = ask(house, relation_ids)
    house.sender.send_due()
    (order,) = orders(house)
    short = ANSWER_OF["contacts"](request_id=order.request_id, batch=1, done=(relation_ids[0],), failed=())
    assert house.kit.deliver(subscriptions, short) == "handled"
    assert state(house, opened.json["id"])["participants"]["contacts"]["pending"] == 2


def test_a_failure_is_accounted_to_its_relation_and_goes_away_when_a_retry_succeeds(house: House) -> None:
    busy, free = new_id(), new_id()
    opened = ask(house, [busy, free])
    house.sender.send_due()
    (order,) = orders(house)
    for participant in PARTICIPANTS:
        answer(house, order, participant, failed={busy: "active_matter"} if participant == "relations" else None)
    failed = state(house, opened.json["id"])
    assert failed["status"] == "failed"
    assert (failed["counts"]["done"], failed["counts"]["failed"]) == (1, 1)
    assert failed["participants"]["relations"] == {"pending": 0, "done": 1, "failed": 1}
    assert failed["failures"] == [{"participant": "relations", "relation_id": str(busy), "reason": "active_matter"}]
    assert house.kit.as_user().post(f"/gdpr/requests/{opened.json['id']}/retry").status_code == 202
    house.clock.forward(seconds=1)
    house.sender.ask_again()
    assert len(orders(house)) == 2
    answer(house, order, "relations")
    done = state(house, opened.json["id"])
    assert (done["status"], done["counts"]["done"], done["failures"]) == ("done", 2, [])
    answer(house, order, "relations", failed={free: "active_matter"})
    assert state(house, opened.json["id"])["status"] == "done", "an answer that was overtaken takes nothing back"


def test_a_party_of_an_active_matter_is_refused_and_the_other_ones_go_on(house: House) -> None:
    busy, employee, free = new_id(), new_id(), new_id()
    house.neighbours.verdicts = {busy: "active_matter", employee: "employee"}
    opened = ask(house, [busy, employee, free])
    assert opened.json["status"] == "running"
    assert opened.json["refused"] == [
        {"relation_id": str(busy), "reason": "active_matter"},
        {"relation_id": str(employee), "reason": "employee"},
    ]
    house.sender.send_due()
    assert [order.relation_ids for order in orders(house)] == [(free,)]
    only_refused = ask(house, [busy])
    assert (only_refused.status_code, only_refused.json["status"]) == (202, "refused")
    house.sender.send_due()
    assert len(orders(house)) == 1


def test_a_matter_opened_between_the_request_and_its_hour_still_refuses(house: House) -> None:
    relation_id = new_id()
    opened = ask(house, [relation_id], execute_at="2999-01-01T00:00:00Z")
    assert opened.json["status"] == "scheduled"
    house.sender.send_due()
    assert orders(house) == []
    house.neighbours.verdicts = {relation_id: "active_matter"}
    house.clock.forward(days=366 * 1000)
    house.sender.send_due()
    assert orders(house) == []
    assert state(house, opened.json["id"])["status"] == "refused"


def test_without_the_owner_of_relations_nothing_is_opened_and_a_running_erasure_waits(house: House) -> None:
    opened = ask(house, [new_id()])
    house.neighbours.down = {"relations"}
    assert ask(house, [new_id()]).status_code == 503
    assert len(house.kit.as_user().get("/gdpr/requests").json["items"]) == 1
    house.sender.send_due()
    assert orders(house) == []
    assert state(house, opened.json["id"])["counts"]["pending"] == 1
    house.neighbours.down = set()
    house.clock.forward(seconds=6)
    house.sender.send_due()
    assert len(orders(house)) == 1


def test_a_scheduled_erasure_can_be_cancelled_and_a_sent_one_cannot(house: House) -> None:
    anna = house.kit.as_user()
    scheduled = ask(house, [new_id()], execute_at="2999-01-01T00:00:00Z").json["id"]
    cancelled = anna.post(f"/gdpr/requests/{scheduled}/cancel")
    assert (cancelled.json["status"], cancelled.json["counts"]["cancelled"]) == ("cancelled", 1)
    house.clock.forward(days=366 * 1000)
    house.sender.send_due()
    assert orders(house) == []
    sent = ask(house, [new_id()]).json["id"]
    house.sender.send_due()
    assert anna.post(f"/gdpr/requests/{sent}/cancel").status_code == 409


def test_stopping_a_running_erasure_keeps_back_what_was_not_sent_and_accounts_for_the_rest(house: House) -> None:
    opened = ask(house, [new_id() for _ in range(450)]).json["id"]
    house.sender.send_due()
    stopped = house.kit.as_user().post(f"/gdpr/requests/{opened}/cancel").json
    assert (stopped["status"], stopped["counts"]["cancelled"], stopped["counts"]["pending"]) == ("running", 50, 400)
    house.sender.send_due()
    assert len(orders(house)) == 4
    for order in orders(house):
        for participant in PARTICIPANTS:
            answer(house, order, participant)
    end = state(house, opened)
    assert (end["status"], end["counts"]["done"], end["counts"]["cancelled"]) == ("cancelled", 400, 50)


def test_every_candidate_can_be_erased_in_one_press(house: House) -> None:
    house.neighbours.candidates = [new_id() for _ in range(250)]
    anna = house.kit.as_user()
    body = {"kind": "erase", "candidates": "no_active_matter"}
    preview = anna.post("/gdpr/previews", json=body)
    assert preview.json["counts"] == {"total": 250, "pending": 250, "refused": 0}
    assert anna.get("/gdpr/requests").json["items"] == []
    opened = anna.post("/gdpr/requests", json={**body, "reason": "opkuis"})
    assert opened.json["counts"]["total"] == 250
    assert anna.get("/gdpr/candidates?limit=3").json["items"][2]["number"] == 2


def test_the_second_click_opens_no_second_request(house: House) -> None:
    relation_id = new_id()
    body = {"kind": "erase", "relation_ids": [str(relation_id)], "reason": "x"}
    anna = house.kit.as_user()
    ids = {anna.post("/gdpr/requests", json=body, headers={"Idempotency-Key": "k"}).json["id"] for _ in range(2)}
    assert len(ids) == 1
    panel = anna.get(f"/panels/gdpr/{relation_id}").json["requests"]
    assert [(each["id"], each["kind"]) for each in panel] == [(ids.pop(), "erase")]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "erase", "reason": "x"}, "relation_ids"),
        ({"kind": "access", "candidates": "no_active_matter", "reason": "x"}, "candidates"),
        ({"kind": "forget", "candidates": "no_active_matter", "reason": "x"}, "kind"),
        ({"kind": "erase", "candidates": "no_active_matter"}, "reason"),
    ],
)
def test_a_request_that_is_not_clear_is_refused_by_field(house: House, body: dict[str, Any], field: str) -> None:
    refused = house.kit.as_user().post("/gdpr/requests", json=body)
    assert refused.status_code == 422
    assert field in refused.json["errors"]


def test_everything_here_needs_the_right_gdpr(house: House) -> None:
    without = house.kit.as_user(rights=["read", "write", "admin", "export"])
    request_id = new_id()
    for method, path in (
        ("post", "/gdpr/requests"), ("get", "/gdpr/requests"), ("post", "/gdpr/previews"), ("get", "/gdpr/candidates"),
        ("get", f"/gdpr/requests/{request_id}"), ("post", f"/gdpr/requests/{request_id}/cancel"),
        ("post", f"/gdpr/requests/{request_id}/retry"), ("get", f"/gdpr/requests/{request_id}/report.pdf"),
        ("get", f"/gdpr/requests/{request_id}/report.json"), ("get", f"/gdpr/requests/{request_id}/certificate.pdf"),
    ):  # fmt: skip
        assert getattr(without, method)(path, json={} if method == "post" else None).status_code == 403, path
    assert house.kit.as_user().get(f"/gdpr/requests/{request_id}").status_code == 404


def test_requests_are_listed_latest_first_page_by_page(house: House) -> None:
    ids = [ask(house, [new_id()], kind="erase" if number % 2 else "anonymise").json["id"] for number in range(5)]
    anna = house.kit.as_user()
    first = anna.get("/gdpr/requests?limit=3&total=true").json
    rest = anna.get(f"/gdpr/requests?limit=3&cursor={first['next_cursor']}").json
    assert [each["id"] for each in first["items"] + rest["items"]] == ids[::-1]
    assert (first["total"], rest["next_cursor"]) == (5, None)
    assert [each["id"] for each in anna.get("/gdpr/requests?kind=erase").json["items"]] == [ids[3], ids[1]]


def test_the_jobs_of_the_worker_carry_out_what_was_asked(house: House) -> None:
    access = ask(house, [new_id()], kind="access").json["id"]
    erase = ask(house, [new_id()], kind="erase").json["id"]
    for job in jobs_of(house.kit.settings, house.kit.database):  # type: ignore[arg-type]
        job.run()
    assert state(house, access)["status"] == "done"
    assert [str(order.request_id) for order in orders(house)] == [erase]


def test_whoever_declares_an_answer_can_be_a_participant(house: House) -> None:
    named = {contract.owner for contract in all_events() if contract.name.endswith(".erasure.completed")}
    assert set(house.kit.settings.erasure_participants) <= named == set(ANSWER_OF)  # type: ignore[attr-defined]
