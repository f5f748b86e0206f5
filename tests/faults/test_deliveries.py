"""What the bus may bring: messages nobody can read, handlers that fail, and the same event again and again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pika
import pytest

from contracts import Envelope
from contracts.gdpr import ErasureRequested
from contracts.matters import MatterReported, Party
from contracts.relations import RelationDeleted
from shared.clock import utc_now
from shared.context import new_traceparent
from shared.ids import new_id
from shared.testing.client import ApiClient
from shared.testing.examples import FIRST_MADE_UP_COMPANY, company, person, word
from shared.testing.kit import SERVICES
from shared.testing.proofs import assert_bus_comes_to_rest, paid_by_number
from shared.testing.stack import LocalStack, eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@pytest.fixture
def no_dead_letters(served_stack: LocalStack) -> Iterator[None]:
    """Let the other tests find a system without dead letters."""
    yield
    for service in SERVICES:
        with served_stack.connect(service) as connection:
            connection.execute("DELETE FROM inbox WHERE status = 'dead'")


def publish(stack: LocalStack, exchange: str, routing_key: str, *bodies: str) -> None:
    """Publish straight to the broker, confirmed, as any program on the network could."""
    with pika.BlockingConnection(pika.URLParameters(stack.broker_url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for body in bodies:
            channel.basic_publish(exchange, routing_key, body.encode())


def envelope_of(event: Any, *, event_id: UUID | None = None) -> str:
    """Return an event as it travels."""
    return Envelope(event_id or new_id(), utc_now(), "system", new_traceparent(), event.contract, event).to_json()


def deleted(relation: dict[str, Any]) -> str:
    """Return, as it travels, that a relation was deleted."""
    return envelope_of(RelationDeleted(UUID(relation["id"])))


def dead(stack: LocalStack, service: str) -> list[dict[str, Any]]:
    """Return the dead letters of a service."""
    return stack.rows(service, "SELECT event_id::text AS id, type, error FROM inbox WHERE status = 'dead'")


def moments_of(stack: LocalStack, relation_id: str) -> int:
    """Return how many contact moments are kept of a relation."""
    return int(
        stack.rows("contacts", "SELECT count(*) AS kept FROM moment WHERE relation_id = %s", relation_id)[0]["kept"]
    )


@pytest.mark.parametrize(
    ("poison", "complaint"),
    [
        ("not JSON at all \x00 {", "not a known CloudEvent"),
        (json.dumps({"specversion": "1.0", "id": str(new_id()), "type": "relations.relation.sold"}), "not a known"),
        (envelope_of(RelationDeleted(new_id())).replace("relation_id", "relation_name"), "relation"),
        ("[]", "not a known CloudEvent"),
    ],
    ids=["not JSON", "unknown type", "broken schema", "no object"],
)
@pytest.mark.usefixtures("no_dead_letters")
def test_a_message_nobody_can_read_becomes_a_dead_letter_and_the_queue_goes_on(
    served_stack: LocalStack, poison: str, complaint: str
) -> None:
    anna = ApiClient(served_stack.url)
    relation = anna.register(person(word()))
    anna.send("POST", "/contact-moments", moment(relation["id"]))

    publish(served_stack, "relations", RelationDeleted.contract.type, poison)
    publish(served_stack, "relations", RelationDeleted.contract.type, deleted(relation))

    eventually(lambda: moments_of(served_stack, relation["id"]) == 0, "the event behind the poison is handled")
    letter = eventually(lambda: dead(served_stack, "contacts"), "the poison is a dead letter")[0]
    assert letter["type"] == "malformed"
    assert complaint in letter["error"]
    assert letter["id"] in served_stack.command("contacts", "deadletters", "list").stdout
    assert "1 discarded" in served_stack.command("contacts", "deadletters", "discard", letter["id"]).stdout
    assert dead(served_stack, "contacts") == []


@pytest.mark.usefixtures("no_dead_letters")
def test_an_event_that_can_never_be_handled_waits_as_a_dead_letter_until_it_is_let_go(
    served_stack: LocalStack,
) -> None:
    stranger = MatterReported("M-POISON", "active", (Party(new_id(), "client"),))
    publish(served_stack, MatterReported.contract.exchange, MatterReported.contract.type, envelope_of(stranger))
    (letter,) = eventually(lambda: dead(served_stack, "relations"), "the matter of a stranger is a dead letter")
    assert "CannotEverSucceed" in letter["error"]

    with served_stack.frozen("relations-worker"):
        assert "1 put back" in served_stack.command("relations", "deadletters", "replay").stdout
        assert dead(served_stack, "relations") == []
    (again,) = eventually(lambda: dead(served_stack, "relations"), "it is tried again and fails again")
    assert again["id"] == letter["id"]

    assert "1 discarded" in served_stack.command("relations", "deadletters", "discard").stdout
    assert served_stack.command("relations", "deadletters", "list").stdout == ""


@pytest.mark.usefixtures("no_dead_letters")
def test_an_event_whose_handler_fails_climbs_the_ladder_dies_and_is_handled_when_replayed(
    served_stack: LocalStack,
) -> None:
    anna = ApiClient(served_stack.url)
    one, other = anna.register(person(word())), anna.register(person(word()))
    anna.send("POST", "/contact-moments", moment(one["id"]))
    with served_stack.connect("contacts") as contacts:
        contacts.execute("ALTER TABLE moment RENAME TO moment_away")
        try:
            publish(served_stack, "relations", RelationDeleted.contract.type, deleted(one))
            waiting = "SELECT event_id, attempts FROM inbox WHERE status = 'retrying' AND attempts >= 2"
            (climbing,) = eventually(lambda: served_stack.rows("contacts", waiting), "the event is tried again")
            # Hours go by on the ladder; only its last step is waited for.
            contacts.execute(
                "UPDATE inbox SET attempts = 6, next_attempt_at = now() WHERE event_id = %s", (climbing["event_id"],)
            )
            (letter,) = eventually(lambda: dead(served_stack, "contacts"), "the ladder ends")
        finally:
            contacts.execute("ALTER TABLE moment_away RENAME TO moment")
    assert letter["type"] == RelationDeleted.contract.type
    assert one["id"] not in served_stack.command("contacts", "deadletters", "list").stdout
    anna.send("POST", "/contact-moments", moment(other["id"]))
    publish(served_stack, "relations", RelationDeleted.contract.type, deleted(other))
    eventually(lambda: moments_of(served_stack, other["id"]) == 0, "the queue went on")
    assert moments_of(served_stack, one["id"]) == 1

    assert "1 put back" in served_stack.command("contacts", "deadletters", "replay", letter["id"]).stdout

    eventually(lambda: moments_of(served_stack, one["id"]) == 0, "the replayed event is handled")
    assert dead(served_stack, "contacts") == []


@pytest.mark.usefixtures("no_dead_letters")
def test_an_event_the_broker_gave_up_on_is_a_dead_letter_that_can_be_replayed(served_stack: LocalStack) -> None:
    anna = ApiClient(served_stack.url)
    relation = anna.register(person(word()))
    anna.send("POST", "/contact-moments", moment(relation["id"]))
    publish(served_stack, "", "contacts.dead", deleted(relation))
    (letter,) = eventually(lambda: dead(served_stack, "contacts"), "it is a dead letter")
    assert letter["type"] == RelationDeleted.contract.type
    assert moments_of(served_stack, relation["id"]) == 1

    assert "1 put back" in served_stack.command("contacts", "deadletters", "replay", letter["id"]).stdout

    eventually(lambda: moments_of(served_stack, relation["id"]) == 0, "the replayed event is handled")


def test_an_event_delivered_again_changes_and_pays_nothing(served_stack: LocalStack) -> None:
    number = FIRST_MADE_UP_COMPANY + 20_000
    relation = ApiClient(served_stack.url).register(company(number))
    eventually(lambda: paid_by_number(served_stack).get(str(number)), "the register is asked")
    (sent,) = served_stack.rows(
        "relations", "SELECT event_id, exchange, routing_key, envelope FROM outbox WHERE envelope LIKE %s",
        f"%relation.registered%{relation['id']}%",
    )  # fmt: skip

    publish(served_stack, sent["exchange"], sent["routing_key"], *[sent["envelope"]] * 20)

    assert_bus_comes_to_rest(served_stack)
    eventually(lambda: waiting(served_stack, "enrichment.events") == 0, "all copies are delivered")
    assert paid_by_number(served_stack)[str(number)] == 1
    (receipt,) = served_stack.rows("enrichment", "SELECT status FROM inbox WHERE event_id = %s", sent["event_id"])
    assert receipt["status"] == "handled"


def test_two_workers_racing_for_copies_of_an_event_handle_it_once(served_stack: LocalStack) -> None:
    rival = served_stack.start_beside("contacts", "work")
    try:
        eventually(lambda: consumers(served_stack, "contacts.events") >= 4, "both workers listen")
        orders = [ErasureRequested(new_id(), 1, "anonymise", (new_id(),)) for _ in range(30)]
        bodies = [envelope_of(order) for order in orders]
        with ThreadPoolExecutor(4) as pool:
            for _ in range(4):
                pool.submit(publish, served_stack, "gdpr", ErasureRequested.contract.type, *bodies)
        eventually(lambda: waiting(served_stack, "contacts.events") == 0, "all copies are delivered")

        answers = {str(order.request_id): 0 for order in orders}
        eventually(lambda: sum(answered(served_stack, answers).values()) >= len(orders), "every order is answered")
        assert_bus_comes_to_rest(served_stack)
        assert answered(served_stack, answers) == dict.fromkeys(answers, 1)
    finally:
        rival.terminate()
        assert rival.wait(timeout=20) == 0


def answered(stack: LocalStack, requests: dict[str, int]) -> dict[str, int]:
    """Return how often the service contacts answered each erasure."""
    rows = stack.rows(
        "contacts",
        "SELECT envelope::jsonb -> 'data' ->> 'request_id' AS request, count(*) AS times FROM outbox"
        " WHERE envelope::jsonb -> 'data' ->> 'request_id' = ANY(%s) GROUP BY 1",
        list(requests),
    )
    return {row["request"]: row["times"] for row in rows}


def waiting(stack: LocalStack, queue: str) -> int:
    """Return how many messages wait in a queue."""
    return _declared(stack, queue).method.message_count


def consumers(stack: LocalStack, queue: str) -> int:
    """Return how many consumers listen to a queue."""
    return _declared(stack, queue).method.consumer_count


def _declared(stack: LocalStack, queue: str) -> Any:
    with pika.BlockingConnection(pika.URLParameters(stack.broker_url)) as connection:
        return connection.channel().queue_declare(queue, passive=True)


def moment(relation_id: str) -> dict[str, Any]:
    """Return a contact moment with a relation."""
    return {
        "relation_id": relation_id,
        "date": utc_now().date().isoformat(),
        "subject": "Kennismaking",
        "from_user": "anna",
        "for_user": "karel",
        "status": "open",
    }
