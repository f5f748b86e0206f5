"""Broker and database stopped, killed and started again under load: what was accepted stays, and all goes on."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Event, Thread
from time import sleep
from uuid import uuid4

import pytest
import requests

from shared.testing.client import ApiClient
from shared.testing.examples import FIRST_MADE_UP_COMPANY, company, person, word
from shared.testing.proofs import assert_bus_comes_to_rest, assert_registered_and_enriched_once
from shared.testing.registering import registering
from shared.testing.servers import PostgresServer, RabbitServer, StopMode
from shared.testing.stack import LocalStack, eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]

UNHURRIED = 5.0
"""Seconds within which the API must answer while the broker is away; usually it takes milliseconds."""


@pytest.mark.parametrize("outage", ["stop", "kill"])
def test_the_api_answers_while_the_broker_is_away_and_the_events_arrive_afterwards(
    served_stack: LocalStack, own_rabbit: RabbitServer, outage: str
) -> None:
    first = FIRST_MADE_UP_COMPANY + {"stop": 30_000, "kill": 31_000}[outage]
    numbers = range(first, first + 40)
    anna = ApiClient(served_stack.url)
    for number in numbers[:15]:
        register_at_once(anna, number)
    try:
        getattr(own_rabbit, outage)()
        for number in numbers[15:30]:
            register_at_once(anna, number)
        unsent = served_stack.rows("relations", "SELECT count(*) AS left FROM outbox WHERE sent_at IS NULL")
        assert unsent[0]["left"] >= 15, "the events wait in the outbox"
        assert requests.get(f"{served_stack.url}/health/live", timeout=5).status_code == 200
    finally:
        own_rabbit.start()
    for number in numbers[30:]:
        register_at_once(anna, number)

    assert_registered_and_enriched_once(served_stack, numbers, answers_in_hand=0)
    assert_bus_comes_to_rest(served_stack)
    eventually(lambda: requests.get(f"{served_stack.url}/health/ready", timeout=5).ok, "the system is ready again")


@pytest.mark.parametrize("how", ["fast", "immediate"])
def test_the_database_restarted_under_load_gives_clear_503s_and_leaves_nothing_half_written(
    served_stack: LocalStack, own_postgres: PostgresServer, how: StopMode
) -> None:
    first = FIRST_MADE_UP_COMPANY + {"fast": 40_000, "immediate": 41_000}[how]
    numbers = range(first, first + 120)
    bodies = [company(number, memo=f"half {number}", addresses=[ADDRESS]) for number in numbers]
    with Witness(served_stack.url) as witness, registering(served_stack.url, bodies, clients=4) as registrations:
        registrations.reach(30)
        own_postgres.stop(how)
        sleep(2.0)
        own_postgres.start()
        registrations.reach(70)
        own_postgres.restart(how)

    assert witness.failures, "the outage was noticed"
    assert {answer.status_code for answer in witness.failures} == {503}
    assert [answer.text for answer in witness.failures if not is_clear_problem(answer)] == []
    assert_registered_and_enriched_once(served_stack, numbers, answers_in_hand=8)
    assert_bus_comes_to_rest(served_stack)
    assert parts_of(served_stack, registrations.ids.values()) == {"address": len(numbers), "membership": len(numbers)}


@pytest.mark.parametrize("how", ["fast", "immediate"])
def test_once_the_database_is_back_no_user_meets_an_error(
    served_stack: LocalStack, own_postgres: PostgresServer, how: StopMode
) -> None:
    anna = ApiClient(served_stack.url)
    relation = anna.register(person(word()))
    sync = f"/users/{anna.get('/me')['id']}/m365-sync"
    asked = ("/relations?q=donald", "/contact-moments", "/gdpr/requests", sync, f"/relations/{relation['id']}/card")
    for _ in range(2):  # every process opens connections
        for path in asked:
            anna.get(path)
    own_postgres.restart(how)
    ready = f"{served_stack.url}/health/ready"
    eventually(lambda: requests.get(ready, timeout=5).ok, "the system is ready again")

    answers = [anna.call("GET", path) for _ in range(2) for path in asked]
    answers.append(anna.call("POST", "/relations", json=person(word())))

    assert [answer.status_code for answer in answers] == [200] * 2 * len(asked) + [201]
    assert_bus_comes_to_rest(served_stack)


def test_events_survive_a_database_that_is_away_for_longer_than_the_broker_would_deliver_again(
    served_stack: LocalStack, own_postgres: PostgresServer
) -> None:
    numbers = range(FIRST_MADE_UP_COMPANY + 42_000, FIRST_MADE_UP_COMPANY + 42_060)
    with registering(served_stack.url, [company(number) for number in numbers], clients=4) as registrations:
        registrations.reach(20)
        own_postgres.stop("fast")
        sleep(8.0)
        own_postgres.start()

    assert_registered_and_enriched_once(served_stack, numbers, answers_in_hand=4)
    assert_bus_comes_to_rest(served_stack)


ADDRESS = {"label": "seat", "street": "Lindelaan", "number": "1", "zip": "8911AB", "city": "Gouda", "country": "NL"}


def register_at_once(anna: ApiClient, number: int) -> None:
    """Register a company with one request, as a user who does not know that anything is wrong."""
    answer = anna.call(
        "POST", "/relations", json=company(number), headers={"Idempotency-Key": str(uuid4())}, timeout=UNHURRIED
    )
    assert answer.status_code == 201, answer.text


def is_clear_problem(answer: requests.Response) -> bool:
    """Tell whether a failure says what is the matter without saying how the house is built."""
    problem = answer.json()
    told = answer.text.replace(str(problem["request_id"]), "").lower()
    return (
        answer.headers["Content-Type"].startswith("application/problem+json")
        and problem["type"] == "unavailable"
        and bool(problem["request_id"])
        and "Retry-After" in answer.headers
        and not any(word in told for word in ("psycopg", "sqlalchemy", "traceback", "select", "5432"))
    )


def parts_of(stack: LocalStack, relation_ids: Iterable[str]) -> dict[str, int]:
    """Return how many parts the relations have, by table."""
    count = "SELECT count(*) AS found FROM {} WHERE relation_id = ANY(%s::uuid[])"
    ids = list(relation_ids)
    return {table: stack.rows("relations", count.format(table), ids)[0]["found"] for table in ("address", "membership")}


class Witness:
    """A user who goes on reading and searching, and remembers every answer that was no success."""

    def __init__(self, url: str) -> None:
        self._anna = ApiClient(url)
        self._stop = Event()
        self._thread = Thread(target=self._look, daemon=True)
        self.failures: list[requests.Response] = []

    def __enter__(self) -> Witness:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=60)

    def _look(self) -> None:
        while not self._stop.wait(0.02):
            for path in ("/relations?q=donald", "/me", "/contact-moments"):
                answer = self._anna.call("GET", path)
                if answer.status_code != 200:
                    self.failures.append(answer)
