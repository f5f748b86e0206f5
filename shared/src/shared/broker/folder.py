"""The embedded bus: kombu's filesystem transport, made safe against readers of half-written files and dead processes.

A message is written aside and then renamed into its queue's folder, so nobody reads half of it. A message taken is
kept in a folder named after the taking process until it is acknowledged; when that process is gone, the message goes
back to the queue.
"""

import os
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Empty
from threading import Event
from typing import Any, ClassVar

from kombu import Connection, Exchange, Producer, Queue
from kombu.exceptions import KombuError
from kombu.transport import filesystem
from kombu.transport.virtual.exchange import TopicExchange
from kombu.utils.json import dumps, loads

from contracts import all_events
from contracts.envelope import CONTENT_TYPE
from shared.broker.bus import BrokerAway, Message
from shared.subscriptions import Subscriptions

POLLING_INTERVAL = 0.05
"""Seconds between two looks into a queue's folder."""

_counter_lock = threading.Lock()
_counter = 0


def _next_name() -> str:
    """Return a file name that sorts after every earlier one of this machine."""
    global _counter
    with _counter_lock:
        _counter += 1
        count = _counter
    return f"{time.time_ns():020d}-{count:08d}-{uuid.uuid4().hex}.msg"


class FolderChannel(filesystem.Channel):
    """A filesystem channel in which no message is half read, and none is lost with its reader."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._taken: dict[str, Path] = {}

    def _folder(self, *parts: str) -> Path:
        folder = Path(self.data_folder_in).joinpath(*parts)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _put(self, queue: str, payload: dict[str, Any], **_: Any) -> None:
        name = _next_name()
        aside = self._folder("writing") / name
        aside.write_text(dumps(payload), encoding="utf-8")
        aside.rename(self._folder("queues", queue) / name)

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        waiting = self._folder("queues", queue)
        for name in sorted(os.listdir(waiting)):
            mine = self._folder("taken", str(os.getpid()), queue) / name
            try:
                (waiting / name).rename(mine)
            except FileNotFoundError:
                continue
            payload: dict[str, Any] = loads(mine.read_text(encoding="utf-8"))
            self._taken[payload["properties"]["delivery_tag"]] = mine
            return payload
        raise Empty

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        """Acknowledge: the message may be forgotten now."""
        super().basic_ack(delivery_tag, multiple)
        taken = self._taken.pop(delivery_tag, None)
        if taken is not None:
            taken.unlink(missing_ok=True)

    def _purge(self, queue: str) -> int:
        names = os.listdir(self._folder("queues", queue))
        for name in names:
            (self._folder("queues", queue) / name).unlink(missing_ok=True)
        return len(names)

    def _size(self, queue: str) -> int:
        return len(os.listdir(self._folder("queues", queue)))


class OpenTopicExchange(TopicExchange):
    """A topic exchange that lets an event nobody listens to go, as the embedded bus keeps no unrouted queue."""

    def deliver(self, message: Any, exchange: str, routing_key: str, **options: Any) -> None:
        """Put the message into every queue bound to its key."""
        queues = self.lookup(self.channel.get_table(exchange), exchange, routing_key, None)
        for queue in queues:
            self.channel._put(queue, message, **options)


class FolderTransport(filesystem.Transport):
    """Kombu's filesystem transport over the safe channel."""

    Channel = FolderChannel
    polling_interval = POLLING_INTERVAL
    driver_name = "folder"
    implements: ClassVar[Any] = filesystem.Transport.implements


FolderChannel.exchange_types = {**filesystem.Channel.exchange_types, "topic": OpenTopicExchange}


class FolderBroker:
    """The bus in a folder, for one machine."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    def _connect(self) -> Connection:
        for part in ("queues", "writing", "taken", "control"):
            (self._folder / part).mkdir(parents=True, exist_ok=True)
        return Connection(
            "filesystem://",
            transport=FolderTransport,
            transport_options={
                "data_folder_in": str(self._folder),
                "data_folder_out": str(self._folder),
                "control_folder": str(self._folder / "control"),
                "polling_interval": POLLING_INTERVAL,
            },
        )

    def check(self) -> None:
        """Make the folders."""
        with self._connect():
            return

    def declare(self, subscriptions: Subscriptions) -> None:
        """Bind the service's queue and give back to it what dead processes had taken."""
        with self._connect() as connection:
            channel = connection.default_channel
            for contract in subscriptions.contracts():
                exchange = Exchange(contract.exchange, type="topic", durable=True)
                Queue(subscriptions.queue, exchange, routing_key=contract.type, durable=True)(channel).declare()
        self._give_back(subscriptions.queue)

    def _give_back(self, queue: str) -> None:
        back = self._folder / "queues" / queue
        back.mkdir(parents=True, exist_ok=True)
        for process in (self._folder / "taken").iterdir():
            if (process / queue).is_dir() and not _is_running(int(process.name)):
                for message in sorted((process / queue).iterdir()):
                    message.rename(back / message.name)

    def publisher(self, service: str) -> "FolderPublisher":
        """Open a publisher."""
        return FolderPublisher(self._connect())

    def consume(
        self,
        subscriptions: Subscriptions,
        receive: Callable[[bytes], None],
        refuse: Callable[[bytes], None],
        stop: Event,
    ) -> None:
        """Consume the service's queue until told to stop; this bus never gives up on a message."""
        with self._connect() as connection:

            def deliver(message: Any) -> None:
                body = message.body
                receive(body.encode() if isinstance(body, str) else bytes(body))
                message.ack()

            queue = Queue(subscriptions.queue, no_declare=True)
            with connection.Consumer([queue], on_message=deliver, prefetch_count=1):
                while not stop.is_set():
                    try:
                        connection.drain_events(timeout=1.0)
                    except TimeoutError:
                        continue

    def waiting(self, queue: str) -> int:
        """Return how many messages wait in a queue."""
        folder = self._folder / "queues" / queue
        return len(os.listdir(folder)) if folder.is_dir() else 0


class FolderPublisher:
    """Publishes into folders; a renamed file is the confirmation."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._producer = Producer(connection.default_channel)
        for owner in {contract.exchange for contract in all_events()}:
            Exchange(owner, type="topic", durable=True)(connection.default_channel).declare()

    def publish(self, messages: Sequence[Message]) -> None:
        """Publish the messages in order."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for message in messages:
                    self._producer.publish(
                        message.body,
                        exchange=message.exchange,
                        routing_key=message.routing_key,
                        content_type=CONTENT_TYPE,
                        content_encoding="utf-8",
                    )
        except (OSError, KombuError) as error:
            raise BrokerAway(type(error).__name__) from error

    def idle(self) -> None:
        """Nothing to keep alive: there is no connection."""

    def close(self) -> None:
        """Close the channel."""
        self._connection.close()


def _is_running(process_id: int) -> bool:
    if process_id == os.getpid():
        return True
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
