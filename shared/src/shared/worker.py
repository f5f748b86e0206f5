"""The worker process of a service: consumers, ladder, relay and jobs, each in a thread of its own."""

import gc
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread
from time import monotonic

import structlog

from shared.broker import Broker, BrokerAway
from shared.db import Database
from shared.inbox import DatabaseAway, Inbox
from shared.jobs import Job, Scheduler
from shared.relay import PATIENCE, Relay, prune
from shared.subscriptions import Subscriptions

STEADY = 10.0
"""Seconds of consuming after which an interruption counts as the first one again."""

log = structlog.get_logger("worker")


@dataclass
class Worker:
    """Everything a service does without being asked."""

    database: Database
    broker: Broker
    subscriptions: Subscriptions
    jobs: Sequence[Job] = ()
    consumers: int = 2
    stop: Event = field(default_factory=Event)

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; what is in hand is finished first."""
        gc.freeze()  # what is loaded by now stays: to look through it for garbage, again and again, is wasted work
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signal_number, lambda *_: self.stop.set())
        threads = self.start()
        while not self.stop.wait(0.5):
            dead = [thread.name for thread in threads if not thread.is_alive()]
            if dead:
                log.error("a thread ended unasked", threads=dead)
                self.stop.set()
                raise SystemExit(1)
        for thread in threads:
            thread.join(timeout=10)

    def start(self) -> list[Thread]:
        """Start every thread and return them."""
        inbox = Inbox(self.database, self.subscriptions)
        pruning = Job("prune", timedelta(hours=6), lambda: prune(self.database))
        relay = Relay(self.subscriptions.service, self.database, self.broker)
        runs: dict[str, Callable[[], None]] = {"relay": lambda: relay.run(self.stop)}
        for number in range(self.consumers):
            runs[f"consumer-{number}"] = lambda: self._consume(inbox)
        runs["retry"] = lambda: self._retry(inbox)
        for job in (pruning, *self.jobs):
            runs[f"job-{job.name}"] = _run_of(Scheduler(self.database, job), self.stop)
        threads = [Thread(target=run, name=name, daemon=True) for name, run in runs.items()]
        for thread in threads:
            thread.start()
        return threads

    def _consume(self, inbox: Inbox) -> None:
        failures = 0
        while not self.stop.is_set():
            began = monotonic()
            try:
                # The broker counts every delivery: one that the database cannot take must not even begin.
                inbox.require_database()
                self.broker.declare(self.subscriptions)
                self.broker.consume(self.subscriptions, inbox.receive_all, self._file(inbox), self.stop)
            except (BrokerAway, DatabaseAway) as error:
                log.warning("consumer interrupted", reason=type(error).__name__)
                failures = 0 if monotonic() - began > STEADY else failures
                self.stop.wait(PATIENCE[min(failures, len(PATIENCE) - 1)])
                failures += 1

    def _file(self, inbox: Inbox) -> Callable[[bytes], None]:
        return lambda body: inbox.file_as_dead(body, "the broker gave up: every delivery ended the consumer")

    def _retry(self, inbox: Inbox) -> None:
        while not self.stop.wait(0.5):
            try:
                inbox.retry_due()
            except Exception as error:
                log.warning("ladder interrupted", reason=type(error).__name__)
                self.stop.wait(2.0)


def _run_of(scheduler: Scheduler, stop: Event) -> Callable[[], None]:
    return lambda: scheduler.run(stop)
