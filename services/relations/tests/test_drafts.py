"""Drafts: what is typed is kept as it is, judged without being refused, and becomes a relation once."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text, update

from contracts.relations import RelationRegistered
from relations.drafts.actions import forget_old_drafts
from relations.drafts.models import Draft
from relations.testing.examples import a_company, a_person
from shared.ids import new_id
from shared.testing.kit import ServiceKit


def begin(relations: ServiceKit, fields: dict[str, Any], **more: Any) -> Any:
    answer = relations.as_user().post("/drafts", json={"fields": fields, **more})
    assert answer.status_code == 201, answer.json
    return answer.json


def test_a_draft_keeps_what_is_not_right_yet_and_says_what_would_be_refused(relations: ServiceKit) -> None:
    typed = {
        "kind": "legal_entity",
        "identifiers": {"kbo": "0999990124"},
        "addresses": [{"zip": "12", "country": "BE"}],
    }
    made = begin(relations, typed, progress={"step": 2})
    read = relations.as_user().get(f"/drafts/{made['id']}")
    assert read.json["fields"] == typed
    assert read.json["progress"] == {"step": 2}
    assert set(read.json["errors"]) == {"identifiers.kbo", "addresses.0.zip"}
    assert read.headers["ETag"] == '"1"'


def test_a_patch_merges_takes_away_what_is_null_and_replaces_lists(relations: ServiceKit) -> None:
    made = begin(
        relations, {"kind": "natural_person", "person": {"last_name": "A", "title": "mr."}, "groups": ["client"]}
    )
    patch = {"fields": {"person": {"last_name": "B\u0000", "title": None}, "groups": ["lawyer", "expert"]}}
    answer = relations.as_user().patch(f"/drafts/{made['id']}", json=patch, headers={"If-Match": '"1"'})
    assert answer.json["fields"] == {
        "kind": "natural_person", "person": {"last_name": "B"}, "groups": ["lawyer", "expert"],
    }  # fmt: skip
    assert (answer.json["version"], answer.json["name"]) == (2, "B")


def test_a_draft_tells_how_its_letters_will_begin_and_end(relations: ServiceKit) -> None:
    typed = {
        "kind": "natural_person",
        "person": {"first_names": "Jan", "prefix": "van", "last_name": "Dam"},
        "language": "fr",
        "address_form": {"form": "mr", "letter_opening": "Cher Jan,"},
    }
    made = begin(relations, typed)
    assert made["address_form_generated"] == {
        "salutation": "Monsieur Jan van Dam",
        "letter_opening": "Monsieur,",
        "letter_closing": "Veuillez agréer, Monsieur, l'expression de mes sentiments distingués.",
    }
    hardly = begin(relations, {"kind": 7, "person": ["?"], "language": "xx", "address_form": "mr"})
    assert hardly["address_form_generated"]["letter_opening"] == "Geachte heer, mevrouw,"


def test_who_saw_an_older_draft_overwrites_nothing(relations: ServiceKit) -> None:
    path = f"/drafts/{begin(relations, {'kind': 'other'})['id']}"
    relations.as_user().patch(path, json={"fields": {"memo": "van het ene toestel"}})
    late = relations.as_user().patch(path, json={"fields": {"memo": "van het andere"}}, headers={"If-Match": '"1"'})
    assert late.status_code == 412
    assert relations.as_user().get(path).json["fields"]["memo"] == "van het ene toestel"


def test_a_patch_that_changes_nothing_is_no_new_version(relations: ServiceKit) -> None:
    path = f"/drafts/{begin(relations, {'kind': 'other'})['id']}"
    assert relations.as_user().patch(path, json={"fields": {"kind": "other"}}).json["version"] == 1


def test_nobody_finds_another_users_draft(relations: ServiceKit) -> None:
    path = f"/drafts/{begin(relations, {'kind': 'other'})['id']}"
    other = relations.as_user(user_id=new_id())
    assert [other.get(path).status_code, other.patch(path, json={}).status_code, other.delete(path).status_code,
            other.post(f"{path}/finish").status_code] == [404, 404, 404, 404]  # fmt: skip
    assert other.get("/drafts").json["items"] == []
    assert [each["kind"] for each in relations.as_user().get("/drafts").json["items"]] == ["other"]


def test_finishing_registers_the_relation_with_its_legal_identity_and_empties_the_draft(relations: ServiceKit) -> None:
    identity = {
        "legal_name": "Test BV Donald",
        "seat": "Amsterdam",
        "valid_from": "2026-01-01",
        "source": "companyinfo",
    }
    draft = begin(relations, {**a_company(memo="geheim"), "legal_identity": identity})
    relations.as_user().patch(f"/drafts/{draft['id']}", json={"progress": {"step": 8}})
    seen = {"If-Match": '"2"'}
    answer = relations.as_user().post(f"/drafts/{draft['id']}/finish", headers=seen)
    assert answer.status_code == 201, answer.json
    relation_id = answer.json["id"]
    assert answer.headers["Location"] == f"/relations/{relation_id}"
    assert relations.as_user().get(f"/relations/{relation_id}").json["identifiers"]["kvk"] == "68750110"
    (version,) = relations.as_user().get(f"/relations/{relation_id}/legal-identities").json["items"]
    assert (version["seat"], version["source"], version["valid_from"]) == ("Amsterdam", "companyinfo", "2026-01-01")
    assert relations.as_user().get(f"/drafts/{draft['id']}").status_code == 404
    with relations.database.transaction() as session:
        left = session.get_one(Draft, UUID(draft["id"]))
        assert (left.fields, left.progress, str(left.relation_id)) == ({}, {}, relation_id)


def test_a_draft_that_is_finished_twice_becomes_one_relation(relations: ServiceKit) -> None:
    path = f"/drafts/{begin(relations, a_person())['id']}/finish"
    first, second = relations.as_user().post(path), relations.as_user().post(path)
    assert first.json["id"] == second.json["id"]
    assert relations.as_user().get("/relations?total=true").json["total"] == 1
    assert [type(event) for event in relations.events()] == [RelationRegistered]


@pytest.mark.parametrize(
    ("fields", "paths"),
    [
        ({"kind": "natural_person"}, {"person.last_name"}),
        ({"kind": "legal_entity", "entity": {"legal_name": "X"}, "identifiers": {"kvk": "1"}}, {"identifiers.kvk"}),
        ({"entity": {"legal_name": "X"}}, {"kind"}),
        (a_company(legal_identity={"kbo": "0999990124"}), {"legal_identity.kbo"}),
        (a_company(favourite_colour="red"), {"favourite_colour"}),
    ],
)
def test_what_registering_would_refuse_finishing_refuses_under_the_same_path(
    relations: ServiceKit, fields: dict[str, Any], paths: set[str]
) -> None:
    draft = begin(relations, fields)
    answer = relations.as_user().post(f"/drafts/{draft['id']}/finish")
    assert answer.status_code == 422
    assert set(answer.json["errors"]) == paths
    assert relations.as_user().get(f"/drafts/{draft['id']}").json["fields"] == fields
    assert relations.as_user().get("/relations?total=true").json["total"] == 0


def test_the_name_of_the_kind_that_was_left_does_not_come_along(relations: ServiceKit) -> None:
    draft = begin(relations, {**a_company(), "person": {"last_name": "Janssens"}})
    made = relations.as_user().post(f"/drafts/{draft['id']}/finish").json
    assert made["display_name"] == "Test BV Donald"


def test_two_clicks_on_new_begin_one_draft(relations: ServiceKit) -> None:
    key = {"Idempotency-Key": "nieuw-1"}
    made = [relations.as_user().post("/drafts", json={}, headers=key).json["id"] for _ in range(2)]
    assert made[0] == made[1]


def test_a_draft_goes_at_its_users_wish_and_by_itself_after_thirty_days(relations: ServiceKit) -> None:
    dropped, old, young = (begin(relations, {"memo": name})["id"] for name in ("weg", "oud", "jong"))
    assert relations.as_user().delete(f"/drafts/{dropped}").status_code == 204
    with relations.database.transaction() as session:
        session.execute(
            update(Draft).where(Draft.id == UUID(old)).values(updated_at=text("now() - interval '31 days'"))
        )
    forget_old_drafts(relations.database)
    assert [each["id"] for each in relations.as_user().get("/drafts").json["items"]] == [young]


def test_what_no_form_could_have_held_is_refused(relations: ServiceKit) -> None:
    answer = relations.as_user().post("/drafts", json={"fields": {"memo": "x" * 300_000}})
    assert answer.status_code == 422
    assert relations.as_user().post("/drafts", json={"typed": {}}).status_code == 422
    assert relations.as_user(rights=("read",)).post("/drafts", json={}).status_code == 403
