"""A confidential relation: only the users named on it, administrators and services see more than its name."""

from typing import Any

import pytest

from contracts.gateway import Opening, RelationsOpened
from relations.subscriptions import subscriptions
from relations.testing.examples import a_company, a_person
from shared.clock import utc_now
from shared.ids import new_id
from shared.testing.kit import ANNA, Caller, ServiceKit

USER_RIGHTS = ("read", "write", "delete", "merge", "export")
NAME_ALONE = {"id", "number", "display_name", "kind", "status", "restricted"}
KAREL = new_id()


@pytest.fixture
def secret(relations: ServiceKit) -> dict[str, Any]:
    """Register a confidential relation that anna, but not karel, may see."""
    restricted = {"level": "restricted", "users": ["anna"]}
    answer = relations.as_user(rights=USER_RIGHTS).post("/relations", json=a_person(confidentiality=restricted))
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


@pytest.fixture
def karel(relations: ServiceKit) -> Caller:
    """Return a user who is not named."""
    return relations.as_user(rights=USER_RIGHTS, username="karel", user_id=KAREL)


def test_who_is_named_administrators_and_services_see_everything(relations: ServiceKit, secret: dict[str, Any]) -> None:
    url = f"/relations/{secret['id']}"
    named = relations.as_user(rights=USER_RIGHTS)
    administrator = relations.as_user(rights=["read", "admin"], username="karel")
    for caller in (named, administrator, relations.as_service("gateway")):
        assert caller.get(url).json["confidentiality"] == {"level": "restricted", "users": ["anna"]}
        assert caller.get(url).json["addresses"] == secret["addresses"]


def test_who_is_not_named_reads_the_name_alone_wherever_it_stands(
    relations: ServiceKit, secret: dict[str, Any], karel: Caller
) -> None:
    name_alone = {name: secret[name] for name in NAME_ALONE - {"restricted"}} | {"restricted": True}
    assert karel.get(f"/relations/{secret['id']}").json == name_alone
    assert karel.get(f"/panels/relation/{secret['id']}").json == name_alone
    assert karel.post("/relations/bulk", json={"relation_ids": [secret["id"]]}).json["items"] == [name_alone]
    for query in ("", "?q=janssens", f"?q={secret['number']}"):
        (item,) = karel.get(f"/relations{query}").json["items"]
        assert set(item) == NAME_ALONE
    (double,) = karel.post("/duplicates/check", json=a_person()).json["items"]
    assert (double["city"], double["reasons"]) == ("", [])
    other = karel.post("/relations", json=a_company()).json
    anna = relations.as_user()
    anna.post(f"/relations/{other['id']}/links", json={"other_id": secret["id"], "type": "contact_person"})
    (link,) = karel.get(f"/relations/{other['id']}/links").json["items"]
    assert set(link["other"]) == NAME_ALONE


@pytest.mark.parametrize("typed", ["0470123456", "lies.janssens@example.com", "gent"])
def test_who_is_not_named_does_not_find_it_by_anything_but_its_name(
    secret: dict[str, Any], karel: Caller, typed: str
) -> None:
    assert karel.get("/relations", query_string={"q": typed}).json["items"] == []


@pytest.mark.parametrize(
    "part",
    ["addresses", "communications", "legal-identities", "party-description", "matters", "links", "changes", "photo"],
)
def test_who_is_not_named_reads_no_part(secret: dict[str, Any], karel: Caller, part: str) -> None:
    answer = karel.get(f"/relations/{secret['id']}/{part}")
    assert (answer.status_code, answer.json["type"]) == (403, "confidential")


def test_who_is_not_named_changes_nothing(relations: ServiceKit, secret: dict[str, Any], karel: Caller) -> None:
    url, address = f"/relations/{secret['id']}", secret["addresses"][0]["id"]
    other = relations.as_user().post("/relations", json=a_company()).json
    acts: list[tuple[str, str, dict[str, Any]]] = [
        ("patch", url, {"memo": "x"}),
        ("patch", url, {"confidentiality": {"level": "open"}}),
        ("delete", url, {}),
        ("post", f"{url}/addresses", {"city": "Gent"}),
        ("patch", f"{url}/addresses/{address}", {"city": "Gent"}),
        ("post", f"{url}/communications", {"kind": "web", "value": "a.be"}),
        ("post", f"{url}/legal-identities", {"birth_place": "Gent"}),
        ("post", f"{url}/links", {"other_id": other["id"], "type": "employee"}),
        ("post", f"/relations/{other['id']}/links", {"other_id": secret["id"], "type": "employee"}),
        ("post", f"{url}/changes/{new_id()}/revert", {}),
        ("delete", f"{url}/photo", {}),
    ]
    for method, path, body in acts:
        assert getattr(karel, method)(path, json=body).status_code == 403, (method, path)
    assert relations.as_user().get(url).json["version"] == 1


def test_it_is_not_in_the_history_of_who_may_not_see_it_nor_at_a_shared_address(
    relations: ServiceKit, secret: dict[str, Any], karel: Caller
) -> None:
    neighbour = karel.post("/relations", json=a_person("Peeters")).json
    url = f"/relations/{neighbour['id']}/addresses/{neighbour['addresses'][0]['id']}"
    assert karel.get(f"{url}/shared").json["items"] == []
    move = {"fields": {"city": "Brugge"}, "relation_ids": [secret["id"]]}
    assert karel.post(f"{url}/move", json=move).status_code == 422
    for user in (KAREL, ANNA):
        relations.deliver(subscriptions, RelationsOpened((Opening(user, secret["id"], utc_now()),)))
    assert karel.get("/history").json["items"] == []
    assert [item["id"] for item in relations.as_user().get("/history").json["items"]] == [secret["id"]]


def test_opening_a_relation_again_shows_it_to_everybody(
    relations: ServiceKit, secret: dict[str, Any], karel: Caller
) -> None:
    url = f"/relations/{secret['id']}"
    assert relations.as_user().patch(url, json={"confidentiality": {"level": "open"}}).status_code == 200
    assert karel.get(url).json["addresses"] == secret["addresses"]
