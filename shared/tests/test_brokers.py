"""Both buses keep the same promises: what is published arrives, and stays until it is acknowledged."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from contracts.contacts import MomentCreated
from contracts.relations import RelationDeleted
from shared.broker import Broker, BrokerAway, Message, connect_broker
from shared.broker.bus import LARGEST_BATCH
from shared.broker.rabbit import DELIVERY_LIMIT
from shared.db import Database
from shared.ids import new_id
from shared.inbox import DatabaseAway, DeadLetters, Inbox
from shared.subscriptions import Subscriptions
from shared.testing.servers import RabbitServer

BUSES = ["folders", pytest.param("rabbit", marks=pytest.mark.slow)]

TAKE_AND_HANG = """
import sys, threading, time
from contracts.relations import RelationDeleted
from shared.broker import connect_broker
from shared.broker.bus import LARGEST_BATCH
from shared.subscriptions import Subscriptions
subscriptions = Subscriptions("contacts")
subscriptions.on(RelationDeleted)(lambda session, event: None)
def hang(body):
    print("taken", flush=True)
    time.sleep(600)
broker = connect_broker(sys.argv[1])
broker.declare(subscriptions)
broker.consume(subscriptions, hang, hang, threading.Event())
"""


@pytest.fixture(params=BUSES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty bus of either kind."""
    if request.param == "folders":
        return f"filesystem://{tmp_path}"
    server: RabbitServer = request.getfixturevalue("rabbit")
    return server.create_vhost(f"test-{new_id().hex[-10:]}")


@pytest.fixture
def vhost(rabbit: RabbitServer) -> str:
    """Return the URL of an empty virtual host."""
    return rabbit.create_vhost(f"test-{new_id().hex[-10:]}")


def listeners(service: str = "contacts") -> Subscriptions:
    subscriptions = Subscriptions(service)
    subscriptions.on(RelationDeleted)(lambda session, event: None)
    return subscriptions


def message(body: str, event: type = RelationDeleted) -> Message:
    return Message(event.contract.exchange, event.contract.type, body)  # type: ignore[attr-defined]


def publish(broker: Broker, *messages: Message) -> None:
    publisher = broker.publisher("relations")
    publisher.publish(messages)
    publisher.close()


def eventually(true: Callable[[], bool], *, seconds: float = 20) -> bool:
    deadline = monotonic() + seconds
    while not true():
        if monotonic() > deadline:
            return False
        sleep(0.02)
    return True


@contextmanager
def consuming(
    broker: Broker,
    receive: Callable[[Sequence[bytes]], None],
    *,
    service: str = "contacts",
    refuse: Callable[[bytes], None] = lambda body: None,
    many: int = 1,
) -> Iterator[None]:
    """Consume as a worker does: when a consumer ends by an error, declare and begin again."""
    stop, subscriptions = Event(), listeners(service)

    def work() -> None:
        while not stop.is_set():
            try:
                broker.declare(subscriptions)
                broker.consume(subscriptions, receive, refuse, stop)
            except (BrokerAway, DatabaseAway):
                sleep(0.02)

    threads = [Thread(target=work, daemon=True) for _ in range(many)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)
    assert not any(thread.is_alive() for thread in threads)


def test_what_is_published_is_received_in_order_and_then_gone(url: str) -> None:
    broker, received = connect_broker(url), []
    broker.declare(listeners())
    publish(broker, *(message(f"event {number}") for number in range(50)))
    assert broker.waiting("contacts.events") == 50
    with consuming(broker, received.extend):
        assert eventually(lambda: len(received) == 50)
    assert received == [f"event {number}".encode() for number in range(50)]
    assert broker.waiting("contacts.events") == 0


def test_a_message_that_was_not_finished_comes_back_to_the_same_worker(url: str) -> None:
    broker, deliveries = connect_broker(url), []

    def receive(bodies: Sequence[bytes]) -> None:
        deliveries.extend(bodies)
        if len(deliveries) == 1:
            raise DatabaseAway

    broker.declare(listeners())
    publish(broker, message("kept"))
    with consuming(broker, receive):
        assert eventually(lambda: len(deliveries) >= 2)
    assert deliveries == [b"kept", b"kept"]
    assert broker.waiting("contacts.events") == 0


