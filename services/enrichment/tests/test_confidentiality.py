"""Register data of a confidential relation: for who is named on it, and for nobody else."""

from typing import Any
from uuid import UUID

import pytest

from shared.ids import new_id
from shared.testing.kit import Caller

USER_RIGHTS = ("read", "write")
BANKRUPT = "90990222"


@pytest.fixture
def secret(stage: Any) -> UUID:
    """Look a bankrupt company up for a confidential relation that anna, but not karel, may see."""
    relation_id: UUID = stage.relations.add(kvk=BANKRUPT)
    stage.relations.confidants.named[relation_id] = {"anna"}
    order = {"provider": "companyinfo", "charge_to_matter": "2026/7"}
    answer = stage.kit.as_user(rights=USER_RIGHTS).post(f"/relations/{relation_id}/register-lookups", json=order)
    assert answer.status_code == 200, answer.json
    return relation_id


@pytest.fixture
def karel(stage: Any) -> Caller:
    """Return a user who is not named."""
    caller: Caller = stage.kit.as_user(rights=USER_RIGHTS, username="karel", user_id=new_id())
    return caller


def test_profiles_and_look_ups_are_refused_to_who_is_not_named(stage: Any, secret: UUID, karel: Caller) -> None:
    calls = stage.sandbox.calls()
    for answer in (
        karel.get(f"/relations/{secret}/register-profiles"),
        karel.get(f"/panels/register/{secret}"),
        karel.post(f"/relations/{secret}/register-lookups", json={"provider": "companyinfo"}),
    ):
        assert (answer.status_code, answer.json["type"]) == (403, "confidential")
    assert stage.sandbox.calls() == calls
    anna = stage.kit.as_user(rights=USER_RIGHTS)
    assert len(anna.get(f"/relations/{secret}/register-profiles").json["items"]) == 1
    assert len(stage.kit.as_service("gateway").get(f"/panels/register/{secret}").json["profiles"]) == 1


def test_warnings_are_listed_and_counted_for_who_may_see_their_relation(
    stage: Any, secret: UUID, karel: Caller
) -> None:
    assert karel.get("/alerts?total=true").json == {"items": [], "next_cursor": None, "total": 0}
    seen = stage.kit.as_user(rights=USER_RIGHTS).get("/alerts?total=true").json
    assert seen["total"] == len(seen["items"]) > 0
    assert {item["relation_id"] for item in seen["items"]} == {str(secret)}
    stage.relations.confidants.named[secret] = {"karel"}
    assert karel.get("/alerts").json["items"] == seen["items"]


def test_the_ledger_keeps_its_sum_and_does_not_say_for_whom_a_query_was(
    stage: Any, secret: UUID, karel: Caller
) -> None:
    anna = stage.kit.as_user(rights=USER_RIGHTS).get("/charges").json
    shown = karel.get("/charges").json
    assert shown["sum_cents"] == anna["sum_cents"] > 0
    assert (anna["items"][0]["relation_id"], anna["items"][0]["matter_number"]) == (str(secret), "2026/7")
    assert (shown["items"][0]["relation_id"], shown["items"][0]["matter_number"]) == (None, None)


def test_without_the_owner_of_relations_nothing_is_shown(stage: Any, secret: UUID) -> None:
    stage.relations.confidants.down = True
    anna = stage.kit.as_user(rights=USER_RIGHTS)
    for path in ("/alerts", "/charges", f"/relations/{secret}/register-profiles"):
        assert anna.get(path).status_code == 503
