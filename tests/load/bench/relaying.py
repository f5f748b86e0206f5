"""The relay measured: the outbox of a database of its own against publishing the same envelopes from memory."""

import time

from sqlalchemy import insert, select, text

from bench.house import House
from contracts import Envelope
from contracts.relations import RelationChanged
from shared.broker import Message, connect_broker
from shared.clock import utc_now
from shared.context import new_traceparent
from shared.db import Database
from shared.ids import new_id
from shared.plumbing import metadata, outbox
from shared.relay import BATCH, Relay
from shared.subscriptions import Subscriptions

COUNT = 20_000


def measure_relay(house: House) -> tuple[float, float]:
    """Return the relay's rate and the rate of bare publishing, both in confirmed events a second."""
    broker = connect_broker(house.rabbit.create_vhost("bench"))
    broker.declare(Subscriptions("relations"))
    house.postgres.create_database("bench_relay")
    database = Database(house.postgres.url("bench_relay"))
    metadata.create_all(database.engine)
    _fill(database)
    publisher = broker.publisher("relations")
    with database.reading() as connection:
        rows = connection.execute(select(outbox.c.exchange, outbox.c.routing_key, outbox.c.envelope)).all()
    messages = [Message(*row) for row in rows]
    publisher.publish(messages[:BATCH])
    started = time.perf_counter()
    publisher.publish(messages)
    raw = COUNT / (time.perf_counter() - started)
    relay = Relay("relations", database, broker)
    started = time.perf_counter()
    while relay.relay_batch(publisher):
        pass
    rate = COUNT / (time.perf_counter() - started)
    publisher.close()
    database.close()
    return rate, raw


def _fill(database: Database) -> None:
    rows = []
    for _ in range(COUNT):
        event = RelationChanged(relation_id=new_id(), fields=("memo", "addresses"), identifiers=("kvk",), version=2)
        envelope = Envelope(new_id(), utc_now(), "bench", new_traceparent(), event.contract, event)  # type: ignore[attr-defined]
        rows.append(
            {
                "event_id": envelope.id,
                "exchange": "relations",
                "routing_key": envelope.contract.type,
                "envelope": envelope.to_json(),
            }
        )
    with database.transaction() as session:
        session.execute(insert(outbox), rows)
        session.execute(text("ANALYZE outbox"))
