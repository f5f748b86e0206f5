"""The embedded bus: kombu's filesystem transport, made safe against readers of half-written files and dead processes.

A message is written aside and then renamed into its queue's folder, so nobody reads half of it. A message taken is
kept in a folder of its reader until it is acknowledged. A reader that ends puts back what it has not acknowledged;
for one that was killed others do so, as soon as its lock shows that it is gone.
"""

import fcntl
import os
import shutil
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from queue import Empty
from threading import Event
from typing import IO, Any, ClassVar

from kombu import Connection, Exchange, Producer, Queue
from kombu.exceptions import KombuError
from kombu.transport import filesystem
from kombu.transport.virtual import BrokerState
from kombu.transport.virtual.exchange import TopicExchange
from kombu.utils.json import dumps, loads

from contracts import all_events
from contracts.envelope import CONTENT_TYPE
from shared.broker.bus import BrokerAway, Message, Receive
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

    do_restore = False  # done here, without another copy and without losing the order

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._taken: dict[str, Path] = {}
        self._hands: Hands | None = None

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
            mine = self._own_hands().folder(queue) / name
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

    def close(self) -> None:
        """Close, and put back what was not acknowledged."""
        super().close()
        if self._hands is not None:
            self._hands.put_down()
            self._hands = None

    def _own_hands(self) -> "Hands":
        if self._hands is None:
            self._hands = Hands.of_a_new_reader(Path(self.data_folder_in))
        return self._hands

    def _purge(self, queue: str) -> int:
        names = os.listdir(self._folder("queues", queue))
        for name in names:
            (self._folder("queues", queue) / name).unlink(missing_ok=True)
        return len(names)

    def _size(self, queue: str) -> int:
        return len(os.listdir(self._folder("queues", queue)))


class Hands:
    """The folder of what one reader has taken and not yet acknowledged.

    The reader holds a lock on it for as long as it lives; process ids would not do, as a restarted container gives
    out the same ones again.
    """

    def __init__(self, bus: Path, name: str, lock: IO[bytes]) -> None:
        self._bus = bus
        self._lock_file = bus / "taken" / f"{name}.lock"
        self._folder = bus / "taken" / name
        self._lock = lock

    @classmethod
    def of_a_new_reader(cls, bus: Path) -> "Hands":
        """Return empty hands; they are locked before anybody else can see them."""
        name = uuid.uuid4().hex
        aside = bus / "writing" / f"{name}.lock"
        lock = aside.open("wb")
        fcntl.flock(lock, fcntl.LOCK_EX)
        aside.rename(bus / "taken" / aside.name)
        return cls(bus, name, lock)

    @classmethod
    def of_readers_that_are_gone(cls, bus: Path) -> Iterator["Hands"]:
        """Yield the hands whose reader was killed, now locked by us."""
        for lock_file in sorted((bus / "taken").glob("*.lock")):
            try:
                lock = lock_file.open("rb")
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except FileNotFoundError:
                continue
            except BlockingIOError:
                lock.close()
                continue
            yield cls(bus, lock_file.stem, lock)

    def folder(self, queue: str) -> Path:
        """Return where messages taken from a queue are kept."""
        folder = self._folder / queue
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def put_down(self) -> None:
        """Put everything back into its queue, where it was, and forget this reader."""
        for message in self._folder.glob("*/*"):
            message.rename(self._bus / "queues" / message.parent.name / message.name)
        shutil.rmtree(self._folder, ignore_errors=True)
        self._lock_file.unlink(missing_ok=True)
        self._lock.close()


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

    def __init__(self, client: Connection, **options: Any) -> None:
        super().__init__(client, **options)
        self.state = BrokerState()  # kombu's own is one for all folders of a process


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
        """Bind the service's queue, and put back what killed readers had taken."""
        with self._connect() as connection:
            channel = connection.default_channel
            for contract in subscriptions.contracts():
                exchange = Exchange(contract.exchange, type="topic", durable=True)
                Queue(subscriptions.queue, exchange, routing_key=contract.type, durable=True)(channel).declare()
        self._put_down_for_the_dead()

    def _put_down_for_the_dead(self) -> None:
        for hands in Hands.of_readers_that_are_gone(self._folder):
            hands.put_down()

    def publisher(self, service: str) -> "FolderPublisher":
        """Open a publisher."""
        return FolderPublisher(self._connect())

    def consume(
        self,
        subscriptions: Subscriptions,
        receive: Receive,
        refuse: Callable[[bytes], None],
        stop: Event,
    ) -> None:
        """Consume the service's queue until told to stop; this bus never gives up on a message."""
        with self._connect() as connection:

            def deliver(message: Any) -> None:
                body = message.body
                receive([body.encode() if isinstance(body, str) else bytes(body)])
                message.ack()

            queue = Queue(subscriptions.queue, no_declare=True)
            with connection.Consumer([queue], on_message=deliver, prefetch_count=1):
                while not stop.is_set():
                    try:
                        connection.drain_events(timeout=1.0)
                    except TimeoutError:
                        self._put_down_for_the_dead()

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
