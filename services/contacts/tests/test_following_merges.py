"""Contact moments follow a merge, and go back when it is undone."""

from typing import Any
from uuid import UUID

from contacts.subscriptions import subscriptions
from contacts.tables import Tables
from contracts.contacts import ContactsMergeFollowed
from contracts.gdpr import ErasureRequested
from contracts.relations import RelationMerged, RelationUnmerged
from shared.ids import new_id
from shared.testing.kit import ServiceKit
from shared.testing.merging import check_follower, check_old_ids, rows_of


def written(contacts: ServiceKit, relation_id: UUID, **more: Any) -> UUID:
    body = {
        "relation_id": str(relation_id),
        "date": "2026-01-05",
        "subject": "Belde",
        "from_user": "anna",
        "for_user": "anna",
    }
    return UUID(contacts.as_user().post("/contact-moments", json={**body, **more}).json["id"])


def moments_of(contacts: ServiceKit, relation_id: UUID) -> set[UUID]:
    found = contacts.as_user().get(f"/contact-moments?relation_id={relation_id}").json["items"]
    return {UUID(each["id"]) for each in found}


def test_moments_move_to_the_survivor_and_back_to_the_very_row(contacts: ServiceKit) -> None:
    old, into, merge_id = new_id(), new_id(), new_id()
    moved, stayed = written(contacts, old), written(contacts, into, person_ids=[str(old), str(into)])
    before = rows_of(contacts.database, Tables.metadata)

    assert contacts.deliver(subscriptions, RelationMerged(merge_id, old, into)) == "handled"
    assert moments_of(contacts, into) == {moved, stayed}
    assert moments_of(contacts, old) == {moved, stayed}, "an old id in a filter means the survivor"
    assert contacts.as_user().get(f"/contact-moments/{stayed}").json["person_ids"] == [str(into)]
    late = written(contacts, into)

    assert contacts.deliver(subscriptions, RelationUnmerged(merge_id, old, into)) == "handled"
    assert moments_of(contacts, old) == {moved}
    assert moments_of(contacts, into) == {stayed, late}
    contacts.as_user().delete(f"/contact-moments/{late}")
    assert rows_of(contacts.database, Tables.metadata) == before
    answers = [(each.merge_id, each.phase) for each in contacts.events(ContactsMergeFollowed)]
    assert answers == [(merge_id, "merged"), (merge_id, "unmerged")]


def test_being_told_again_moves_nothing_twice_and_is_answered_again(contacts: ServiceKit) -> None:
    old, into, merge_id = new_id(), new_id(), new_id()
    moved = written(contacts, old)
    for _ in range(2):
        contacts.deliver(subscriptions, RelationMerged(merge_id, old, into))
    for _ in range(2):
        contacts.deliver(subscriptions, RelationUnmerged(merge_id, old, into))
    assert moments_of(contacts, old) == {moved}
    phases = [each.phase for each in contacts.events(ContactsMergeFollowed)]
    assert phases == ["merged", "merged", "unmerged", "unmerged"]


def test_a_merge_heard_of_after_its_undoing_moves_nothing(contacts: ServiceKit) -> None:
    old, into, merge_id = new_id(), new_id(), new_id()
    moved = written(contacts, old)
    contacts.deliver(subscriptions, RelationUnmerged(merge_id, old, into))
    contacts.deliver(subscriptions, RelationMerged(merge_id, old, into))
    assert moments_of(contacts, old) == {moved}


def test_merges_heard_of_in_the_wrong_order_end_at_the_last_survivor_and_come_back_one_by_one(
    contacts: ServiceKit,
) -> None:
    first, second, third = new_id(), new_id(), new_id()
    one, two = RelationMerged(new_id(), first, second), RelationMerged(new_id(), second, third)
    moment, middle = written(contacts, first), written(contacts, second)
    contacts.deliver(subscriptions, two)
    contacts.deliver(subscriptions, one)
    assert moments_of(contacts, third) == {moment, middle}

    assert contacts.deliver(subscriptions, RelationUnmerged(one.merge_id, first, second)) == "retrying"
    contacts.deliver(subscriptions, RelationUnmerged(two.merge_id, second, third))
    assert moments_of(contacts, second) == {moment, middle}
    contacts.deliver(subscriptions, RelationUnmerged(one.merge_id, first, second))
    assert (moments_of(contacts, first), moments_of(contacts, second)) == ({moment}, {middle})


def test_a_moment_written_for_an_old_id_goes_to_the_survivor(contacts: ServiceKit) -> None:
    old, into = new_id(), new_id()
    contacts.deliver(subscriptions, RelationMerged(new_id(), old, into))
    moment = written(contacts, old)
    assert moments_of(contacts, into) == {moment}


def test_a_moment_deleted_since_stays_deleted_and_a_changed_one_keeps_the_change(contacts: ServiceKit) -> None:
    old, into, merge_id = new_id(), new_id(), new_id()
    gone, changed = written(contacts, old), written(contacts, old)
    contacts.deliver(subscriptions, RelationMerged(merge_id, old, into))
    anna = contacts.as_user()
    anna.delete(f"/contact-moments/{gone}")
    anna.patch(f"/contact-moments/{changed}", json={"subject": "Opgevolgd"})
    contacts.deliver(subscriptions, RelationUnmerged(merge_id, old, into))
    (left,) = anna.get(f"/contact-moments?relation_id={old}").json["items"]
    assert (left["id"], left["subject"]) == (str(changed), "Opgevolgd")


def test_the_preview_counts_what_would_move_and_moves_nothing(contacts: ServiceKit) -> None:
    old, into = new_id(), new_id()
    written(contacts, old), written(contacts, old)
    pair = {"from": str(old), "into": str(into)}
    answer = contacts.as_service("relations").post("/merge-previews", json=pair)
    assert answer.json == {"counts": [{"what": "moment", "count": 2, "detail": "moved"}], "objections": []}
    assert len(moments_of(contacts, old)) == 2
    assert contacts.as_service("gdpr").post("/merge-previews", json=pair).status_code == 403


def test_erasing_the_survivor_forgets_what_the_merge_kept(contacts: ServiceKit) -> None:
    old, into = new_id(), new_id()
    written(contacts, old)
    contacts.deliver(subscriptions, RelationMerged(new_id(), old, into))
    contacts.deliver(subscriptions, ErasureRequested(new_id(), 1, "anonymise", (into,)))
    held = contacts.as_service("gdpr").post("/privacy/export", json={"relation_ids": [str(into)]}).json[str(into)]
    assert set(held) == {"moment"}
    assert held["moment"][0]["subject"] == ""


def test_every_table_is_moved_and_restored_or_says_why_not(contacts: ServiceKit) -> None:
    check_follower(contacts, subscriptions, explained={})


def test_every_path_of_an_old_id_leads_to_the_survivor(contacts: ServiceKit) -> None:
    old, into = new_id(), new_id()
    contacts.deliver(subscriptions, RelationMerged(new_id(), old, into))
    check_old_ids(contacts, old, into)
