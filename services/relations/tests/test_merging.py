"""Merging two relations: what moves, what is chosen, what comes back, and what is refused."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.serving import make_server

from contracts.contacts import ContactsMergeFollowed
from contracts.enrichment import EnrichmentMergeFollowed
from contracts.gateway import GatewayMergeFollowed, Opening, RelationsOpened
from contracts.gdpr import ErasureRequested, GdprMergeFollowed
from contracts.m365_sync import M365SyncMergeFollowed
from contracts.matters import MatterReported, Party
from contracts.relations import (
    MergeSettled,
    RelationChanged,
    RelationMerged,
    RelationsErasureCompleted,
    RelationUnmerged,
)
from relations.merging.actions import ask_again
from relations.merging.participants import participants_of
from relations.subscriptions import subscriptions
from relations.tables import Tables
from relations.testing.examples import a_company, a_person
from shared.clock import utc_now
from shared.ids import new_id
from shared.testing.kit import ANNA, ServiceKit
from shared.testing.merging import check_old_ids, rows_of

ANSWERS = (
    ContactsMergeFollowed,
    EnrichmentMergeFollowed,
    GdprMergeFollowed,
    M365SyncMergeFollowed,
    GatewayMergeFollowed,
)
LOGS = ("change", "merge", "merge_participant", "hygiene_due")


@pytest.fixture
def anna(relations: ServiceKit) -> Any:
    return relations.as_user()


def registered(anna: Any, body: dict[str, Any]) -> str:
    answer = anna.post("/relations", json=body)
    assert answer.status_code == 201, answer.json
    return str(answer.json["id"])


def merged(anna: Any, this: str, into: str, **choose: str) -> dict[str, Any]:
    answer = anna.post(f"/relations/{this}/merge", json={"into": into, "choose": choose})
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def everybody_answers(relations: ServiceKit, merge_id: str, phase: str) -> None:
    for answer in ANSWERS:
        relations.deliver(subscriptions, answer(merge_id=UUID(merge_id), phase=phase))


def two_of_one(anna: Any) -> tuple[str, str]:
    this = a_person(memo="van links", first_names="Liesbet")
    this["communications"].append({"kind": "phone", "value": "09 222 33 44", "preferred": True})
    this["groups"] = ["client", "prospect"]
    return registered(anna, this), registered(anna, a_person(memo="van rechts"))


def test_lists_are_united_without_doubles_and_fields_are_the_survivors(anna: Any) -> None:
    this, into = two_of_one(anna)
    merged(anna, this, into)
    left = anna.get(f"/relations/{into}").json
    assert left["memo"] == "van rechts"
    assert left["person"]["first_names"] == "Lies"
    assert sorted(left["groups"]) == ["client", "prospect"]
    assert sorted(each["normalised"] for each in left["communications"]) == [
        "+32470123456", "+3292223344", "lies.janssens@example.com", "liesbet.janssens@example.com",
    ]  # fmt: skip
    assert len(left["addresses"]) == 2
    assert [each["mailing"] for each in left["addresses"]] == [True, False]
    assert [each["name"] for each in left["aliases"]] == ["Liesbet Janssens"]


def test_a_chosen_field_comes_from_the_relation_that_is_merged_away(anna: Any) -> None:
    this = registered(anna, a_company("Alfa BV", identifiers={"kvk": "68750110", "vat": "BE0403019261"}))
    into = registered(anna, a_company("Beta BV", identifiers={"kvk": "90001354"}, memo="blijft"))
    merged(anna, this, into, **{"identifiers.kvk": "this", "entity.legal_name": "this", "memo": "into"})
    left = anna.get(f"/relations/{into}").json
    assert left["identifiers"] == {"kvk": "68750110", "vat": "BE0403019261"}
    assert (left["display_name"], left["memo"]) == ("Alfa BV", "blijft")
    assert anna.get("/relations?q=alfa").json["items"][0]["id"] == into


def test_a_dry_run_lists_what_moves_everywhere_says_who_is_down_and_changes_nothing(
    relations: ServiceKit, anna: Any
) -> None:
    this, into = two_of_one(anna)
    before = rows_of(relations.database, Tables.metadata)
    answer = anna.post(f"/relations/{this}/merge", json={"into": into, "dry_run": True})
    assert answer.status_code == 200
    told = {(each["service"], each["what"], each["detail"]): each["count"] for each in answer.json["moves"]}
    assert told["relations", "communication", "moved"] == 2
    assert told["relations", "communication", "aside"] == 1
    assert told["relations", "membership", "moved"] == 1
    assert told["contacts", "", "unavailable"] is None
    assert rows_of(relations.database, Tables.metadata) == before


def test_every_path_of_the_old_id_leads_to_the_survivor(relations: ServiceKit, anna: Any) -> None:
    this, into = two_of_one(anna)
    merged(anna, this, into)
    check_old_ids(relations, UUID(this), UUID(into))
    for path in ("/legal-identities?x=1", ".vcf"):
        answer = anna.get(f"/relations/{this}{path}")
        assert (answer.status_code, answer.headers["Location"]) == (301, f"/relations/{into}{path}")
    assert anna.delete(f"/relations/{into}").status_code == 409


def test_an_old_id_leads_through_every_merge_after_it(anna: Any) -> None:
    ids = [registered(anna, a_person(f"Naam{letter}")) for letter in "abc"]
    merged(anna, ids[0], ids[1])
    merged(anna, ids[1], ids[2])
    assert anna.get(f"/relations/{ids[0]}").headers["Location"] == f"/relations/{ids[2]}"
    bulk = anna.post("/relations/bulk", json={"relation_ids": [ids[0], ids[2]]}).json
    assert [each["id"] for each in bulk["items"]] == [ids[2]]
    assert (bulk["merged"], bulk["missing"]) == ({ids[0]: ids[2]}, [])


def test_old_events_reach_the_survivor(relations: ServiceKit, anna: Any) -> None:
    this, into = two_of_one(anna)
    merged(anna, this, into)
    relations.deliver(subscriptions, MatterReported("2026/9", "active", (Party(UUID(this), "client"),)))
    relations.deliver(subscriptions, RelationsOpened((Opening(ANNA, UUID(this), utc_now()),)))
    assert anna.get(f"/relations/{into}/matters").json["items"][0]["number"] == "2026/9"
    assert [each["id"] for each in anna.get("/history").json["items"]] == [into]


def test_a_merge_is_done_when_everybody_followed_and_who_is_silent_is_told_again(
    relations: ServiceKit, anna: Any
) -> None:
    this, into = two_of_one(anna)
    made = merged(anna, this, into)
    merge_id = made["merge_id"]
    assert (made["status"], made["participants"]["contacts"]) == ("running", "pending")
    event = RelationMerged(UUID(merge_id), UUID(this), UUID(into))
    assert relations.events(RelationMerged) == [event]

    relations.deliver(subscriptions, ContactsMergeFollowed(merge_id=UUID(merge_id), phase="merged"))
    ask_again(relations.database, clock=lambda: utc_now().replace(year=utc_now().year + 1))
    assert relations.events(RelationMerged) == [event, event]
    assert anna.get(f"/merges/{merge_id}").json["participants"]["contacts"] == "done"

    everybody_answers(relations, merge_id, "merged")
    assert anna.get(f"/merges/{merge_id}").json["status"] == "done"
    ask_again(relations.database, clock=lambda: utc_now().replace(year=utc_now().year + 1))
    assert len(relations.events(RelationMerged)) == 2
    assert relations.events(MergeSettled) == [MergeSettled(UUID(merge_id), "done")]


def test_undoing_gives_everything_back_to_the_very_row(relations: ServiceKit, anna: Any) -> None:
    this, into = two_of_one(anna)
    relations.deliver(subscriptions, MatterReported("2026/9", "active", (Party(UUID(this), "client"),)))
    relations.deliver(
        subscriptions, RelationsOpened(tuple(Opening(ANNA, UUID(each), utc_now()) for each in (this, into)))
    )
    anna.post(f"/relations/{this}/legal-identities", json={"birth_date": "1980-02-03"})
    before = rows_of(relations.database, Tables.metadata, leave_out=LOGS)
    merge_id = merged(anna, this, into, memo="this", language="this")["merge_id"]
    everybody_answers(relations, merge_id, "merged")

    undone = anna.post(f"/merges/{merge_id}/undo", json={})
    assert (undone.status_code, undone.json["status"]) == (200, "undoing")
    assert rows_of(relations.database, Tables.metadata, leave_out=LOGS) == before
    assert anna.get(f"/relations/{this}").status_code == 200
    assert relations.events(RelationUnmerged) == [RelationUnmerged(UUID(merge_id), UUID(this), UUID(into))]
    everybody_answers(relations, merge_id, "unmerged")
    assert anna.get(f"/merges/{merge_id}").json["status"] == "undone"
    assert [event.status for event in relations.events(MergeSettled)] == ["done", "undone"]


def test_undoing_twice_or_while_the_merge_runs_undoes_it_once(relations: ServiceKit, anna: Any) -> None:
    this, into = two_of_one(anna)
    merge_id = merged(anna, this, into)["merge_id"]
    for _ in range(2):
        assert anna.post(f"/merges/{merge_id}/undo", json={}).json["status"] == "undoing"
    everybody_answers(relations, merge_id, "merged")
    assert anna.get(f"/merges/{merge_id}").json["status"] == "undoing"
    everybody_answers(relations, merge_id, "unmerged")
    assert anna.post(f"/merges/{merge_id}/undo", json={}).json["status"] == "undone"
    assert len(relations.events(RelationUnmerged)) == 1


def test_a_choice_that_was_changed_since_is_the_reason_not_to_undo(anna: Any) -> None:
    this = registered(anna, a_company("Alfa BV", identifiers={"kvk": "68750110"}, memo="links"))
    into = registered(anna, a_company("Beta BV", identifiers={"kvk": "90001354"}, memo="rechts"))
    merge_id = merged(anna, this, into, **{"identifiers.kvk": "this", "memo": "this"})["merge_id"]
    anna.patch(f"/relations/{into}", json={"memo": "nieuw", "identifiers": {"kvk": "69599068"}})
    refused = anna.post(f"/merges/{merge_id}/undo", json={})
    assert refused.status_code == 409
    assert sorted(each["field"] for each in refused.json["reasons"]) == ["identifiers.kvk", "memo"]
    assert {each["code"] for each in refused.json["reasons"]} == {"changed_since"}


def test_changes_that_contradict_nothing_survive_an_undo(anna: Any) -> None:
    this, into = two_of_one(anna)
    merge_id = merged(anna, this, into, memo="this")["merge_id"]
    anna.patch(f"/relations/{into}", json={"warning": "let op"})
    anna.post(f"/relations/{into}/communications", json={"kind": "email", "value": "nieuw@example.com"})
    assert anna.post(f"/merges/{merge_id}/undo", json={}).status_code == 200
    left = anna.get(f"/relations/{into}").json
    assert (left["warning"], left["memo"]) == ("let op", "van rechts")
    assert {each["value"] for each in left["communications"] if each["kind"] == "email"} == {
        "Lies.Janssens@example.com", "nieuw@example.com",
    }  # fmt: skip
    assert len(anna.get(f"/relations/{this}").json["communications"]) == 3


def test_a_survivor_that_was_merged_further_is_undone_last(anna: Any) -> None:
    ids = [registered(anna, a_person(f"Naam{letter}")) for letter in "abc"]
    first, second = merged(anna, ids[0], ids[1])["merge_id"], merged(anna, ids[1], ids[2])["merge_id"]
    refused = anna.post(f"/merges/{first}/undo", json={})
    assert (refused.status_code, refused.json["reasons"][0]["code"]) == (409, "merged_further")
    for merge_id in (second, first):
        assert anna.post(f"/merges/{merge_id}/undo", json={}).status_code == 200
    assert [len(anna.get(f"/relations/{each}").json["addresses"]) for each in ids] == [1, 1, 1]


@pytest.mark.parametrize("opposite", [False, True])
def test_of_two_who_merge_the_same_pair_at_once_one_is_told_that_it_is_done(anna: Any, opposite: bool) -> None:
    this, into = two_of_one(anna)
    pairs = [(this, into), (into, this) if opposite else (this, into)]
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda pair: anna.post(f"/relations/{pair[0]}/merge", json={"into": pair[1]}), pairs))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


def test_what_cannot_be_one_relation_is_refused(relations: ServiceKit, anna: Any) -> None:
    person, company = registered(anna, a_person()), registered(anna, a_company())

    def refused(this: str, **body: Any) -> int:
        return int(anna.post(f"/relations/{this}/merge", json=body).status_code)

    assert refused(person, into=company) == 409
    assert refused(person, into=person) == 409
    assert refused(person, into=str(new_id())) == 404
    assert refused(person, into=registered(anna, a_person()), choose={"communications": "this"}) == 422
    reader = relations.as_user(rights=("read", "write"))
    assert reader.post(f"/relations/{person}/merge", json={"into": company}).status_code == 403


def test_the_merges_of_a_relation_are_listed_with_those_of_whom_it_took_in(anna: Any) -> None:
    ids = [registered(anna, a_person(f"Naam{letter}")) for letter in "abc"]
    merges = [merged(anna, ids[0], ids[1])["merge_id"], merged(anna, ids[1], ids[2])["merge_id"]]
    listed = anna.get(f"/relations/{ids[2]}/merges").json["items"]
    assert [each["merge_id"] for each in listed] == merges[::-1]
    assert listed[0]["from"]["display_name"] == "Lies Naamb"


@pytest.fixture
def objecting(relations: ServiceKit, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """Let gdpr answer, over real HTTP, with the objections that the test puts into the list."""
    objections: list[dict[str, Any]] = []
    gdpr = Flask("gdpr")
    gdpr.post("/merge-previews")(lambda: {"counts": [], "objections": objections})
    server = make_server("127.0.0.1", 0, gdpr, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings: Any = replace(relations.settings, gdpr_url=f"http://127.0.0.1:{server.server_port}")  # type: ignore[type-var]
    others = participants_of(settings, token=relations.app.extensions["tokens"].own_token)
    monkeypatch.setitem(relations.app.extensions, "merge_participants", others)
    yield objections
    server.shutdown()
    server.server_close()


def test_while_one_of_both_is_being_erased_nothing_is_merged_or_undone_and_the_reason_is_told(
    anna: Any, objecting: list[dict[str, Any]]
) -> None:
    this, into = two_of_one(anna)
    objecting.append({"reason": "erasure_running", "relation_id": this})
    for dry_run in (True, False):
        refused = anna.post(f"/relations/{this}/merge", json={"into": into, "dry_run": dry_run})
        assert (refused.status_code, refused.json["reason"]) == (409, "erasure_running")
        assert refused.json["relation_id"] == this
    objecting.clear()
    merge_id = merged(anna, this, into)["merge_id"]
    objecting.append({"reason": "erasure_running", "relation_id": into})
    refused = anna.post(f"/merges/{merge_id}/undo", json={})
    assert refused.json["reasons"] == [{"code": "erasure_running", "field": ""}]
    objecting.clear()
    assert anna.post(f"/merges/{merge_id}/undo", json={}).status_code == 200


def test_erasing_the_survivor_erases_who_lives_on_in_it_and_all_that_was_kept(relations: ServiceKit, anna: Any) -> None:
    this, into = two_of_one(anna)
    merge_id = merged(anna, this, into)["merge_id"]
    order = ErasureRequested(new_id(), 1, "anonymise", (UUID(into),))
    assert relations.deliver(subscriptions, order) == "handled"
    (answer,) = relations.events(RelationsErasureCompleted)
    assert answer.done == (UUID(into),)
    held = relations.as_service("gdpr").post("/privacy/export", json={"relation_ids": [this, into]}).get_data(True)
    for trace in ("anssens", "Lies", "0470", "van links", "2223344"):
        assert trace not in held
    refused = anna.post(f"/merges/{merge_id}/undo", json={})
    assert refused.json["reasons"] == [{"code": "erased", "field": ""}]
    assert anna.get(f"/relations/{this}").status_code == 301


def test_what_a_merge_put_aside_about_somebody_else_is_erased_with_them_and_does_not_come_back(
    relations: ServiceKit, anna: Any
) -> None:
    this, into = two_of_one(anna)
    third = registered(anna, a_person("Derde"))
    kind = anna.get("/link-types").json["items"][0]["code"]
    for relation_id in (this, into):
        link = {"other_id": relation_id, "type": kind, "note": "zus van de buurman"}
        assert anna.post(f"/relations/{third}/links", json=link).status_code == 201
    merge_id = merged(anna, this, into)["merge_id"]
    relations.deliver(subscriptions, ErasureRequested(new_id(), 1, "anonymise", (UUID(third),)))
    with relations.database.reading() as connection:
        kept = (
            connection.execute(text("SELECT before::text FROM moved_by_merge WHERE before IS NOT NULL")).scalars().all()
        )
    assert not [each for each in kept if "buurman" in each]
    assert anna.post(f"/merges/{merge_id}/undo", json={}).status_code == 200
    assert [anna.get(f"/relations/{each}/links").json["items"] for each in (this, into)] == [[], []]


def test_erasing_for_good_leaves_neither(relations: ServiceKit, anna: Any) -> None:
    this, into = two_of_one(anna)
    merged(anna, this, into)
    relations.deliver(subscriptions, ErasureRequested(new_id(), 1, "erase", (UUID(into),)))
    assert [anna.get(f"/relations/{each}").status_code for each in (this, into)] == [404, 404]


def test_an_old_id_alone_is_not_erased(relations: ServiceKit, anna: Any) -> None:
    this, into = two_of_one(anna)
    merged(anna, this, into)
    relations.deliver(subscriptions, ErasureRequested(new_id(), 1, "anonymise", (UUID(this),)))
    (answer,) = relations.events(RelationsErasureCompleted)
    assert [(each.relation_id, each.reason) for each in answer.failed] == [(UUID(this), "merged")]


def test_consumers_hear_which_fields_of_the_survivor_changed_and_no_value(relations: ServiceKit, anna: Any) -> None:
    this, into = two_of_one(anna)
    merged(anna, this, into, memo="this")
    (told,) = relations.events(RelationChanged)
    assert told.relation_id == UUID(into)
    assert {"memo", "communications", "addresses"} <= set(told.fields)


def test_of_two_relations_one_of_which_is_confidential_the_survivor_stays_confidential(
    relations: ServiceKit, anna: Any
) -> None:
    secret = a_person(confidentiality={"level": "restricted", "users": ["anna"]})
    this, into = registered(anna, secret), registered(anna, a_person())
    karel = relations.as_user(username="karel", rights=("read", "merge"))
    assert karel.post(f"/relations/{this}/merge", json={"into": into}).status_code == 403
    merged(anna, this, into)
    assert anna.get(f"/relations/{into}").json["confidentiality"] == {"level": "restricted", "users": ["anna"]}
