"""SYNC asked twice and killed half-way: each relation is in the mailbox once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from shared.testing.client import ApiClient
from shared.testing.examples import person, word
from shared.testing.stack import LocalStack, eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]

MAILBOX = "anna@kantoor.example"
COUNT = 60


def test_sync_asked_twice_and_killed_half_way_puts_each_relation_in_the_mailbox_once(served_stack: LocalStack) -> None:
    anna = ApiClient(served_stack.url)
    mark = word()
    relations = [anna.register(person(f"{mark}{place}", groups=["notary"])) for place in range(COUNT)]
    sync = f"/users/{anna.get('/me')['id']}/m365-sync"
    anna.send("PUT", sync, {"enabled": True, "synchronised_groups": ["notary"], "excluded_groups": []})
    slow_down(served_stack, 250)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: ApiClient(served_stack.url).call("POST", f"{sync}/runs", json={}), range(2)))
    assert {answer.status_code for answer in answers} <= {202, 409}, [answer.text for answer in answers]
    started = [answer.json()["id"] for answer in answers if answer.status_code == 202]
    for part in (COUNT // 6, COUNT // 2):
        eventually(lambda part=part: len(contacts(served_stack, mark)) >= part, f"{part} contacts are there")
        served_stack.kill("m365_sync-worker")
        let_the_lease_run_out(served_stack)
    slow_down(served_stack, 0)

    ended = eventually(lambda: all_ended(anna, sync, started), "the runs come to their end", seconds=90)
    assert {run["status"] for run in ended} == {"done"}, ended
    last = anna.send("POST", f"{sync}/runs", {})["id"]
    (again,) = eventually(lambda: all_ended(anna, sync, [last]), "one more run ends", seconds=60)
    assert (again["status"], again["added"], again["failed"]) == ("done", 0, 0)

    found = Counter(contact["displayName"] for contact in contacts(served_stack, mark))
    assert found == Counter(relation["display_name"] for relation in relations)


def contacts(stack: LocalStack, mark: str) -> list[dict[str, Any]]:
    """Return the contacts in the mailbox that carry the mark."""
    answer = requests.get(f"{stack.sandbox_url}/_sandbox/microsoft/mailboxes/{MAILBOX}/contacts", timeout=20)
    return [contact for contact in answer.json()["contacts"] if mark in str(contact)]


def slow_down(stack: LocalStack, milliseconds: int) -> None:
    """Make every answer of the stand-in of Microsoft take so long."""
    behaviour = f"{stack.sandbox_url}/_sandbox/behaviour/microsoft"
    requests.patch(behaviour, json={"slow_ms": milliseconds}, timeout=20).raise_for_status()


def let_the_lease_run_out(stack: LocalStack) -> None:
    """Let the half minute go by after which a run's worker is taken to be dead; it is."""
    with stack.connect("m365_sync") as connection:
        connection.execute("UPDATE run SET lease_until = now() WHERE status = 'running'")


def all_ended(anna: ApiClient, sync: str, ids: list[str]) -> list[dict[str, Any]] | None:
    """Return the runs once none is under way any more."""
    runs = [anna.get(f"{sync}/runs/{run}") for run in ids]
    return runs if all(run["status"] in ("done", "failed") for run in runs) else None
