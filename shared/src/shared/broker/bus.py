"""What the rest of the house sees of the bus: publish with confirmation, consume with acknowledgement."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Protocol

from shared.subscriptions import Subscriptions


class BrokerAway(Exception):
    """The bus does not answer; trying later may help."""


LARGEST_BATCH = 50
"""Messages handed over at once."""

Receive = Callable[[Sequence[bytes]], None]


@dataclass(frozen=True)
class Message:
    """One event to publish: to which exchange, under which key, and its envelope."""

    exchange: str
    routing_key: str
    body: str


class Publisher(Protocol):
    """Hands messages to the bus."""

    def publish(self, messages: Sequence[Message]) -> None:
        """Publish in order and return once the bus has taken responsibility for all; raises ``BrokerAway``."""

    def idle(self) -> None:
        """Keep the connection alive while there is nothing to publish; raises ``BrokerAway``."""

    def close(self) -> None:
        """Close the connection."""


class Broker(Protocol):
    """A bus that outlives any process of ours."""

    def check(self) -> None:
        """Connect once; raises ``BrokerAway`` when the bus does not answer."""

    def declare(self, subscriptions: Subscriptions) -> None:
        """Make the service's exchange and queue and bind it to what it subscribes to; safe to repeat."""

    def publisher(self, service: str) -> Publisher:
        """Open a publisher for the events a service owns."""

    def consume(
        self,
        subscriptions: Subscriptions,
        receive: Receive,
        refuse: Callable[[bytes], None],
        stop: Event,
    ) -> None:
        """Deliver until ``stop`` is set, in order; messages are acknowledged after ``receive`` returned.

        What waits already may come together, in batches of at most ``LARGEST_BATCH``. ``refuse`` gets the messages the
        bus itself gave up on. Raises ``BrokerAway`` when the connection is lost.
        """

    def waiting(self, queue: str) -> int:
        """Return how many messages wait in a queue."""


def connect_broker(url: str) -> Broker:
    """Return the bus at a URL: ``amqp://…`` is RabbitMQ, ``filesystem:///folder`` the folders of this machine."""
    if url.startswith("filesystem://"):
        from shared.broker.folder import FolderBroker

        return FolderBroker(url.removeprefix("filesystem://"))
    from shared.broker.rabbit import RabbitBroker

    return RabbitBroker(url)
