"""State and event commit together, and the event reaches the bus: in order, and marked only once confirmed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select, text, update

from contracts import Envelope
from contracts.relations import RelationDeleted
from shared.broker import BrokerAway, Message, Publisher
from shared.broker.folder import FolderBroker
from shared.clock import utc_now
from shared.context import Acting, acting_as, new_traceparent
from shared.db import Database
from shared.ids import new_id
from shared.inbox import Inbox
from shared.outbox import record
from shared.plumbing import inbox, outbox
from shared.relay import Relay, prune
from shared.subscriptions import Subscriptions


class Died(BaseException):
    """The process ends here, as far as the code under test can tell."""


class Bus:
    """A bus in a list: it can be away, or lose the relay right after it confirmed."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.relays: list[str] = []
        self.away = False
        self.dies_after_confirming = False

    def publish(self, messages: Sequence[Message]) -> None:
        if self.away:
            raise BrokerAway("away")
        self.bodies += [message.body for message in messages]
        if self.dies_after_confirming:
            raise Died

    def idle(self) -> None:
        if self.away:
            raise BrokerAway("away")

    def close(self) -> None:
        """Nothing to close."""

    def check(self) -> None:
        """Always there."""

    def declare(self, subscriptions: Subscriptions) -> None:
        """Nothing to declare."""

    def consume(self, subscriptions: Subscriptions, receive: Any, refuse: Any, stop: Event) -> None:
        """Nobody listens here."""

    def waiting(self, queue: str) -> int:
        return len(self.bodies)

    def publisher(self, service: str) -> Publisher:
        self.relays.append(service)
        return self

    def told(self) -> list[UUID]:
        return [Envelope.from_json(body).data.relation_id for body in self.bodies]


def tell(store: Database, number: int = 1) -> list[UUID]:
    """Commit one event after the other."""
    ids = [new_id() for _ in range(number)]
    for id_ in ids:
        with store.transaction() as session:
            record(session, RelationDeleted(id_))
    return ids


def tell_and_fail(store: Database) -> None:
    with store.transaction() as session:
        record(session, RelationDeleted(new_id()))
        raise RuntimeError


def unsent(store: Database) -> int:
    with store.reading() as connection:
        return len(connection.execute(select(outbox.c.position).where(outbox.c.sent_at.is_(None))).all())


def eventually(true: Callable[[], bool], *, seconds: float = 20) -> bool:
    deadline = monotonic() + seconds
    while not true():
        if monotonic() > deadline:
            return False
        sleep(0.01)
    return True


@contextmanager
def running(*relays: Relay) -> Iterator[list[tuple[Event, Thread]]]:
    started = []
    for relay in relays:
        stop = Event()
        thread = Thread(target=relay.run, args=(stop,), daemon=True)
        thread.start()
        started.append((stop, thread))
    yield started
    for stop, _ in started:
        stop.set()
    for _, thread in started:
        thread.join(10)


def test_an_event_whose_transaction_fails_was_never_recorded(store: Database) -> None:
    with pytest.raises(RuntimeError):
        tell_and_fail(store)
    assert unsent(store) == 0


def test_a_recorded_event_carries_who_acted_and_in_which_trace(store: Database) -> None:
    who = Acting(str(new_id()), "r1", new_traceparent())
    with acting_as(who), store.transaction() as session:
        record(session, RelationDeleted(new_id()))
    with store.reading() as connection:
        row = connection.execute(select(outbox)).one()
    envelope = Envelope.from_json(row.envelope)
    assert (envelope.actor, envelope.traceparent, envelope.id) == (who.actor, who.traceparent, row.event_id)
    assert (row.exchange, row.routing_key) == ("relations", "relations.relation.deleted.v1")


def test_events_leave_in_the_order_they_were_committed_and_only_once(store: Database) -> None:
    ids, bus = tell(store, 20), Bus()
    relay = Relay("probe", store, bus)
    assert relay.relay_batch(bus) == 20
    assert relay.relay_batch(bus) == 0
    assert bus.told() == ids


def test_nothing_is_marked_sent_that_the_bus_did_not_confirm(store: Database) -> None:
    ids, bus = tell(store, 3), Bus()
    bus.away = True
    with pytest.raises(BrokerAway):
        Relay("probe", store, bus).relay_batch(bus)
    assert unsent(store) == 3
    bus.away = False
    Relay("probe", store, bus).relay_batch(bus)
    assert (bus.told(), unsent(store)) == (ids, 0)


