"""Merges while services are killed or away: each shows who has not followed, and completes by itself."""

from __future__ import annotations

from typing import Any

import pytest

from shared.testing.client import ApiClient
from shared.testing.examples import person, word
from shared.testing.proofs import assert_bus_comes_to_rest
from shared.testing.stack import LocalStack, eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]


def pair_of(anna: ApiClient) -> tuple[str, str]:
    """Register two of one, each with a contact moment."""
    mark = word()
    ids = [anna.register(person(mark))["id"] for _ in range(2)]
    for relation_id in ids:
        moment = {"relation_id": relation_id, "date": "2026-01-05", "subject": "Belde", "from_user": "anna",
                  "for_user": "anna"}  # fmt: skip
        anna.send("POST", "/contact-moments", moment)
    return ids[0], ids[1]


def merged(anna: ApiClient, pair: tuple[str, str]) -> dict[str, Any]:
    return dict(anna.send("POST", f"/relations/{pair[0]}/merge", {"into": pair[1]}))


def settled(anna: ApiClient, merge_id: str, status: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        merge = anna.get(f"/merges/{merge_id}")
        return merge if merge["status"] == status else None

    return eventually(look, f"the merge is {status}", seconds=90)


def subjects(anna: ApiClient, relation_id: str) -> int:
    return len(anna.get(f"/contact-moments?relation_id={relation_id}")["items"])


def test_a_merge_waits_for_a_service_that_is_away_says_so_and_completes_when_it_returns(
    stack: LocalStack, anna: ApiClient
) -> None:
    pair = pair_of(anna)
    with stack.kept_down("contacts-web", "contacts-worker"):
        trial = anna.send("POST", f"/relations/{pair[0]}/merge", {"into": pair[1], "dry_run": True})
        away = [move["service"] for move in trial["moves"] if move["detail"] == "unavailable"]
        assert away == ["contacts"]
        merge_id = merged(anna, pair)["merge_id"]
        waiting = eventually(lambda: only_contacts_is_missing(anna, merge_id), "the others have followed")
        assert waiting["status"] == "running"
    settled(anna, merge_id, "done")
    assert subjects(anna, pair[1]) == 2

    with stack.kept_down("enrichment-web", "enrichment-worker"):
        undoing = anna.send("POST", f"/merges/{merge_id}/undo", {})
        assert (undoing["status"], undoing["participants"]["enrichment"]) == ("undoing", "pending")
    settled(anna, merge_id, "undone")
    eventually(lambda: [subjects(anna, each) for each in pair] == [1, 1], "each has its own moment again")


def only_contacts_is_missing(anna: ApiClient, merge_id: str) -> dict[str, Any] | None:
    merge = anna.get(f"/merges/{merge_id}")
    pending = {name for name, state in merge["participants"].items() if state == "pending"}
    return merge if pending == {"contacts"} else None


def test_workers_killed_among_merges_and_undoings_lose_and_double_nothing(served_stack: LocalStack) -> None:
    anna = ApiClient(served_stack.url)
    pairs = [pair_of(anna) for _ in range(6)]
    merges = []
    for pair, victim in zip(
        pairs, ("contacts", "relations", "gateway", "m365_sync", "gdpr", "enrichment"), strict=True
    ):
        merges.append(merged(anna, pair)["merge_id"])
        served_stack.kill(f"{victim}-worker")
    for merge_id, pair in zip(merges, pairs, strict=True):
        settled(anna, merge_id, "done")
        assert subjects(anna, pair[1]) == 2

    for merge_id, victim in zip(
        merges, ("m365_sync", "contacts", "relations", "enrichment", "gateway", "gdpr"), strict=True
    ):
        anna.send("POST", f"/merges/{merge_id}/undo", {})
        served_stack.kill(f"{victim}-worker")
    for merge_id, pair in zip(merges, pairs, strict=True):
        settled(anna, merge_id, "undone")
        assert [subjects(anna, each) for each in pair] == [1, 1]
    assert_bus_comes_to_rest(served_stack)
