"""The relay: publishes the outbox in order, and marks a row sent only after the bus confirmed it.

One relay per service works at a time, held apart by an advisory lock, so that order holds; another one waits to take
over. It sleeps on PostgreSQL's NOTIFY, so an event leaves within milliseconds of its commit.
"""

import zlib
from threading import Event
from typing import Any

import psycopg
import structlog
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import InterfaceError, OperationalError

from shared.broker import Broker, BrokerAway, Message, Publisher
from shared.db import Database
from shared.plumbing import inbox, outbox

BATCH = 1000
"""Rows published between two marks."""

KEEP_SENT = "14 days"
"""How long sent events and handled receipts are kept."""

PATIENCE = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds to wait after each failure in a row; the last one repeats."""

UNSENT = text(
    """
    SELECT position, exchange, routing_key, envelope FROM outbox WHERE sent_at IS NULL ORDER BY position LIMIT :most
    """
)

MARK_SENT = text("UPDATE outbox SET sent_at = clock_timestamp() WHERE position = ANY (:positions)")

GATHERING = 0.01
"""Seconds in which what happens is sent together: under load that halves the work, and nobody feels it."""

log = structlog.get_logger("relay")


class Relay:
    """Carries one service's outbox to the bus."""

    def __init__(self, service: str, database: Database, broker: Broker) -> None:
        self._service = service
        self._database = database
        self._broker = broker
        self._lock_key = zlib.crc32(f"relay:{service}".encode())

    def run(self, stop: Event) -> None:
        """Relay until told to stop, through every loss of database or bus."""
        failures = 0
        while not stop.is_set():
            try:
                self._hold_the_lock_and_relay(stop)
                failures = 0
            except (BrokerAway, OperationalError, InterfaceError, psycopg.Error) as error:
                log.warning("relay interrupted", reason=type(error).__name__)
                stop.wait(PATIENCE[min(failures, len(PATIENCE) - 1)])
                failures += 1

    def _hold_the_lock_and_relay(self, stop: Event) -> None:
        with self._database.autocommit_engine.connect() as connection:
            if not connection.scalar(select(func.pg_try_advisory_lock(self._lock_key))):
                stop.wait(1.0)
                return
            try:
                connection.execute(text("LISTEN outbox"))
                driver: Any = connection.connection.driver_connection
                publisher = self._broker.publisher(self._service)
                try:
                    while not stop.is_set():
                        if self.relay_batch(publisher) < BATCH:
                            publisher.idle()
                            if _noticed(driver):
                                stop.wait(GATHERING)
                finally:
                    publisher.close()
            finally:
                connection.invalidate()

    def relay_batch(self, publisher: Publisher) -> int:
        """Publish one batch and mark it sent; return its size."""
        with self._database.reading() as connection:
            rows = connection.execute(UNSENT, {"most": BATCH}).all()
            if rows:
                publisher.publish([Message(row.exchange, row.routing_key, row.envelope) for row in rows])
                connection.execute(MARK_SENT, {"positions": [row.position for row in rows]})
        return len(rows)


def _noticed(driver: Any) -> bool:
    """Wait for a notice, a second at most; tell whether one came."""
    return any(True for _ in driver.notifies(timeout=1.0, stop_after=1))


def prune(database: Database) -> None:
    """Forget sent events and handled receipts older than ``KEEP_SENT``."""
    limit = text(f"now() - interval '{KEEP_SENT}'")
    with database.transaction() as session:
        session.execute(delete(outbox).where(outbox.c.sent_at < limit))
        session.execute(delete(inbox).where(inbox.c.status == "handled", inbox.c.handled_at < limit))
