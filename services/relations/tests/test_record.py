"""Registering, reading, editing and deleting relations."""

from typing import Any

import pytest

from contracts.relations import RelationChanged, RelationDeleted, RelationRegistered
from shared.testing.kit import ServiceKit

from relations.testing.examples import a_company, a_person


def register(relations: ServiceKit, body: dict[str, Any]) -> Any:
    answer = relations.as_user().post("/relations", json=body)
    assert answer.status_code == 201, answer.json
    return answer.json


def test_a_registered_relation_comes_back_whole_and_is_announced_without_any_value(relations: ServiceKit) -> None:
    made = register(relations, a_company(memo="geheim", groups=["supplier", "client"]))
    read = relations.as_user().get(f"/relations/{made['id']}")
    assert {**made, "duplicates": None} == {**read.json, "duplicates": None}
    assert read.headers["ETag"] == '"1"'
    assert (read.json["number"], read.json["display_name"], read.json["groups"]) == (
        1001, "Test BV Donald", ["client", "supplier"],
    )  # fmt: skip
    (event,) = relations.events()
    assert isinstance(event, RelationRegistered)
    assert (event.kind, event.groups, event.identifiers) == ("legal_entity", ("client", "supplier"), ("kvk",))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (a_person(favourite_colour="red"), "favourite_colour"),
        (a_person(person={"first_names": ""}), "person.last_name"),
        (a_company(identifiers={"kbo": "0999990124"}), "identifiers.kbo"),
        (a_company(identifiers={"kvk": "123"}), "identifiers.kvk"),
        (a_company(identifiers={"vat": "BE0999990124"}), "identifiers.vat"),
        (a_company(identifiers={"rsin": "123456789"}), "identifiers.rsin"),
        (a_company(groups=["client", "nobody"]), "groups"),
        (a_company(person={"last_name": "X"}), "person"),
        (a_person(communications=[{"kind": "email", "value": "geen-mail"}]), "communications.0.value"),
        (a_person(communications=[{"kind": "phone", "value": "12"}]), "communications.0.value"),
        (a_person(addresses=[{"zip": "12", "country": "BE"}]), "addresses.0.zip"),
        (a_person(addresses=[{"mailing": True}, {"mailing": True}]), "addresses.1.mailing"),
        (a_person(person={"last_name": "A\x00B"}), "person.last_name"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(relations: ServiceKit, body: dict[str, Any], field: str) -> None:
    answer = relations.as_user().post("/relations", json=body)
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]
    assert relations.as_user().get("/relations?total=true").json["total"] == 0
    if field == "groups":
        assert answer.json["errors"]["groups"] == ["There is no group with code nobody"]
    assert relations.events() == []


def test_numbers_and_phones_are_kept_in_one_form(relations: ServiceKit) -> None:
    made = register(
        relations,
        a_company(
            identifiers={"kbo": "0999.990.123", "vat": "be 0999.990.123"},
            communications=[
                {"kind": "mobile", "value": "0470 12 34 56"},
                {"kind": "phone", "value": "+31 20 794 08 00"},
                {"kind": "email", "value": "Info@Example.COM"},
            ],
        ),
    )
    assert made["identifiers"] == {"kbo": "0999990123", "vat": "BE0999990123"}
    assert [entry["normalised"] for entry in made["communications"]] == [
        "+32470123456", "+31207940800", "info@example.com",
    ]  # fmt: skip
    assert made["communications"][2]["value"] == "Info@Example.COM"


def test_only_what_is_given_changes_and_the_event_names_the_fields(relations: ServiceKit) -> None:
    made = register(relations, a_person(warning="Belt liefst na 17 u"))
    anna = relations.as_user()
    changed = anna.patch(f"/relations/{made['id']}", json={"memo": "nieuw", "person": {"call_name": "Liesje"}})
    assert changed.status_code == 200
    assert (changed.json["memo"], changed.json["warning"]) == ("nieuw", "Belt liefst na 17 u")
    assert changed.json["display_name"] == "Liesje Janssens"
    assert changed.json["person"]["first_names"] == "Lies"
    assert changed.json["addresses"] == made["addresses"]
    (event,) = relations.events(RelationChanged)
    assert set(event.fields) == {"memo", "person"}
    assert event.version == 2


def test_saving_what_is_already_so_changes_nothing(relations: ServiceKit) -> None:
    made = register(relations, a_person())
    same = {key: made[key] for key in ("memo", "person", "groups", "language", "status")}
    answer = relations.as_user().patch(f"/relations/{made['id']}", json=same)
    assert answer.json["version"] == 1
    assert relations.events(RelationChanged) == []


def test_a_lost_update_is_refused(relations: ServiceKit) -> None:
    made = register(relations, a_person())
    anna, url = relations.as_user(), f"/relations/{made['id']}"
    assert anna.patch(url, json={"memo": "eerst"}, headers={"If-Match": '"1"'}).status_code == 200
    late = anna.patch(url, json={"memo": "te laat"}, headers={"If-Match": '"1"'})
    assert late.status_code == 412
    assert anna.get(url).json["memo"] == "eerst"


def test_the_second_click_registers_nothing_new(relations: ServiceKit) -> None:
    anna = relations.as_user()
    first, second = (
        anna.post("/relations", json=a_person(), headers={"Idempotency-Key": "a-key"}).json["id"] for _ in range(2)
    )
    assert first == second
    assert len(relations.events(RelationRegistered)) == 1


