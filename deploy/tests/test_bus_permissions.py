"""Every account of the bus does its own part, and RabbitMQ itself refuses the rest."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event, Thread

import pytest
from pika import BasicProperties, BlockingConnection, URLParameters
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker, ProbableAuthenticationError

from contacts.subscriptions import subscriptions as contacts_subscriptions
from contracts import all_events
from deployment.bus import SERVICES, definitions_text, subscriptions_of_all
from relations.subscriptions import subscriptions as relations_subscriptions
from shared.broker import BrokerAway, Message
from shared.broker.rabbit import UNROUTED, RabbitBroker
from shared.testing.servers import RabbitServer

RABBITMQ = Path(__file__).parents[1] / "rabbitmq"

AccountUrl = Callable[[str], str]


def test_the_definitions_in_the_repository_are_those_of_the_contracts_and_subscriptions() -> None:
    assert (RABBITMQ / "definitions.json").read_text() == definitions_text(), (
        "run: .venv/bin/python -m deployment definitions > deploy/rabbitmq/definitions.json"
    )


def test_no_password_is_kept_in_the_repository() -> None:
    users = json.loads(definitions_text())["users"]
    assert {user["name"] for user in users} >= set(SERVICES)
    assert {user["password_hash"] for user in users} == {""}


class DeployedNode(RabbitServer):
    """A private node with the configuration of the deployment."""

    def __init__(self, definitions: Path) -> None:
        super().__init__()
        self._definitions = definitions

    def _configure(self) -> None:
        super()._configure()
        deployed = (
            (RABBITMQ / "rabbitmq.conf")
            .read_text()
            .replace("/etc/rabbitmq/definitions/definitions.json", str(self._definitions))
        )
        kept = [line for line in deployed.splitlines() if not line.startswith(("listeners.", "log."))]
        with (self._folder.path / "rabbitmq.conf").open("a") as configuration:
            configuration.write("\n".join(kept) + "\n")


@pytest.fixture(scope="module")
def account_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AccountUrl]:
    """Start a node as it is deployed, with passwords for three of the accounts."""
    folder = tmp_path_factory.mktemp("definitions")
    passwords = folder / "passwords"
    passwords.mkdir()
    for name in ("relations", "contacts", "matters"):
        (passwords / name).write_text(f"secret-of-{name}\n")
    ready = folder / "definitions.json"
    arguments = [str(RABBITMQ / "definitions.json"), str(passwords), str(ready)]
    subprocess.run([sys.executable, str(RABBITMQ / "with_passwords.py"), *arguments], check=True)
    with DeployedNode(ready) as server:
        yield lambda name: f"amqp://{name}:secret-of-{name}@127.0.0.1:{server.port}/%2F"


@pytest.fixture
def channel_of(account_url: AccountUrl) -> Iterator[Callable[[str], BlockingChannel]]:
    """Return a function that opens a confirming channel as an account."""
    connections: list[BlockingConnection] = []

    def open_channel(name: str) -> BlockingChannel:
        connections.append(BlockingConnection(URLParameters(account_url(name))))
        channel = connections[-1].channel()
        channel.confirm_delivery()
        return channel

    yield open_channel
    for connection in connections:
        if connection.is_open:
            connection.close()


def _publish(channel: BlockingChannel, exchange: str, key: str) -> None:
    channel.basic_publish(exchange, key, b"{}", BasicProperties(delivery_mode=2))


@pytest.mark.slow
def test_a_service_publishes_to_its_own_exchange(channel_of: Callable[[str], BlockingChannel]) -> None:
    _publish(channel_of("relations"), "relations", "relations.relation.registered.v1")
    _publish(channel_of("matters"), "matters", "matters.matter.reported.v1")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("account", "exchange", "key"),
    [
        ("relations", "contacts", "contacts.moment.created.v1"),
        ("relations", "relations", "gdpr.erasure.requested.v1"),
        ("relations", "", "contacts.events"),
        ("contacts", "gdpr", "gdpr.erasure.requested.v1"),
        ("matters", "relations", "relations.relation.registered.v1"),
        ("contacts", UNROUTED, ""),
    ],
)
def test_a_service_cannot_speak_for_another(
    channel_of: Callable[[str], BlockingChannel], account: str, exchange: str, key: str
) -> None:
    with pytest.raises(ChannelClosedByBroker) as refused:
        _publish(channel_of(account), exchange, key)
    assert refused.value.reply_code == 403


@pytest.mark.slow
@pytest.mark.parametrize("queue", ["contacts.events", "contacts.dead"])
def test_a_service_reads_its_own_queues(channel_of: Callable[[str], BlockingChannel], queue: str) -> None:
    assert channel_of("contacts").basic_consume(queue, lambda *_: None)


@pytest.mark.slow
@pytest.mark.parametrize("queue", ["relations.events", "relations.dead", UNROUTED])
def test_a_service_cannot_read_the_queues_of_another(channel_of: Callable[[str], BlockingChannel], queue: str) -> None:
    with pytest.raises(ChannelClosedByBroker) as refused:
        channel_of("contacts").basic_consume(queue, lambda *_: None)
    assert refused.value.reply_code == 403


@pytest.mark.slow
def test_a_service_cannot_subscribe_to_what_it_does_not_handle(
    channel_of: Callable[[str], BlockingChannel],
) -> None:
    handled = {contract.type for contract in contacts_subscriptions.contracts()}
    other = next(event for event in all_events() if event.exchange == "relations" and event.type not in handled)
    channel_of("contacts").queue_bind("contacts.events", "relations", "relations.relation.deleted.v1")
    with pytest.raises(ChannelClosedByBroker) as refused:
        channel_of("contacts").queue_bind("contacts.events", "relations", other.type)
    assert refused.value.reply_code == 403


@pytest.mark.slow
def test_a_service_makes_and_deletes_nothing(channel_of: Callable[[str], BlockingChannel]) -> None:
    for act in (
        lambda channel: channel.queue_declare("mine", durable=True),
        lambda channel: channel.exchange_declare("mine", "topic"),
        lambda channel: channel.queue_delete("contacts.events"),
    ):
        with pytest.raises(ChannelClosedByBroker) as refused:
            act(channel_of("contacts"))
        assert refused.value.reply_code == 403


@pytest.mark.slow
def test_an_account_without_a_password_is_open_to_nobody(account_url: AccountUrl) -> None:
    for password in ("", "secret-of-gdpr"):
        url = account_url("gdpr").replace("secret-of-gdpr", password)
        with pytest.raises(ProbableAuthenticationError):
            BlockingConnection(URLParameters(url))


@pytest.mark.slow
def test_every_service_finds_all_it_declares(account_url: AccountUrl) -> None:
    by_name = {subscriptions.service: subscriptions for subscriptions in subscriptions_of_all()}
    for name in ("relations", "contacts"):
        RabbitBroker(account_url(name)).declare(by_name[name])


@pytest.mark.slow
def test_an_event_travels_between_two_restricted_accounts(account_url: AccountUrl) -> None:
    relations, contacts = RabbitBroker(account_url("relations")), RabbitBroker(account_url("contacts"))
    relations.declare(relations_subscriptions)
    contacts.declare(contacts_subscriptions)
    received: list[bytes] = []
    arrived, stop = Event(), Event()

    def receive(bodies: Sequence[bytes]) -> None:
        received.extend(bodies)
        arrived.set()

    def refuse(_: bytes) -> None:
        raise AssertionError("the broker gave up on a message")

    consumer = Thread(target=contacts.consume, args=(contacts_subscriptions, receive, refuse, stop))
    consumer.start()
    try:
        publisher = relations.publisher("relations")
        publisher.publish([Message("relations", "relations.relation.deleted.v1", '{"sent": "by relations"}')])
        assert arrived.wait(20)
        assert received == [b'{"sent": "by relations"}']
        with pytest.raises(BrokerAway):
            publisher.publish([Message("contacts", "contacts.moment.created.v1", "{}")])
        publisher.close()
    finally:
        stop.set()
        consumer.join(20)
