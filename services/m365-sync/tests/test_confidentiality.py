"""A confidential relation is in the mailboxes of the users named on it, and in no other."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from contracts.relations import RelationChanged, RelationMerged
from m365_sync.erasure.models import Removal
from m365_sync.sight.models import CopyCheck
from m365_sync.subscriptions import subscriptions
from shared.clock import utc_now
from shared.ids import new_id

KAREL = UUID("01936f2e-0000-7000-8000-0000000ca4e1")


def restrict(bench: Any, relation_id: UUID, *usernames: str) -> None:
    """Make a relation confidential, as its owner would, and tell of it."""
    bench.owner.relations[relation_id]["confidentiality"] = {"level": "restricted", "users": list(usernames)}
    bench.kit.deliver(subscriptions, RelationChanged(relation_id, ("confidentiality",), (), 2))


def tidy(bench: Any) -> None:
    """Let the jobs have as many turns as they want."""
    while bench.checker.check_due() or bench.remover.remove_due():
        continue


def rows(bench: Any, table: Any) -> list[Any]:
    with bench.kit.database.transaction() as session:
        return list(session.scalars(select(table)))


@pytest.fixture
def chosen(bench: Any) -> Any:
    """Give a connected mailbox of anna, and two clients to synchronise."""
    bench.connect()
    bench.choose("client")
    bench.secret, bench.other = bench.owner.add(2)
    return bench


@pytest.fixture
def synced(chosen: Any) -> Any:
    """Let both clients be in the mailbox."""
    assert chosen.sync()["added"] == 2
    tidy(chosen)
    return chosen


@pytest.mark.parametrize(("named", "there"), [("anna", 2), ("karel", 1)])
def test_a_mailbox_gets_what_its_user_is_named_on(chosen: Any, named: str, there: int) -> None:
    restrict(chosen, chosen.secret, named)
    assert chosen.preview()["to_add"] == there
    run = chosen.sync()
    assert (run["status"], run["added"], run["total"]) == ("done", there, there)
    assert (str(chosen.secret) in chosen.related()) is (named == "anna")


def test_a_user_without_access_any_more_gets_nothing_confidential(chosen: Any) -> None:
    restrict(chosen, chosen.secret, "anna")
    chosen.owner.usernames.clear()
    chosen.sync()
    assert chosen.related() == [str(chosen.other)]


def test_a_copy_leaves_the_mailbox_when_its_relation_becomes_confidential_without_waiting_for_a_run(
    synced: Any,
) -> None:
    restrict(synced, synced.secret, "karel")
    tidy(synced)
    assert synced.related() == [str(synced.other)]
    assert synced.sync()["total"] == 1
    assert synced.anna.get(f"/panels/m365/{synced.secret}").json["mailboxes"] == 0


def test_a_copy_stays_with_who_is_named_and_leaves_when_they_are_taken_off_the_list(synced: Any) -> None:
    restrict(synced, synced.secret, "anna", "karel")
    tidy(synced)
    assert len(synced.related()) == 2
    restrict(synced, synced.secret, "karel")
    tidy(synced)
    assert synced.related() == [str(synced.other)]


def test_a_copy_returns_with_the_next_run_when_the_relation_is_opened_again(synced: Any) -> None:
    restrict(synced, synced.secret, "karel")
    tidy(synced)
    synced.owner.relations[synced.secret]["confidentiality"] = {"level": "open", "users": []}
    assert synced.sync()["added"] == 1
    assert len(synced.related()) == 2


def test_a_change_of_anything_else_has_no_copies_checked(synced: Any) -> None:
    synced.kit.deliver(subscriptions, RelationChanged(synced.secret, ("memo",), (), 2))
    assert rows(synced, CopyCheck) == []


def test_the_copy_of_a_relation_merged_into_a_confidential_one_leaves_the_mailbox(synced: Any) -> None:
    into = synced.owner.add(1, groups=())[0]
    synced.owner.relations[into]["confidentiality"] = {"level": "restricted", "users": ["karel"]}
    synced.kit.deliver(subscriptions, RelationMerged(new_id(), synced.secret, into))
    del synced.owner.relations[synced.secret]
    tidy(synced)
    assert synced.related() == [str(synced.other)]


@pytest.mark.parametrize("is_told_in_time", [True, False])
def test_what_a_run_read_before_the_relation_became_confidential_does_not_stay(
    chosen: Any, is_told_in_time: bool
) -> None:
    told = RelationChanged(chosen.secret, ("confidentiality",), (), 2)

    def restrict_once_it_is_read() -> None:
        confidentiality = {"level": "restricted", "users": ["karel"]}
        chosen.owner.relations[chosen.secret]["confidentiality"] = confidentiality
        if is_told_in_time:
            chosen.kit.deliver(subscriptions, told)

    chosen.owner.once_read = restrict_once_it_is_read
    run = chosen.sync()
    assert (run["status"], run["total"]) == ("done", 1 if is_told_in_time else 2)
    if not is_told_in_time:
        assert len(chosen.related()) == 2
        chosen.kit.deliver(subscriptions, told)
    tidy(chosen)
    assert chosen.related() == [str(chosen.other)]


@pytest.mark.parametrize("away", ["relations", "users"])
def test_while_nobody_tells_who_may_have_it_nothing_confidential_is_sent_and_copies_are_checked_later(
    synced: Any, away: str
) -> None:
    restrict(synced, synced.secret, "karel")
    usernames = synced.owner.usernames
    if away == "relations":
        synced.owner.down = True
    else:
        synced.owner.usernames = None
    assert not synced.checker.check_due()
    assert len(rows(synced, CopyCheck)) == 1
    synced.owner.down, synced.owner.usernames = False, usernames
    object.__setattr__(synced.checker, "clock", lambda: utc_now() + timedelta(minutes=1))
    tidy(synced)
    assert synced.related() == [str(synced.other)]


def test_a_run_orders_out_what_an_earlier_removal_could_not_reach(synced: Any) -> None:
    synced.execute("UPDATE connection SET state = 'reconnect_needed'")
    restrict(synced, synced.secret, "karel")
    for _ in range(5):
        tidy(synced)
        synced.execute("UPDATE removal SET next_try_at = now() WHERE status = 'pending'")
    assert [removal.status for removal in rows(synced, Removal)] == ["failed"]
    assert len(synced.related()) == 2
    synced.connect()
    tidy(synced)
    assert synced.related() == [str(synced.other)]


def test_a_removal_is_ordered_once(synced: Any) -> None:
    restrict(synced, synced.secret, "karel")
    synced.checker.check_due()
    restrict(synced, synced.secret, "karel", "chef")
    synced.checker.check_due()
    synced.sync()
    assert len(rows(synced, Removal)) == 1
