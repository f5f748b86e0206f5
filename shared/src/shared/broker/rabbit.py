"""RabbitMQ: a topic exchange per owner, a quorum queue per consumer, pipelined publisher confirms."""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event
from typing import Any

from amqp.exceptions import AMQPError, NotFound
from kombu import Connection
from kombu.exceptions import KombuError, OperationalError

from contracts.envelope import CONTENT_TYPE
from shared.broker.bus import LARGEST_BATCH, BrokerAway, Message, Receive
from shared.subscriptions import Subscriptions

UNROUTED = "unrouted"
"""Alternate exchange and queue of events that nobody listens to: kept for a look, never an error."""

DELIVERY_LIMIT = 20
"""Deliveries after which a message that keeps killing its consumer goes to ``<service>.dead``."""

QUORUM = {"x-queue-type": "quorum"}

UNROUTED_QUEUE = {**QUORUM, "x-max-length": 10_000, "x-overflow": "drop-head"}

OWNER_EXCHANGE = {"alternate-exchange": UNROUTED}

CONFIRM_TIMEOUT = 30.0
"""Seconds to wait for the broker to confirm a batch."""

WINDOW = 1000
"""Messages on their way without a confirm, at most."""

LOST = (OSError, socket.timeout, AMQPError, KombuError, OperationalError, EOFError)


def dead_queue(service: str) -> str:
    """Return the name of the queue of messages that RabbitMQ itself gave up on."""
    return f"{service}.dead"


def queue_arguments(service: str) -> dict[str, Any]:
    """Return what a service's queue of events is declared with."""
    return {
        **QUORUM,
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": dead_queue(service),
    }


@contextmanager
def _as_broker_away() -> Iterator[None]:
    try:
        yield
    except LOST as error:
        raise BrokerAway(type(error).__name__) from error


class RabbitBroker:
    """The bus on RabbitMQ."""

    def __init__(self, url: str) -> None:
        self._url = url

    def _connect(self) -> Connection:
        connection = Connection(self._url, heartbeat=30, connect_timeout=5)
        connection.connect()
        return connection

    def check(self) -> None:
        """Connect once."""
        with _as_broker_away(), self._connect():
            return

    def declare(self, subscriptions: Subscriptions) -> None:
        """Make exchanges, queues and bindings; what exists already only needs to be seen."""
        with _as_broker_away(), self._connect() as connection:
            declarations = _Declarations(connection)
            # An account that may only do one service's part finds this made and may not touch it.
            if declarations.lacks_exchange(UNROUTED):
                declarations.queue(UNROUTED, UNROUTED_QUEUE)
                declarations.exchange(UNROUTED, type_="fanout", arguments={})
                declarations.bind(UNROUTED, UNROUTED, "")
            owners = {subscriptions.service, *(contract.exchange for contract in subscriptions.contracts())}
            for owner in sorted(owners):
                declarations.exchange(owner, type_="topic", arguments=OWNER_EXCHANGE)
            declarations.queue(dead_queue(subscriptions.service), QUORUM)
            declarations.queue(subscriptions.queue, queue_arguments(subscriptions.service))
            for contract in subscriptions.contracts():
                declarations.bind(subscriptions.queue, contract.exchange, contract.type)

    def publisher(self, service: str) -> "RabbitPublisher":
        """Open a confirming publisher."""
        with _as_broker_away():
            return RabbitPublisher(self._connect())

    def consume(
        self,
        subscriptions: Subscriptions,
        receive: Receive,
        refuse: Callable[[bytes], None],
        stop: Event,
    ) -> None:
        """Consume the service's queue and its dead queue until told to stop."""
        with _as_broker_away(), self._connect() as connection:
            channel = connection.default_channel
            channel.basic_qos(0, LARGEST_BATCH, False)
            taken: list[Any] = []

            def refuse_one(message: Any) -> None:
                refuse(_body_of(message))
                channel.basic_ack(message.delivery_tag)

            channel.basic_consume(subscriptions.queue, callback=taken.append)
            channel.basic_consume(dead_queue(subscriptions.service), callback=refuse_one)
            while not stop.is_set():
                connection.heartbeat_check()
                _take_what_waits(connection, taken)
                for batch in _batches(taken):
                    receive([_body_of(message) for message in batch])
                    for message in batch:
                        channel.basic_ack(message.delivery_tag)
                taken.clear()

    def waiting(self, queue: str) -> int:
        """Return how many messages wait in a queue."""
        with _as_broker_away(), self._connect() as connection:
            return int(connection.default_channel.queue_declare(queue, passive=True).message_count)


