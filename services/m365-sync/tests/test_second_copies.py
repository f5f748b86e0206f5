"""Of a merged pair that both were in a mailbox one contact is left; undoing the merge brings the other back whole."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from contracts.gdpr import ErasureRequested
from contracts.m365_sync import M365SyncErasureCompleted
from contracts.relations import RelationMerged, RelationUnmerged
from m365_sync.merging.actions import forget_old_copies
from m365_sync.subscriptions import subscriptions
from shared.clock import utc_now
from shared.ids import new_id

MERGE = new_id()
NOTE = "Zoon heet Jef, houdt van schaken"


@pytest.fixture
def pair(bench: Any) -> Any:
    """Give a mailbox with the contacts of two relations that will turn out to be one."""
    bench.connect()
    bench.choose("client")
    bench.gone, bench.into = bench.owner.add(2)
    assert bench.sync()["added"] == 2
    return bench


def merge(bench: Any) -> None:
    """Merge them as the owner of relations does, and let this service follow."""
    bench.owner.relations[bench.gone] |= {"status": "merged", "groups": []}
    event = RelationMerged(merge_id=MERGE, from_id=bench.gone, into_id=bench.into)
    assert bench.kit.deliver(subscriptions, event) == "handled"


def undo(bench: Any) -> None:
    bench.owner.relations[bench.gone] |= {"status": "active", "groups": ["client"]}
    event = RelationUnmerged(merge_id=MERGE, from_id=bench.gone, into_id=bench.into)
    assert bench.kit.deliver(subscriptions, event) == "handled"


def take_care(bench: Any) -> None:
    for _ in range(10):
        if not bench.caretaker.do_due():
            return


def contact_of(bench: Any, relation_id: UUID) -> dict[str, Any]:
    (found,) = (each for each in bench.contacts() if str(relation_id) in each["extended"].values())
    return dict(found)


def address_of(bench: Any, relation_id: UUID) -> str:
    return f"/microsoft/mailboxes/anna@kantoor.example/contacts/{contact_of(bench, relation_id)['id']}"


def written_by_its_owner(bench: Any, relation_id: UUID) -> None:
    """Let the owner of the mailbox add a note and a category in Outlook."""
    bench.sandbox.control(
        "PATCH",
        address_of(bench, relation_id),
        personalNotes=NOTE,
        categories=["CRM", "Schaakclub"],
    )


def kept(bench: Any) -> list[Any]:
    with bench.kit.database.transaction() as session:
        return list(session.execute(text("SELECT wanted, status, sealed FROM second_copy")))


def test_one_contact_is_left_and_the_other_comes_back_with_all_that_its_owner_wrote(pair: Any) -> None:
    written_by_its_owner(pair, pair.gone)
    merge(pair)
    take_care(pair)
    assert pair.related() == [str(pair.into)]
    assert NOTE not in str(kept(pair))
    assert pair.sync()["added"] == 0

    undo(pair)
    take_care(pair)
    assert pair.related() == sorted([str(pair.gone), str(pair.into)])
    back = contact_of(pair, pair.gone)
    assert (back["personalNotes"], back["categories"]) == (NOTE, ["CRM", "Schaakclub"])
    assert kept(pair) == []
    again = pair.sync()
    assert (again["added"], again["failed"]) == (0, 0)
    assert contact_of(pair, pair.gone)["personalNotes"] == NOTE


def test_the_preview_tells_how_many_contacts_leave_a_mailbox(pair: Any) -> None:
    asked = {"from": str(pair.gone), "into": str(pair.into)}
    told = pair.kit.as_service("relations").post("/merge-previews", json=asked).json
    assert told == {"counts": [{"what": "second_copy", "count": 1, "detail": "out"}], "objections": []}


def test_a_contact_that_only_the_old_one_had_becomes_the_survivors_and_goes_back(pair: Any) -> None:
    pair.execute("DELETE FROM link WHERE relation_id = :id", id=pair.into)
    pair.sandbox.control("DELETE", address_of(pair, pair.into))
    merge(pair)
    take_care(pair)
    run = pair.sync()
    assert (run["added"], run["updated"], pair.related()) == (0, 1, [str(pair.into)])
    undo(pair)
    assert pair.sync()["status"] == "done"
    assert pair.related() == sorted([str(pair.gone), str(pair.into)])


def test_an_undoing_before_the_contact_was_taken_out_leaves_it_where_it_is(pair: Any) -> None:
    there = contact_of(pair, pair.gone)["id"]
    merge(pair)
    undo(pair)
    take_care(pair)
    assert contact_of(pair, pair.gone)["id"] == there
    assert pair.sync()["added"] == 0


def test_a_run_between_the_undoing_and_the_return_makes_no_second_one(pair: Any) -> None:
    merge(pair)
    take_care(pair)
    undo(pair)
    assert pair.sync()["added"] == 0
    take_care(pair)
    assert pair.sync()["added"] == 0
    assert pair.related() == sorted([str(pair.gone), str(pair.into)])


def test_a_run_that_still_has_the_old_one_in_hand_does_not_send_it(pair: Any) -> None:
    merge(pair)
    pair.owner.relations[pair.gone] |= {"status": "active", "groups": ["client"], "display_name": "Anders"}
    run = pair.sync()
    take_care(pair)
    assert (run["added"], run["updated"], pair.related()) == (0, 0, [str(pair.into)])


def test_a_worker_that_dies_after_removing_leaves_the_content_for_the_next_one(pair: Any) -> None:
    written_by_its_owner(pair, pair.gone)
    merge(pair)
    take_care(pair)
    pair.execute("UPDATE second_copy SET status = 'pending', next_try_at = now()")
    take_care(pair)
    undo(pair)
    take_care(pair)
    assert contact_of(pair, pair.gone)["personalNotes"] == NOTE


def test_a_mailbox_that_cannot_be_reached_is_tried_again_by_the_next_run(pair: Any) -> None:
    merge(pair)
    pair.sandbox.behave("microsoft", fail_next=20)
    take_care(pair)
    assert [(wanted, status) for wanted, status, _ in kept(pair)] == [("out", "failed")]
    pair.sandbox.behave("microsoft", fail_next=0)
    assert pair.sync()["status"] == "done"
    take_care(pair)
    assert pair.related() == [str(pair.into)]


def test_merged_again_after_an_undoing_one_contact_is_left_again(pair: Any) -> None:
    merge(pair)
    take_care(pair)
    undo(pair)
    take_care(pair)
    again = RelationMerged(merge_id=new_id(), from_id=pair.gone, into_id=pair.into)
    pair.owner.relations[pair.gone] |= {"status": "merged", "groups": []}
    pair.kit.deliver(subscriptions, again)
    take_care(pair)
    assert pair.related() == [str(pair.into)]


@pytest.mark.parametrize("taken_out", [True, False])
def test_erasing_the_survivor_forgets_what_is_kept_and_every_contact(pair: Any, taken_out: bool) -> None:
    written_by_its_owner(pair, pair.gone)
    merge(pair)
    if taken_out:
        take_care(pair)
    pair.kit.deliver(subscriptions, ErasureRequested(new_id(), 1, "anonymise", (pair.into,)))
    assert kept(pair) == []
    while pair.remover.do_due():
        continue
    (answer,) = pair.kit.events(M365SyncErasureCompleted)
    assert (answer.done, answer.failed) == ((pair.into,), ())
    assert pair.related() == []
    for table in ("link", "second_copy", "moved_by_merge"):
        with pair.kit.database.transaction() as session:
            assert session.execute(text(f"SELECT * FROM {table}")).all() == []


def test_a_relation_erased_while_its_contact_returns_is_not_left_in_the_mailbox(pair: Any) -> None:
    merge(pair)
    take_care(pair)
    undo(pair)
    pair.kit.deliver(subscriptions, ErasureRequested(new_id(), 1, "anonymise", (pair.gone,)))
    take_care(pair)
    pair.execute("UPDATE link SET sent_at = now() - interval '1 hour'")
    while pair.remover.do_due():
        continue
    assert pair.related() == [str(pair.into)]
    (answer,) = pair.kit.events(M365SyncErasureCompleted)
    assert answer.done == (pair.gone,)


def test_what_is_kept_is_forgotten_with_the_possibility_to_undo(pair: Any) -> None:
    merge(pair)
    take_care(pair)
    for days, left in ((31, 1), (33, 0)):
        pair.execute("UPDATE second_copy SET noted_at = now() - make_interval(days => :days)", days=days)
        with pair.kit.database.transaction() as session:
            forget_old_copies(session, now=utc_now())
        assert len(kept(pair)) == left