@pytest.mark.slow
def test_a_message_taken_by_a_process_that_is_killed_goes_to_the_next(url: str) -> None:
    broker, received = connect_broker(url), []
    broker.declare(listeners())
    publish(broker, message("kept"))
    with subprocess.Popen([sys.executable, "-c", TAKE_AND_HANG, url], stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == "taken\n"
        with consuming(broker, received.extend):
            sleep(0.3)
            assert received == [], "while its taker lives, it is nobody else's"
        victim.send_signal(signal.SIGKILL)
    with consuming(broker, received.extend):
        assert eventually(lambda: received == [b"kept"])


def test_two_consumers_of_one_service_share_the_work(url: str) -> None:
    broker, received = connect_broker(url), []
    broker.declare(listeners())
    publish(broker, *(message(f"event {number}") for number in range(60)))
    with consuming(broker, received.extend, many=2):
        assert eventually(lambda: len(received) >= 60)
    assert sorted(received) == sorted(f"event {number}".encode() for number in range(60))


def test_every_subscribed_service_gets_its_own_copy(url: str) -> None:
    broker, received = connect_broker(url), {"contacts": [], "gateway": []}
    for service in received:
        broker.declare(listeners(service))
    publish(broker, message("told"))
    for service, bodies in received.items():
        with consuming(broker, bodies.extend, service=service):
            assert eventually(lambda bodies=bodies: bodies == [b"told"])


@pytest.mark.slow
def test_what_waits_comes_together_but_what_came_before_stands_alone(vhost: str) -> None:
    broker, batches = connect_broker(vhost), []

    def receive(bodies: Sequence[bytes]) -> None:
        batches.append(list(bodies))
        if len(batches) == 1:
            raise DatabaseAway

    broker.declare(listeners())
    publish(broker, *(message(f"event {number}") for number in range(120)))
    with consuming(broker, receive):
        assert eventually(lambda: sum(map(len, batches[1:])) == 120)
    assert 1 < len(batches[0]) <= LARGEST_BATCH
    again = [batch for batch in batches[1:] if set(batch) & set(batches[0])]
    assert [len(batch) for batch in again] == [1] * len(batches[0])
    assert max(map(len, batches[1:])) > 1
    assert [body for batch in batches[1:] for body in batch] == [f"event {n}".encode() for n in range(120)]


def test_an_event_nobody_subscribed_to_is_no_error(url: str) -> None:
    broker = connect_broker(url)
    broker.declare(listeners())
    publish(broker, message("written", MomentCreated), message("deleted"))
    assert broker.waiting("contacts.events") == 1


def test_declaring_again_changes_nothing(url: str) -> None:
    broker = connect_broker(url)
    for _ in range(3):
        broker.declare(listeners())
    publish(broker, message("once"))
    assert broker.waiting("contacts.events") == 1


@pytest.mark.slow
def test_events_nobody_subscribed_to_are_kept_for_a_look(vhost: str) -> None:
    broker = connect_broker(vhost)
    broker.declare(listeners())
    publish(broker, message("written", MomentCreated))
    assert eventually(lambda: broker.waiting("unrouted") == 1)


@pytest.mark.slow
def test_a_message_that_keeps_ending_its_consumer_becomes_a_dead_letter(vhost: str, store: Database) -> None:
    broker, deliveries = connect_broker(vhost), []
    inbox = Inbox(store, listeners())

    def end_the_consumer(bodies: Sequence[bytes]) -> None:
        deliveries.extend(bodies)
        raise DatabaseAway

    broker.declare(listeners())
    publish(broker, message("poison"))
    with consuming(broker, end_the_consumer, refuse=lambda body: inbox.file_as_dead(body, "given up")):
        assert eventually(lambda: DeadLetters(store).all() != [], seconds=60)
    (letter,) = DeadLetters(store).all()
    assert (letter.envelope, letter.error) == ("poison", "given up")
    assert len(deliveries) == DELIVERY_LIMIT + 1
    assert broker.waiting("contacts.dead") == 0


@pytest.mark.slow
def test_an_account_that_may_configure_nothing_works_on_what_exists_and_may_not_speak_for_others(
    rabbit: RabbitServer, vhost: str
) -> None:
    connect_broker(vhost).declare(listeners())
    name = urlsplit(vhost).path[1:]
    account = f"contacts-{name}"
    rabbit.rabbitmqctl("add_user", account, "secret")
    rights = ("^$", r"^(contacts|contacts\..*|unrouted)$", r"^(relations|contacts\..*|unrouted)$")
    rabbit.rabbitmqctl("set_permissions", "-p", name, account, *rights)
    broker, received = connect_broker(vhost.replace("guest:guest", f"{account}:secret")), []
    publish(connect_broker(vhost), message("told"))
    with consuming(broker, received.extend):
        assert eventually(lambda: received == [b"told"])
    publish(broker, message("mine", MomentCreated))
    with pytest.raises(BrokerAway):
        publish(broker, message("forged"))


@pytest.mark.slow
def test_a_publisher_whose_connection_is_cut_says_so_and_a_new_one_works(rabbit: RabbitServer, vhost: str) -> None:
    broker = connect_broker(vhost)
    broker.declare(listeners())
    publisher = broker.publisher("relations")
    publisher.publish([message("before")])
    rabbit.rabbitmqctl("close_all_connections", "-p", urlsplit(vhost).path[1:], "test")
    with pytest.raises(BrokerAway):
        publisher.publish([message("after")])
    publisher.close()
    publish(broker, message("after"))
    assert eventually(lambda: broker.waiting("contacts.events") == 2)


def test_a_bus_that_does_not_answer_is_reported_as_away() -> None:
    with pytest.raises(BrokerAway):
        connect_broker("amqp://guest:guest@127.0.0.1:9//").check()


def test_a_refused_message_is_filed_beside_the_other_dead_letters(store: Database) -> None:
    Inbox(store, listeners()).file_as_dead(b"\xff\x00poison", "given up")
    (letter,) = DeadLetters(store).all()
    assert letter.envelope == "�poison"
    with store.reading() as connection:
        assert connection.scalar(text("SELECT status FROM inbox")) == "dead"