def _take_what_waits(connection: Connection, taken: list[Any]) -> None:
    """Wait up to a second for a message, and take along what came with it."""
    pause = 1.0
    while len(taken) < LARGEST_BATCH:
        try:
            connection.drain_events(timeout=pause)
        except TimeoutError:
            return
        pause = 0.0 if taken else pause


def _batches(messages: Sequence[Any]) -> list[list[Any]]:
    """Return messages in batches; one that came before, and may have ended its consumer then, stands alone."""
    batches: list[list[Any]] = []
    for message in messages:
        if batches and not message.delivery_info["redelivered"] and not batches[-1][0].delivery_info["redelivered"]:
            batches[-1].append(message)
        else:
            batches.append([message])
    return batches


def _body_of(message: Any) -> bytes:
    body = message.body
    return body.encode() if isinstance(body, str) else bytes(body)


class RabbitPublisher:
    """Publishes in batches and waits for all confirms together: many times faster than one by one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._channel = connection.channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._on_ack)
        self._channel.events["basic_nack"].add(self._on_nack)
        self._sent = 0
        self._unconfirmed: set[int] = set()
        self._refused = False

    def publish(self, messages: Sequence[Message]) -> None:
        """Publish the messages in order; return when the broker confirmed every one."""
        with _as_broker_away():
            self._refused = False
            for message in messages:
                self._send(message)
                while len(self._unconfirmed) >= WINDOW:
                    self._connection.drain_events(timeout=CONFIRM_TIMEOUT)
            while self._unconfirmed:
                self._connection.drain_events(timeout=CONFIRM_TIMEOUT)
        if self._refused:
            raise BrokerAway("the broker refused a message")

    def _send(self, message: Message) -> None:
        prepared = self._channel.prepare_message(
            message.body, content_type=CONTENT_TYPE, content_encoding="utf-8", properties={"delivery_mode": 2}
        )
        self._sent += 1
        self._unconfirmed.add(self._sent)
        self._channel.basic_publish(prepared, exchange=message.exchange, routing_key=message.routing_key)

    def _on_ack(self, delivery_tag: int, multiple: bool) -> None:
        if multiple:
            self._unconfirmed = {tag for tag in self._unconfirmed if tag > delivery_tag}
        else:
            self._unconfirmed.discard(delivery_tag)

    def _on_nack(self, delivery_tag: int, multiple: bool) -> None:
        self._refused = True
        self._on_ack(delivery_tag, multiple)

    def idle(self) -> None:
        """Answer the broker's heartbeats."""
        with _as_broker_away():
            self._connection.heartbeat_check()
            try:
                self._connection.drain_events(timeout=0.001)
            except TimeoutError:
                return

    def close(self) -> None:
        """Close the connection, whatever state it is in."""
        try:
            self._connection.close()
        except LOST:
            return


class _Declarations:
    """Declares what is missing; an account without the right to configure only needs it to exist."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._channel = connection.channel()

    def lacks_exchange(self, name: str) -> bool:
        return not self._exists(lambda: self._channel.exchange_declare(name, "topic", passive=True))

    def exchange(self, name: str, *, type_: str, arguments: dict[str, Any]) -> None:
        if self.lacks_exchange(name):
            self._channel.exchange_declare(name, type_, durable=True, auto_delete=False, arguments=arguments)

    def queue(self, name: str, arguments: dict[str, Any]) -> None:
        if not self._exists(lambda: self._channel.queue_declare(name, passive=True)):
            self._channel.queue_declare(name, durable=True, auto_delete=False, arguments=arguments)

    def bind(self, queue: str, exchange: str, routing_key: str) -> None:
        self._channel.queue_bind(queue, exchange, routing_key)

    def _exists(self, look: Callable[[], Any]) -> bool:
        try:
            look()
        except NotFound:
            self._channel = self._connection.channel()
            return False
        return True
