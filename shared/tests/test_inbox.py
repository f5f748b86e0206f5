"""The inbox: once is enough, twice does nothing, and what fails climbs the ladder."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, select, text, update
from sqlalchemy.orm import Session

from contracts import Envelope
from contracts.matters import MatterReported
from contracts.relations import RelationDeleted
from shared.context import acting, new_traceparent
from shared.db import Database
from shared.ids import new_id
from shared.inbox import LADDER, CannotEverSucceed, DatabaseAway, DeadLetters, Inbox
from shared.outbox import record
from shared.plumbing import inbox, outbox
from shared.subscriptions import Subscriptions

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WORDS = "Jansens rekening BE68539007547034"


def insert_effect(session: Session, what: str) -> None:
    session.execute(text("INSERT INTO effect (what) VALUES (:what)"), {"what": what})


@dataclass
class Receiver:
    """A service that handles one kind of event, and can be told how."""

    store: Database
    handle: Callable[[Session, RelationDeleted], None] = lambda session, event: insert_effect(
        session, str(event.relation_id)
    )
    now: datetime = START
    inbox: Inbox = field(init=False)

    def __post_init__(self) -> None:
        subscriptions = Subscriptions("probe")
        subscriptions.on(RelationDeleted)(lambda session, event: self.handle(session, event))
        self.inbox = Inbox(self.store, subscriptions, clock=lambda: self.now)
        self.letters = DeadLetters(self.store)

    def receipt(self, event_id: UUID) -> Row[Any] | None:
        with self.store.reading() as connection:
            return connection.execute(select(inbox).where(inbox.c.event_id == event_id)).first()

    def status(self, event_id: UUID) -> str | None:
        row = self.receipt(event_id)
        return row.status if row else None

    def effects(self) -> list[str]:
        with self.store.reading() as connection:
            return list(connection.scalars(text("SELECT what FROM effect ORDER BY id")))

    def fail(self, error: type[Exception] = RuntimeError) -> None:
        def failing(session: Session, event: RelationDeleted) -> None:
            insert_effect(session, "half done")
            raise error(WORDS)

        self.handle = failing

    def succeed(self) -> None:
        self.handle = lambda session, event: insert_effect(session, str(event.relation_id))


@pytest.fixture
def receiver(store: Database) -> Receiver:
    return Receiver(store)


def sent(event: Any = None, *, actor: str = "system") -> Envelope:
    event = event or RelationDeleted(new_id())
    return Envelope(new_id(), START, actor, new_traceparent(), event.contract, event)


def test_the_first_receipt_and_its_effect_are_there_together(receiver: Receiver) -> None:
    envelope = sent()
    receiver.inbox.receive(envelope.to_json())
    row = receiver.receipt(envelope.id)
    assert row is not None
    assert (row.status, row.attempts, row.happened_at, row.envelope) == ("handled", 1, START, None)
    assert receiver.effects() == [str(envelope.data.relation_id)]


def test_a_second_delivery_does_nothing(receiver: Receiver) -> None:
    envelope = sent()
    for _ in range(3):
        receiver.inbox.receive(envelope.to_json().encode())
    assert len(receiver.effects()) == 1


def test_deliveries_that_come_together_take_effect_together_and_in_order(receiver: Receiver) -> None:
    transactions = []

    def note_transaction(session: Session, event: RelationDeleted) -> None:
        transactions.append(session.scalar(text("SELECT txid_current()")))
        insert_effect(session, str(event.relation_id))

    receiver.handle = note_transaction
    envelopes = [sent() for _ in range(5)]
    receiver.inbox.receive(envelopes[0].to_json())
    again = [envelopes[0], *envelopes, envelopes[2]]
    receiver.inbox.receive_all([envelope.to_json().encode() for envelope in again])
    assert receiver.effects() == [str(envelope.data.relation_id) for envelope in envelopes]
    assert len(set(transactions[1:])) == 1
    assert {receiver.receipt(envelope.id).status for envelope in envelopes} == {"handled"}


def test_one_that_fails_among_many_holds_up_none_of_the_others(receiver: Receiver) -> None:
    envelopes = [sent() for _ in range(4)]
    bad = envelopes[1].data.relation_id

    def fail_for_one(session: Session, event: RelationDeleted) -> None:
        insert_effect(session, str(event.relation_id))
        if event.relation_id == bad:
            raise RuntimeError

    receiver.handle = fail_for_one
    receiver.inbox.receive_all([b"no event at all", *(envelope.to_json().encode() for envelope in envelopes)])
    assert receiver.effects() == [str(each.data.relation_id) for each in envelopes if each.data.relation_id != bad]
    assert [receiver.receipt(each.id).status for each in envelopes] == ["handled", "retrying", "handled", "handled"]
    assert [letter.type for letter in receiver.letters.all()] == ["malformed"]


def test_of_two_deliveries_at_once_only_one_takes_effect(receiver: Receiver) -> None:
    entered, proceed = Event(), Event()

    def slow(session: Session, event: RelationDeleted) -> None:
        insert_effect(session, str(event.relation_id))
        entered.set()
        proceed.wait(10)

    receiver.handle = slow
    body = sent().to_json()
    first, second = (Thread(target=receiver.inbox.receive, args=(body,)) for _ in range(2))
    first.start()
    assert entered.wait(10)
    second.start()
    second.join(0.2)
    assert second.is_alive(), "the second must wait to see how the first ends"
    proceed.set()
    for thread in (first, second):
        thread.join(10)
    assert len(receiver.effects()) == 1


def test_when_the_first_of_two_deliveries_at_once_fails_the_second_takes_over(receiver: Receiver) -> None:
    entered, proceed, calls = Event(), Event(), []

    def fails_the_first_time(session: Session, event: RelationDeleted) -> None:
        calls.append(event)
        if len(calls) == 1:
            entered.set()
            proceed.wait(10)
            raise RuntimeError
        insert_effect(session, "done")

    receiver.handle = fails_the_first_time
    envelope = sent()
    threads = [Thread(target=receiver.inbox.receive, args=(envelope.to_json(),)) for _ in range(2)]
    threads[0].start()
    assert entered.wait(10)
    threads[1].start()
    proceed.set()
    for thread in threads:
        thread.join(10)
    receiver.now += LADDER[0]
    receiver.inbox.retry_due()
    assert receiver.effects() == ["done"]
    assert receiver.status(envelope.id) == "handled"


def test_a_handler_acts_as_the_user_of_the_event_in_its_trace(receiver: Receiver) -> None:
    seen = []
    receiver.handle = lambda session, event: seen.append(acting())
    envelope = sent(actor=str(new_id()))
    receiver.inbox.receive(envelope.to_json())
    (who,) = seen
    assert (who.actor, who.traceparent, who.request_id) == (envelope.actor, envelope.traceparent, str(envelope.id))


def test_an_event_nobody_here_handles_leaves_no_receipt(receiver: Receiver) -> None:
    envelope = sent(MatterReported("2026/1", "active", ()))
    receiver.inbox.receive(envelope.to_json())
    assert receiver.receipt(envelope.id) is None


def test_what_a_failing_handler_did_is_undone_with_the_events_it_recorded(receiver: Receiver) -> None:
    def failing(session: Session, event: RelationDeleted) -> None:
        insert_effect(session, "half done")
        record(session, event)
        raise RuntimeError

    receiver.handle = failing
    envelope = sent()
    receiver.inbox.receive(envelope.to_json())
    assert receiver.effects() == []
    with receiver.store.reading() as connection:
        assert connection.scalar(select(outbox.c.event_id)) is None
    assert receiver.status(envelope.id) == "retrying"


def test_a_failing_event_climbs_the_whole_ladder_and_then_is_a_dead_letter(receiver: Receiver) -> None:
    receiver.fail()
    envelope = sent()
    receiver.inbox.receive(envelope.to_json())
    for step, pause in enumerate(LADDER, start=1):
        row = receiver.receipt(envelope.id)
        assert row is not None
        assert (row.status, row.attempts, row.next_attempt_at) == ("retrying", step, receiver.now + pause)
        receiver.now += pause - timedelta(milliseconds=1)
        assert receiver.inbox.retry_due() == 0, "not before its time"
        receiver.now += timedelta(milliseconds=1)
        assert receiver.inbox.retry_due() == 1
    row = receiver.receipt(envelope.id)
    assert row is not None
    assert (row.status, row.attempts, row.next_attempt_at) == ("dead", len(LADDER) + 1, None)
    assert receiver.effects() == []


def test_an_event_that_succeeds_on_the_ladder_takes_effect_once_and_is_not_kept(receiver: Receiver) -> None:
    receiver.fail()
    envelope = sent()
    receiver.inbox.receive(envelope.to_json())
    receiver.inbox.receive(envelope.to_json())
    receiver.succeed()
    receiver.now += LADDER[0]
    threads = [Thread(target=receiver.inbox.retry_due) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    row = receiver.receipt(envelope.id)
    assert row is not None
    assert (row.status, row.envelope, row.error, row.attempts) == ("handled", None, None, 2)
    assert len(receiver.effects()) == 1


def test_an_event_that_can_never_succeed_is_a_dead_letter_at_once(receiver: Receiver) -> None:
    receiver.fail(CannotEverSucceed)
    envelope = sent()
    receiver.inbox.receive(envelope.to_json())
    assert receiver.status(envelope.id) == "dead"


def test_an_error_is_kept_by_kind_and_place_and_never_by_its_words(receiver: Receiver) -> None:
    receiver.fail()
    envelope = sent()
    receiver.inbox.receive(envelope.to_json())
    row = receiver.receipt(envelope.id)
    assert row is not None
    assert row.error.startswith("RuntimeError at failing:")
    assert WORDS not in str(row)


def test_dead_letters_are_listed_and_handled_when_replayed(receiver: Receiver) -> None:
    receiver.fail(CannotEverSucceed)
    envelopes = [sent(), sent()]
    for envelope in envelopes:
        receiver.inbox.receive(envelope.to_json())
    listed = receiver.letters.all()
    assert [letter.event_id for letter in listed] == [envelope.id for envelope in envelopes]
    assert all(Envelope.from_json(letter.envelope) in envelopes for letter in listed)
    receiver.succeed()
    assert receiver.letters.replay([envelopes[0].id]) == 1
    receiver.now = datetime.now(UTC) + timedelta(seconds=1)
    assert receiver.inbox.retry_due() == 1
    assert receiver.effects() == [str(envelopes[0].data.relation_id)]
    assert [letter.event_id for letter in receiver.letters.all()] == [envelopes[1].id]
    assert receiver.letters.replay() == 1


def test_a_discarded_dead_letter_stays_away_even_when_it_is_delivered_again(receiver: Receiver) -> None:
    receiver.fail(CannotEverSucceed)
    envelope = sent()
    receiver.inbox.receive(envelope.to_json())
    assert receiver.letters.discard([new_id()]) == 0
    assert receiver.letters.discard() == 1
    receiver.succeed()
    receiver.inbox.receive(envelope.to_json())
    assert receiver.letters.all() == []
    assert receiver.effects() == []


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"[]", b'{"type":"relations.relation.deleted.v1","data":{}}', b"\0"]
)
def test_a_message_no_contract_knows_is_filed_and_cannot_be_replayed(receiver: Receiver, body: bytes) -> None:
    receiver.inbox.receive(body)
    (letter,) = receiver.letters.all()
    assert letter.type == "malformed"
    assert receiver.letters.replay() == 0
    assert receiver.letters.discard() == 1


def test_only_the_beginning_of_a_huge_malformed_message_is_kept(receiver: Receiver) -> None:
    receiver.inbox.receive(b"x" * 1_000_000)
    (letter,) = receiver.letters.all()
    assert len(letter.envelope) == 65_536


def test_an_event_whose_contract_is_gone_does_not_hold_up_the_ladder(receiver: Receiver) -> None:
    receiver.fail()
    gone, other = sent(), sent()
    for envelope in (gone, other):
        receiver.inbox.receive(envelope.to_json())
    with receiver.store.transaction() as session:
        unknown = gone.to_json().replace("relation.deleted.v1", "relation.deleted.v0")
        session.execute(update(inbox).where(inbox.c.event_id == gone.id).values(envelope=unknown))
    receiver.succeed()
    receiver.now += LADDER[0]
    receiver.inbox.retry_due()
    assert (receiver.status(gone.id), receiver.status(other.id)) == ("dead", "handled")


def test_a_message_stays_with_the_broker_while_the_database_is_away(receiver: Receiver) -> None:
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:9/none")
    away = Inbox(nowhere, receiver.inbox.subscriptions)
    for body in (sent().to_json(), "not an event"):
        with pytest.raises(DatabaseAway):
            away.receive(body)
    nowhere.close()


def test_a_connection_lost_in_the_middle_of_handling_leaves_the_message_for_another_time(receiver: Receiver) -> None:
    def lose_the_connection(session: Session, event: RelationDeleted) -> None:
        insert_effect(session, "half done")
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    receiver.handle = lose_the_connection
    envelope = sent()
    with pytest.raises(DatabaseAway):
        receiver.inbox.receive(envelope.to_json())
    receiver.succeed()
    receiver.inbox.receive(envelope.to_json())
    assert receiver.effects() == [str(envelope.data.relation_id)]
