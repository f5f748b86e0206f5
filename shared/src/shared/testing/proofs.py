"""Proofs that a system lost nothing and did nothing twice, taken from its databases and from what its providers saw."""

from __future__ import annotations

from typing import Any

import requests

from shared.testing.kit import SERVICES
from shared.testing.stack import LocalStack, eventually


def assert_bus_comes_to_rest(stack: LocalStack, *, seconds: float = 30.0) -> None:
    """Fail unless every outbox gets sent, every event gets handled, and there are no dead letters."""
    for service in SERVICES:
        for what, query in (
            ("its outbox sent", "SELECT count(*) AS left FROM outbox WHERE sent_at IS NULL"),
            ("its ladder climbed", "SELECT count(*) AS left FROM inbox WHERE status = 'retrying'"),
        ):
            _becomes_nought(stack, service, what, query, seconds)
        dead = stack.rows(service, "SELECT type, error, attempts FROM inbox WHERE status = 'dead'")
        assert not dead, f"dead letters of {service}: {dead}"


def assert_registered_and_enriched_once(stack: LocalStack, numbers: range, *, answers_in_hand: int) -> None:
    """Fail unless each company number has one relation and one profile, and no answer was paid twice unexplained.

    ``answers_in_hand`` is how many answers can have been on their way to the processes that were killed.
    """
    wanted = [f"{number:08d}" for number in numbers]
    relations: dict[str, list[str]] = {number: [] for number in wanted}
    for row in _relations(stack, wanted):
        relations[row["number"]].append(row["id"])
    assert {number: len(ids) for number, ids in relations.items()} == dict.fromkeys(wanted, 1)

    eventually(lambda: len(_profiles(stack, wanted)) >= len(wanted), "every relation has its profile", seconds=60)
    profiles = _profiles(stack, wanted)
    assert sorted((row["number"], row["id"]) for row in profiles) == sorted(
        (number, ids[0]) for number, ids in relations.items()
    )

    paid, ledger = paid_by_number(stack), _ledger(stack, wanted)
    assert ledger["found"] == dict.fromkeys(wanted, 1), "the ledger knows one answer a number"
    unexplained = {
        number: paid.get(number, 0)
        for number in wanted
        if not 1 <= paid.get(number, 0) <= 1 + ledger["answer_lost"].get(number, 0)
    }
    assert not unexplained, f"paid more often than the ledger explains: {unexplained}"
    assert sum(paid[number] for number in wanted) - len(wanted) <= answers_in_hand
    assert sum(ledger["answer_lost"].values()) <= answers_in_hand


def paid_by_number(stack: LocalStack) -> dict[str, int]:
    """Return how often the register was paid for each company number, as the register itself counted."""
    counters = requests.get(f"{stack.sandbox_url}/_sandbox/counters", timeout=10).json()
    paid: dict[str, int] = {}
    for numbers in counters.get("companyinfo", {}).get("paid", {}).values():
        for number, times in numbers.items():
            paid[number] = paid.get(number, 0) + times
    return paid


def _becomes_nought(stack: LocalStack, service: str, what: str, query: str, seconds: float) -> None:
    eventually(lambda: stack.rows(service, query)[0]["left"] == 0, f"{service} has {what}", seconds=seconds)


def _relations(stack: LocalStack, wanted: list[str]) -> list[dict[str, Any]]:
    query = "SELECT relation_id::text AS id, value AS number FROM identifier WHERE kind = 'kvk' AND value = ANY(%s)"
    return stack.rows("relations", query, wanted)


def _profiles(stack: LocalStack, wanted: list[str]) -> list[dict[str, Any]]:
    query = "SELECT relation_id::text AS id, number FROM profile WHERE status = 'found' AND number = ANY(%s)"
    return stack.rows("enrichment", query, wanted)


def _ledger(stack: LocalStack, wanted: list[str]) -> dict[str, dict[str, int]]:
    rows = stack.rows(
        "enrichment",
        "SELECT outcome, register_number AS number, count(*) AS times FROM charge"
        " WHERE register_number = ANY(%s) GROUP BY 1, 2",
        wanted,
    )
    ledger: dict[str, dict[str, int]] = {"found": {}, "answer_lost": {}}
    for row in rows:
        ledger.setdefault(row["outcome"], {})[row["number"]] = row["times"]
    return ledger
