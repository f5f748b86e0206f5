"""A confidential relation: only the users named on it, administrators and services see more than its name."""

from typing import Any

import pytest

from contracts.gateway import Opening, RelationsOpened
from relations.duplicates.scanning import run_due_scan
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
    [
        "addresses", "communications", "legal-identities", "party-description", "matters", "links", "changes", "photo",
        "hygiene", "merges", "presence",
    ],
)  # fmt: skip
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


def test_who_sends_again_what_they_wrote_before_it_became_confidential_reads_nothing_of_it(
    relations: ServiceKit, karel: Caller
) -> None:
    url = f"/relations/{karel.post('/relations', json=a_person()).json['id']}"
    part = {"json": {"kind": "web", "value": "a.be"}, "headers": {"Idempotency-Key": "k1"}}
    assert [karel.post(f"{url}/communications", **part).status_code for _ in range(2)] == [201, 201]
    relations.as_user().patch(url, json={"confidentiality": {"level": "restricted", "users": ["anna"]}})
    assert karel.post(f"{url}/communications", **part).json["type"] == "confidential"


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


def test_of_a_link_with_it_no_more_is_told_than_its_kind_and_the_name(
    relations: ServiceKit, secret: dict[str, Any], karel: Caller
) -> None:
    url = f"/relations/{karel.post('/relations', json=a_company()).json['id']}"
    told = {"other_id": secret["id"], "type": "contact_person", "from": "2020-01-01", "note": "achter de schermen"}
    link = relations.as_user().post(f"{url}/links", json=told).json
    for caller, expected in ((karel, (None, "")), (relations.as_user(), ("2020-01-01", "achter de schermen"))):
        (shown,) = caller.get(f"{url}/links").json["items"]
        assert (shown["id"], shown["label"]["nl"]) == (link["id"], "is contactpersoon van")
        assert (shown["from"], shown["note"]) == expected
        (change,) = [each for each in caller.get(f"{url}/changes").json["items"] if each["field"].startswith("links.")]
        assert (change["new"]["from"], change["new"]["note"]) == expected


def test_a_matter_is_found_by_who_sees_one_of_its_parties(
    relations: ServiceKit, secret: dict[str, Any], karel: Caller
) -> None:
    other = karel.post("/relations", json=a_company()).json
    for number, parties in (("M/1", [secret]), ("M/2", [secret, other]), ("M/3", [])):
        told = [{"relation_id": party["id"], "role": "client"} for party in parties]
        body = {"title": f"Zaak {number}", "status": "active", "parties": told}
        assert relations.as_user().put(f"/matters/{number}", json=body).status_code == 200
    assert [matter["number"] for matter in karel.get("/matters?q=zaak").json["items"]] == ["M/3", "M/2"]
    assert len(relations.as_user(rights=USER_RIGHTS).get("/matters?q=zaak").json["items"]) == 3


def test_nobody_learns_by_trying_whose_phone_number_it_is(
    relations: ServiceKit, secret: dict[str, Any], karel: Caller
) -> None:
    typed = a_person("Janssens", "Leen", addresses=[])
    assert karel.post("/duplicates/check", json=typed).json["items"] == []
    (found,) = relations.as_user(rights=USER_RIGHTS).post("/duplicates/check", json=typed).json["items"]
    assert found["relation_id"] == secret["id"]


def test_a_pair_is_shown_to_who_sees_both(relations: ServiceKit, secret: dict[str, Any], karel: Caller) -> None:
    other = karel.post("/relations", json=a_person()).json
    relations.as_user().post("/duplicates/scans")
    run_due_scan(relations.database)
    assert karel.get("/duplicates").json["items"] == []
    pair = {"a": secret["id"], "b": other["id"]}
    assert [getattr(karel, act)("/duplicates/not", json=pair).status_code for act in ("put", "delete")] == [403, 403]
    assert len(relations.as_user(rights=USER_RIGHTS).get("/duplicates").json["items"]) == 1


def test_on_an_exported_card_stands_the_name_alone(secret: dict[str, Any], karel: Caller) -> None:
    card = karel.post("/relations/vcf", json={"relation_ids": [secret["id"]]})
    assert card.text.splitlines() == [
        "BEGIN:VCARD", "VERSION:3.0", f"UID:urn:uuid:{secret['id']}", f"FN:{secret['display_name']}", "N:;;;;",
        "END:VCARD",
    ]  # fmt: skip


def test_a_merge_of_it_is_unknown_to_who_may_not_see_it(
    relations: ServiceKit, secret: dict[str, Any], karel: Caller
) -> None:
    anna = relations.as_user(rights=USER_RIGHTS)
    other = anna.post("/relations", json=a_person()).json
    merge = anna.post(f"/relations/{other['id']}/merge", json={"into": secret["id"]}).json["merge_id"]
    url = f"/merges/{merge}"
    assert anna.get(url).status_code == 200
    nothing = karel.get(f"/merges/{new_id()}")
    for answer in (karel.get(url), karel.post(f"{url}/undo")):
        assert (
            (answer.status_code, answer.json["type"])
            == (nothing.status_code, nothing.json["type"])
            == (404, "not-found")
        )


def test_other_services_learn_what_is_hidden_from_a_user_under_old_ids_too(
    relations: ServiceKit, secret: dict[str, Any], karel: Caller
) -> None:
    def hidden(caller: Caller) -> set[str]:
        return set(caller.get("/relations/hidden").json["relation_ids"])

    anna, url = relations.as_user(rights=USER_RIGHTS), f"/relations/{secret['id']}"
    other = anna.post("/relations", json=a_person()).json["id"]
    assert anna.post(f"/relations/{other}/merge", json={"into": secret["id"]}).status_code == 200
    assert hidden(karel) == {secret["id"], other}
    assert hidden(anna) == hidden(relations.as_user()) == hidden(relations.as_service("contacts")) == set()
    anna.patch(url, json={"confidentiality": {"level": "restricted", "users": ["karel"]}})
    assert (hidden(anna), hidden(karel)) == ({secret["id"], other}, set())


def test_opening_a_relation_again_shows_it_to_everybody(
    relations: ServiceKit, secret: dict[str, Any], karel: Caller
) -> None:
    url = f"/relations/{secret['id']}"
    assert relations.as_user().patch(url, json={"confidentiality": {"level": "open"}}).status_code == 200
    assert karel.get(url).json["addresses"] == secret["addresses"]
