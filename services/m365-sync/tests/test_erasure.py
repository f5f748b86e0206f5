"""An erasure reaches the copies in users' mailboxes, and says so only when they are gone."""

from typing import Any
from uuid import UUID

import pytest

from contracts.gdpr import ErasureRequested, RequestFinished
from contracts.m365_sync import M365SyncErasureCompleted
from m365_sync.__main__ import SERVICE
from m365_sync.subscriptions import subscriptions
from shared import privacy
from shared.ids import new_id

KAREL = UUID("01936f2e-0000-7000-8000-0000000ca4e1")
REQUEST = new_id()


def order(*relation_ids: UUID, batch: int = 1) -> ErasureRequested:
    return ErasureRequested(request_id=REQUEST, batch=batch, kind="anonymise", relation_ids=relation_ids)


@pytest.fixture
def synced(bench: Any) -> Any:
    """Give a mailbox with three contacts."""
    bench.connect()
    bench.choose("client")
    bench.ids = bench.owner.add(3)
    assert bench.sync()["added"] == 3
    return bench


def answers(bench: Any) -> list[M365SyncErasureCompleted]:
    return bench.kit.events(M365SyncErasureCompleted)


def remove_all(bench: Any, *, turns: int = 10) -> None:
    while turns and bench.remover.do_due():
        turns -= 1


def test_without_copies_the_answer_is_immediate(bench: Any) -> None:
    stranger = new_id()
    bench.kit.deliver(subscriptions, order(stranger))
    assert [answer.done for answer in answers(bench)] == [(stranger,)]


def test_the_answer_comes_only_when_the_copies_have_left_the_mailbox(synced: Any) -> None:
    erased, also, kept = synced.ids
    synced.kit.deliver(subscriptions, order(erased, also))
    assert answers(synced) == []
    remove_all(synced)
    (answer,) = answers(synced)
    assert (set(answer.done), answer.failed) == ({erased, also}, ())
    assert synced.related() == [str(kept)]
    assert synced.anna.get(f"/panels/m365/{erased}").json["mailboxes"] == 0


def test_asked_again_it_answers_again_only_once_it_is_done(synced: Any) -> None:
    erased = synced.ids[0]
    synced.kit.deliver(subscriptions, order(erased))
    synced.kit.deliver(subscriptions, order(erased))
    assert answers(synced) == []
    remove_all(synced)
    synced.kit.deliver(subscriptions, order(erased))
    assert [answer.done for answer in answers(synced)] == [(erased,), (erased,)]


def test_an_erased_relation_is_not_brought_back_while_its_owner_still_lists_it(synced: Any) -> None:
    erased, *kept = synced.ids
    synced.owner.relations[erased]["display_name"] = "Anders"
    synced.kit.deliver(subscriptions, order(erased))
    run = synced.sync()
    assert (run["status"], run["total"], run["unchanged"], run["updated"]) == ("done", 2, 2, 0)
    remove_all(synced)
    assert synced.sync()["added"] == 0
    assert synced.related() == sorted(map(str, kept))
    synced.kit.deliver(
        subscriptions, RequestFinished(request_id=REQUEST, kind="anonymise", status="done", relation_ids=(erased,))
    )
    assert synced.sync()["added"] == 1


def test_a_contact_that_may_be_on_its_way_is_waited_for(synced: Any) -> None:
    erased = synced.ids[0]
    synced.execute("UPDATE link SET contact_id = NULL, sent_at = now() WHERE relation_id = :id", id=erased)
    synced.kit.deliver(subscriptions, order(erased))
    assert synced.remover.do_due()
    assert answers(synced) == []
    assert str(erased) not in synced.related()
    synced.execute("UPDATE link SET sent_at = now() - interval '1 hour' WHERE relation_id = :id", id=erased)
    synced.execute("UPDATE removal SET next_try_at = now() - interval '1 second'")
    remove_all(synced)
    assert [answer.done for answer in answers(synced)] == [(erased,)]


def test_a_throttled_removal_is_tried_again_when_the_mailbox_allows(synced: Any) -> None:
    erased = synced.ids[0]
    synced.kit.deliver(subscriptions, order(erased))
    synced.sandbox.behave("microsoft", throttle_next=1, retry_after=30)
    assert synced.remover.do_due()
    assert not synced.remover.do_due()
    synced.execute("UPDATE removal SET next_try_at = now() - interval '1 second'")
    remove_all(synced)
    assert len(answers(synced)) == 1


def test_a_mailbox_that_fails_for_a_while_is_tried_again(synced: Any) -> None:
    synced.kit.deliver(subscriptions, order(synced.ids[0]))
    synced.sandbox.behave("microsoft", fail_next=3)
    remove_all(synced)
    (answer,) = answers(synced)
    assert answer.failed == ()


def test_a_copy_in_a_disconnected_mailbox_is_reported_as_failed_with_the_reason(synced: Any) -> None:
    erased, *_ = synced.ids
    stranger = new_id()
    synced.anna.delete(synced.url("m365-connection"))
    synced.kit.deliver(subscriptions, order(erased, stranger))
    remove_all(synced)
    (answer,) = answers(synced)
    assert answer.done == (stranger,)
    assert [(failure.relation_id, failure.reason) for failure in answer.failed] == [(erased, "mailbox_disconnected")]


def test_copies_in_every_users_mailbox_are_removed_before_the_answer(synced: Any) -> None:
    karel = synced.kit.as_user(user_id=KAREL, username="karel")
    synced.connect(address="karel@kantoor.example", user_id=KAREL)
    body = {"enabled": True, "synchronised_groups": ["client"], "excluded_groups": []}
    assert karel.put(synced.url(user_id=KAREL), json=body).status_code == 200
    karel.post(synced.url("m365-sync/runs", user_id=KAREL))
    synced.synchroniser.carry_out_next()
    assert len(synced.contacts("karel@kantoor.example")) == 3
    synced.kit.deliver(subscriptions, order(*synced.ids))
    assert synced.remover.do_due()
    assert answers(synced) == []
    remove_all(synced)
    assert len(answers(synced)) == 1
    assert synced.contacts("karel@kantoor.example") == synced.contacts() == []


def test_the_report_names_the_mailboxes_that_hold_a_copy(synced: Any) -> None:
    gdpr = synced.kit.as_service("gdpr")
    report = gdpr.post("/privacy/export", json={"relation_ids": [str(synced.ids[0])]}).json
    (row,) = report[str(synced.ids[0])]["link"]
    assert row["user_id"]


def test_every_column_says_whether_it_is_personal() -> None:
    assert privacy.unmarked_columns([SERVICE.metadata]) == []
    assert privacy.tables_without_subject(SERVICE.metadata) == []
