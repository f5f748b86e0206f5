"""The log of reads, gathered in the process and written at most a second later, so that a read costs no write."""

import os
from collections import deque
from collections.abc import Callable
from threading import Event, Lock, Thread

import structlog
from sqlalchemy.exc import SQLAlchemyError

from gateway.audit.actions import write_entries
from gateway.audit.domain import Entry
from shared.db import Database

PAUSE = 1.0
"""Seconds between two writings."""

LARGEST_BATCH = 5000

log = structlog.get_logger("audit")


class ReadLog:
    """Gathers entries; its thread starts with the first one, in whichever process that comes.

    The application is built before the server forks its workers, and threads do not survive a fork: each worker
    starts its own. ``close`` writes what is left.
    """

    def __init__(self, database: Callable[[], Database]) -> None:
        self._database = database
        self._waiting: deque[Entry] = deque()
        self._flushing = Lock()
        self._stop = Event()
        self._starting = Lock()
        self._thread: Thread | None = None
        self._process = 0

    def note(self, entry: Entry) -> None:
        """Take an entry; never waits for the database."""
        self._waiting.append(entry)
        if self._process != os.getpid():
            self._start()

    def flush(self) -> None:
        """Write everything gathered so far; what cannot be written now is kept for the next time."""
        with self._flushing:
            # What comes in meanwhile waits for the next turn, or a busy second would be written entry by entry.
            remaining = len(self._waiting)
            while remaining > 0:
                batch = [self._waiting.popleft() for _ in range(min(remaining, LARGEST_BATCH))]
                remaining -= len(batch)
                try:
                    with self._database().transaction() as session:
                        write_entries(session, batch)
                except SQLAlchemyError as error:
                    self._waiting.extendleft(reversed(batch))
                    log.error("reads not logged yet, the database does not answer", reason=type(error).__name__)
                    return

    def close(self) -> None:
        """Stop the thread and write what is left."""
        self._stop.set()
        if self._thread and self._process == os.getpid():
            self._thread.join(timeout=5)
        self._process = 0
        self.flush()

    def _start(self) -> None:
        with self._starting:
            if self._process == os.getpid():
                return
            self._stop = Event()
            self._thread = Thread(target=self._run, args=(self._stop,), name="read-log", daemon=True)
            self._thread.start()
            self._process = os.getpid()

    def _run(self, stop: Event) -> None:
        while not stop.wait(PAUSE):
            self.flush()