def test_a_likely_double_is_told_of_or_refused_on_demand(relations: ServiceKit) -> None:
    first = register(relations, a_person())
    second = register(relations, a_person(first_names="Liesbeth"))
    assert [double["relation_id"] for double in second["duplicates"]] == [first["id"]]
    assert "communication" in second["duplicates"][0]["reasons"]
    refused = relations.as_user().post("/relations?on_duplicate=refuse", json=a_person())
    assert refused.status_code == 409
    assert first["id"] in [double["relation_id"] for double in refused.json["duplicates"]]
    unlike = register(relations, a_person("Wouters", "Karel", communications=[], addresses=[]))
    assert unlike["duplicates"] == []


def test_an_address_takes_over_a_use_and_prints_the_way_of_its_country(relations: ServiceKit) -> None:
    made = register(relations, a_person())
    anna, url = relations.as_user(), f"/relations/{made['id']}/addresses"
    added = anna.post(
        url,
        json={
            "label": "establishment", "recipient_lines": ["Lies Janssens", "p/a Kantoor"], "street": "Damrak",
            "number": "1", "box": "A", "zip": "1012lg", "city": "Amsterdam", "country": "NL", "mailing": True,
        },
    )  # fmt: skip
    assert added.status_code == 201
    preview = anna.get(f"{url}/{added.json['id']}/preview").json["lines"]
    assert preview == ["Lies Janssens", "p/a Kantoor", "Damrak 1-A", "1012 LG  AMSTERDAM", "NEDERLAND"]
    first = anna.get(f"/relations/{made['id']}").json["addresses"][0]
    assert (first["mailing"], first["matter_correspondence"]) == (False, True)
    lines = anna.get(f"{url}/{first['id']}/preview").json["lines"]
    assert lines == ["Mevr. Lies Janssens", "Kerkstraat 12 bus 3", "9000 Gent"]
    assert anna.patch(f"{url}/{first['id']}", json={"zip": "1"}).json["errors"].keys() == {"zip"}
    assert anna.delete(f"{url}/{first['id']}").status_code == 204
    assert [address["street"] for address in anna.get(url).json["items"]] == ["Damrak"]


def test_communications_are_added_changed_and_removed_one_by_one(relations: ServiceKit) -> None:
    made = register(relations, a_person(communications=[]))
    anna, url = relations.as_user(), f"/relations/{made['id']}/communications"
    entry = anna.post(url, json={"kind": "phone", "value": "02 555 12 12", "label": "kantoor"}).json
    assert entry["normalised"] == "+3225551212"
    changed = anna.patch(f"{url}/{entry['id']}", json={"value": "03 555 12 12"}).json
    assert (changed["normalised"], changed["label"]) == ("+3235551212", "kantoor")
    assert anna.patch(f"{url}/{entry['id']}", json={"value": "nee"}).status_code == 422
    assert anna.delete(f"{url}/{entry['id']}").status_code == 204
    assert anna.get(url).json["items"] == []
    assert relations.as_user().get(f"/relations/{made['id']}").json["version"] == 4


def test_an_office_adds_a_group_of_its_own_and_uses_it(relations: ServiceKit) -> None:
    labels = {"nl": "Verzekeraar", "fr": "Assureur", "en": "Insurer"}
    anna = relations.as_user()
    assert anna.post("/groups", json={"code": "insurer", "labels": labels}).status_code == 201
    assert anna.post("/groups", json={"code": "insurer", "labels": labels}).status_code == 409
    assert anna.get("/groups").json["items"][-1] == {"code": "insurer", "labels": labels}
    assert register(relations, a_company(groups=["insurer"]))["groups"] == ["insurer"]


def test_a_party_to_a_matter_is_not_deleted_and_the_matter_is_the_reason(relations: ServiceKit) -> None:
    made, anna = register(relations, a_person()), relations.as_user()
    party = {"relation_id": made["id"], "role": "client"}
    assert (
        anna.put("/matters/2026/001", json={"title": "Zaak", "status": "closed", "parties": [party]}).status_code == 200
    )
    refused = anna.delete(f"/relations/{made['id']}")
    assert (refused.status_code, refused.json["reasons"]) == (409, ["It is a party to matter 2026/001"])
    anna.put("/matters/2026/001", json={"title": "Zaak", "status": "closed", "parties": []})
    assert anna.delete(f"/relations/{made['id']}").status_code == 204
    assert anna.get(f"/relations/{made['id']}").status_code == 404
    assert len(relations.events(RelationDeleted)) == 1


@pytest.mark.parametrize(
    ("method", "path", "right"),
    [
        ("get", "/relations", "read"),
        ("post", "/relations", "write"),
        ("patch", "/relations/01936f2e-0000-7000-8000-000000000001", "write"),
        ("delete", "/relations/01936f2e-0000-7000-8000-000000000001", "delete"),
        ("post", "/erasure-verdicts", "privacy"),
    ],
)
def test_every_act_needs_its_right(relations: ServiceKit, method: str, path: str, right: str) -> None:
    body = {} if method == "get" else {"json": {}}
    without = getattr(relations.as_user(rights=[]), method)(path, **body)
    assert (without.status_code, without.json["type"]) == (403, "forbidden")
    assert right in without.json["detail"]
    assert getattr(relations.as_user(rights=[right]), method)(path, **body).status_code != 403
