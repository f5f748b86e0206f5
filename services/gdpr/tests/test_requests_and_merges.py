"""A request about a relation that is merged meanwhile goes to its survivor only when somebody says so."""

from typing import Any
from uuid import UUID

import pytest

from contracts.relations import RelationMerged, RelationUnmerged
from gdpr.subscriptions import subscriptions
from gdpr.testing.house import House
from shared.clock import utc_now
from shared.ids import new_id


def ask(house: House, relation_id: UUID, *, kind: str = "anonymise", **more: Any) -> str:
    body = {"kind": kind, "relation_ids": [str(relation_id)], "reason": "verzoek van de betrokkene", **more}
    opened = house.kit.as_user().post("/gdpr/requests", json=body)
    assert opened.status_code == 202, opened.json
    return str(opened.json["id"])


def state(house: House, request_id: str) -> dict[str, Any]:
    return dict(house.kit.as_user().get(f"/gdpr/requests/{request_id}").json)


def merged(house: House) -> tuple[UUID, UUID, UUID]:
    """Merge a relation into another, as their owner tells it and would answer about the old id."""
    merge_id, old, into = new_id(), new_id(), new_id()
    house.kit.deliver(subscriptions, RelationMerged(merge_id, old, into))
    house.neighbours.verdicts[old] = "merged"
    return merge_id, old, into


def objections(house: House, old: UUID, into: UUID) -> list[dict[str, str]]:
    asked = {"from": str(old), "into": str(into)}
    return list(house.kit.as_service("relations").post("/merge-previews", json=asked).json["objections"])


@pytest.mark.parametrize("kind", ["access", "anonymise", "erase"])
def test_a_request_about_an_old_id_is_refused_with_the_survivor_and_made_for_it_in_one_press(
    house: House, kind: str
) -> None:
    _, old, into = merged(house)
    request_id = ask(house, old, kind=kind)
    refused = state(house, request_id)
    assert refused["status"] == "refused"
    assert refused["refused"] == [{"relation_id": str(old), "reason": "merged", "into": str(into)}]

    anna = house.kit.as_user()
    again = anna.post(f"/gdpr/requests/{request_id}/for-survivors", headers={"Idempotency-Key": "k"})
    assert (again.status_code, again.json["kind"], again.json["refused"]) == (202, kind, [])
    twice = anna.post(f"/gdpr/requests/{request_id}/for-survivors", headers={"Idempotency-Key": "k"})
    assert twice.json["id"] == again.json["id"]
    listed = anna.get(f"/gdpr/requests?relation_id={into}").json["items"]
    assert {each["id"] for each in listed} == {request_id, again.json["id"]}
    assert len(anna.get(f"/panels/gdpr/{into}").json["requests"]) == 2


def test_the_preview_names_the_survivor(house: House) -> None:
    _, old, into = merged(house)
    body = {"kind": "erase", "relation_ids": [str(old)]}
    told = house.kit.as_user().post("/gdpr/previews", json=body).json
    assert told["refused"] == [{"relation_id": str(old), "reason": "merged", "into": str(into)}]


def test_an_erasure_planned_before_the_merge_erases_nobody_when_its_day_comes(house: House) -> None:
    old, into = new_id(), new_id()
    request_id = ask(house, old, execute_at=(utc_now().replace(year=utc_now().year + 1)).isoformat())
    assert objections(house, old, into) == []
    house.kit.deliver(subscriptions, RelationMerged(new_id(), old, into))
    house.neighbours.verdicts[old] = "merged"
    house.clock.forward(days=400)
    house.sender.send_due()
    ended = state(house, request_id)
    assert (ended["status"], ended["refused"][0]["into"]) == ("refused", str(into))


def test_a_report_begun_before_the_merge_says_that_it_was_merged(house: House) -> None:
    old, into = new_id(), new_id()
    request_id = ask(house, old, kind="access")
    assert house.gatherer.begin_due()
    house.kit.deliver(subscriptions, RelationMerged(new_id(), old, into))
    house.gatherer.run()
    ended = state(house, request_id)
    assert ended["status"] == "failed"
    assert {(each["reason"], each["into"]) for each in ended["failures"]} == {("merged", str(into))}
    assert house.kit.as_user().post(f"/gdpr/requests/{request_id}/for-survivors").status_code == 202


def test_a_report_not_begun_before_the_merge_is_refused(house: House) -> None:
    old, into = new_id(), new_id()
    request_id = ask(house, old, kind="access")
    house.kit.deliver(subscriptions, RelationMerged(new_id(), old, into))
    house.gatherer.run()
    assert [each["reason"] for each in state(house, request_id)["refused"]] == ["merged"]
    assert state(house, request_id)["status"] == "refused"


def test_without_a_merged_relation_there_is_nobody_to_ask_it_for(house: House) -> None:
    request_id = ask(house, new_id())
    assert house.kit.as_user().post(f"/gdpr/requests/{request_id}/for-survivors").status_code == 409


def test_after_the_merge_was_undone_there_is_no_survivor_any_more(house: House) -> None:
    merge_id, old, into = merged(house)
    request_id = ask(house, old)
    house.kit.deliver(subscriptions, RelationUnmerged(merge_id, old, into))
    assert state(house, request_id)["refused"] == [{"relation_id": str(old), "reason": "merged", "into": None}]
    assert house.kit.as_user().post(f"/gdpr/requests/{request_id}/for-survivors").status_code == 409


def test_a_running_erasure_of_either_is_an_objection_to_their_merge_until_it_is_over(house: House) -> None:
    old, into = new_id(), new_id()
    request_id = ask(house, into)
    assert objections(house, old, into) == [{"reason": "erasure_running", "relation_id": str(into)}]
    assert objections(house, into, old) == [{"reason": "erasure_running", "relation_id": str(into)}]
    house.kit.as_user().post(f"/gdpr/requests/{request_id}/cancel")
    assert objections(house, old, into) == []
    ask(house, into, kind="access")
    assert objections(house, old, into) == []
