"""Contact moments of a confidential relation: there for who is named on it and for nobody else."""

from typing import Any
from uuid import UUID

import pytest

from shared.ids import new_id
from shared.testing.confidants import Confidants
from shared.testing.kit import Caller, ServiceKit

USER_RIGHTS = ("read", "write")
SECRET, OPEN = new_id(), new_id()


def a_moment(relation_id: UUID, **more: Any) -> dict[str, Any]:
    return {
        "relation_id": str(relation_id), "date": "2026-03-02", "subject": "Kennismaking", "from_user": "anna",
        "for_user": "karel", **more,
    }  # fmt: skip


@pytest.fixture
def anna(house: ServiceKit, owner: Confidants) -> Caller:
    """Return the user who is named on the one confidential relation, of which a moment was written, beside another."""
    owner.named[SECRET] = {"anna"}
    anna = house.as_user(rights=USER_RIGHTS)
    for relation_id in (SECRET, OPEN):
        assert anna.post("/contact-moments", json=a_moment(relation_id)).status_code == 201
    return anna


@pytest.fixture
def karel(house: ServiceKit) -> Caller:
    """Return a user who is named on nothing."""
    return house.as_user(rights=USER_RIGHTS, username="karel", user_id=new_id())


def about(caller: Caller, query: str = "") -> list[str]:
    return [moment["relation_id"] for moment in caller.get(f"/contact-moments?{query}").json["items"]]


def moment_of(anna: Caller, relation_id: UUID) -> str:
    (moment,) = anna.get(f"/contact-moments?relation_id={relation_id}").json["items"]
    return f"/contact-moments/{moment['id']}"


def test_the_list_has_only_moments_of_relations_the_reader_sees(house: ServiceKit, anna: Caller, karel: Caller) -> None:
    assert about(karel) == about(karel, "q=kennis&for_user=karel") == [str(OPEN)]
    assert karel.get("/contact-moments?total=true").json["total"] == 1
    for caller in (anna, house.as_user(rights=("read", "admin"), username="karel"), house.as_service("gateway")):
        assert len(caller.get(f"/panels/contact_moments/{SECRET}").json["items"]) == 1
    assert len(about(anna)) == 2


def test_asking_for_the_moments_of_a_confidential_relation_is_refused(anna: Caller, karel: Caller) -> None:
    for path in (f"/contact-moments?relation_id={SECRET}", f"/panels/contact_moments/{SECRET}"):
        answer = karel.get(path)
        assert (answer.status_code, answer.json["type"]) == (403, "confidential")
    assert about(karel, f"relation_id={new_id()}") == []


def test_a_moment_of_a_confidential_relation_is_as_unknown_as_one_that_does_not_exist(
    anna: Caller, karel: Caller
) -> None:
    url = moment_of(anna, SECRET)
    for act in ("get", "patch", "delete"):
        there, nowhere = (getattr(karel, act)(path, json={}) for path in (url, f"/contact-moments/{new_id()}"))
        assert there.status_code == nowhere.status_code == 404
        assert {**there.json, "request_id": ""} == {**nowhere.json, "request_id": ""}
    assert anna.get(url).json["version"] == 1


def test_nobody_writes_about_what_they_may_not_see(anna: Caller, karel: Caller) -> None:
    answer = karel.post("/contact-moments", json=a_moment(SECRET))
    assert (answer.status_code, answer.json["type"]) == (403, "confidential")
    assert len(about(anna, f"relation_id={SECRET}")) == 1


def test_who_is_taken_off_the_list_loses_sight_at_once(anna: Caller, owner: Confidants) -> None:
    url = moment_of(anna, SECRET)
    owner.named[SECRET] = {"karel"}
    assert about(anna) == [str(OPEN)]
    assert anna.get(url).status_code == 404


def test_a_second_click_shows_nothing_that_became_confidential_meanwhile(
    anna: Caller, karel: Caller, owner: Confidants
) -> None:
    twice = {"json": a_moment(OPEN, memo="x"), "headers": {"Idempotency-Key": "k1"}}
    assert karel.post("/contact-moments", **twice).status_code == 201
    owner.named[OPEN] = {"anna"}
    assert karel.post("/contact-moments", **twice).status_code == 403
    owner.down = True
    assert karel.post("/contact-moments", **twice).status_code == 503


def test_without_the_owner_of_relations_nothing_is_shown_but_a_call_is_still_noted_down(
    house: ServiceKit, anna: Caller, karel: Caller, owner: Confidants
) -> None:
    url = moment_of(anna, SECRET)
    owner.down = True
    for path in ("/contact-moments", url):
        assert [caller.get(path).status_code for caller in (karel, anna)] == [503, 503]
    assert house.as_user(rights=("read", "admin")).get(url).status_code == 200
    assert karel.post("/contact-moments", json=a_moment(OPEN)).status_code == 201


def test_a_list_asks_the_owner_of_relations_once(anna: Caller, owner: Confidants) -> None:
    owner.asked = 0
    about(anna, f"relation_id={OPEN}")
    assert owner.asked == 1