def test_a_relay_that_dies_between_confirm_and_mark_sends_again_and_the_inbox_drops_it(
    store: Database, tmp_path: Path
) -> None:
    tell(store, 2)
    bus = Bus()
    bus.dies_after_confirming = True
    with pytest.raises(Died):
        Relay("probe", store, bus).relay_batch(bus)
    assert unsent(store) == 2
    bus.dies_after_confirming = False
    Relay("probe", store, bus).relay_batch(bus)
    assert (len(bus.bodies), len(set(bus.bodies))) == (4, 2)

    subscriptions = Subscriptions("probe")
    handled: list[UUID] = []
    subscriptions.on(RelationDeleted)(lambda session, event: handled.append(event.relation_id))
    for body in bus.bodies:
        Inbox(store, subscriptions).receive(body)
    assert len(handled) == 2


def test_a_commit_wakes_whoever_listens_and_a_rollback_does_not(store: Database) -> None:
    with psycopg.connect(store.url.replace("+psycopg", ""), autocommit=True) as listener:
        listener.execute("LISTEN outbox")
        with pytest.raises(RuntimeError):
            tell_and_fail(store)
        assert list(listener.notifies(timeout=0.1, stop_after=1)) == []
        tell(store)
        assert len(list(listener.notifies(timeout=30, stop_after=1))) == 1


@pytest.mark.slow
def test_a_relay_sends_at_once_what_is_committed_while_it_sleeps(store: Database) -> None:
    bus = Bus()
    with running(Relay("probe", store, bus)):
        assert eventually(lambda: bus.relays == ["probe"])
        started = monotonic()
        for number in range(1, 21):
            tell(store)
            assert eventually(lambda wanted=number: len(bus.bodies) == wanted and unsent(store) == 0)
        assert monotonic() - started < 10, "twenty looks a second apart would have taken longer"


@pytest.mark.slow
def test_of_two_relays_one_works_and_the_other_takes_over_when_it_ends(store: Database) -> None:
    buses = [Bus(), Bus()]
    with running(*(Relay("probe", store, bus) for bus in buses)) as relays:
        assert eventually(lambda: any(bus.relays for bus in buses))
        first = 0 if buses[0].relays else 1
        ids = tell(store, 5)
        assert eventually(lambda: unsent(store) == 0)
        assert buses[first].told() == ids
        assert buses[1 - first].relays == []
        stop, thread = relays[first]
        stop.set()
        thread.join(10)
        more = tell(store, 5)
        assert eventually(lambda: unsent(store) == 0)
        assert (buses[first].told(), buses[1 - first].told()) == (ids, more)


@pytest.mark.slow
def test_a_relay_outlives_the_loss_of_the_bus_and_of_its_database_connection(store: Database) -> None:
    bus = Bus()
    with running(Relay("probe", store, bus)):
        assert eventually(lambda: bus.relays != [])
        bus.away = True
        ids = tell(store, 3)
        assert eventually(lambda: len(bus.relays) > 1)
        assert unsent(store) == 3
        bus.away = False
        assert eventually(lambda: unsent(store) == 0)
        with store.transaction() as session:
            session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"
                )
            )
        ids += tell(store, 3)
        assert eventually(lambda: unsent(store) == 0)
    assert bus.told() == ids


@pytest.mark.slow
def test_from_outbox_to_inbox_over_folders_every_event_is_handled_once_and_in_order(
    store: Database, tmp_path: Path
) -> None:
    broker, subscriptions, handled, stop = FolderBroker(str(tmp_path)), Subscriptions("probe"), [], Event()
    subscriptions.on(RelationDeleted)(lambda session, event: handled.append(event.relation_id))
    broker.declare(subscriptions)
    inbox = Inbox(store, subscriptions)
    consumer = Thread(target=broker.consume, args=(subscriptions, inbox.receive_all, inbox.receive, stop), daemon=True)
    consumer.start()
    with running(Relay("relations", store, broker)):
        ids = tell(store, 30)
        assert eventually(lambda: len(handled) == 30)
    stop.set()
    consumer.join(10)
    assert handled == ids


def test_old_sent_events_and_receipts_are_forgotten_and_nothing_else(store: Database) -> None:
    tell(store, 3)
    long_ago = utc_now() - timedelta(days=15)
    with store.transaction() as session:
        session.execute(update(outbox).where(outbox.c.position == 1).values(sent_at=long_ago))
        session.execute(update(outbox).where(outbox.c.position == 2).values(sent_at=utc_now()))
        session.execute(update(outbox).where(outbox.c.position == 3).values(recorded_at=long_ago))
        for status in ("handled", "dead"):
            row = {"event_id": new_id(), "type": "x", "status": status, "handled_at": long_ago}
            session.execute(inbox.insert().values(row))
    prune(store)
    with store.reading() as connection:
        assert list(connection.scalars(select(outbox.c.position).order_by(outbox.c.position))) == [2, 3]
        assert list(connection.scalars(select(inbox.c.status))) == ["dead"]
