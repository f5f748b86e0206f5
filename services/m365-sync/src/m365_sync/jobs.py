"""What this service does on a schedule."""

from collections.abc import Callable
from datetime import timedelta

from m365_sync.erasure.actions import forget_old_marks
from m365_sync.erasure.remover import Remover
from m365_sync.runs.actions import queue_due_runs
from m365_sync.runs.synchroniser import Synchroniser
from m365_sync.sight.checker import Checker
from m365_sync.tables import Tables
from shared.clock import utc_now
from shared.db import Database
from shared.idempotency import forget_old_keys
from shared.jobs import Job
from shared.merging.forgetting import forgetting_merges

RUNS_AT_ONCE = 2
"""Mailboxes one worker synchronises at the same time: it mostly waits for Microsoft."""

SOON = timedelta(seconds=1)


def jobs_of(database: Database, synchroniser: Synchroniser, *, remover: Remover, checker: Checker) -> list[Job]:
    """Return every job; those that take long take theirs by row, so that any number of workers may run them."""
    return [
        *(
            Job(f"synchronise-{number}", SOON, lambda: _until_idle(synchroniser.carry_out_next))
            for number in range(1, RUNS_AT_ONCE + 1)
        ),
        Job("check-copies", SOON, lambda: _until_idle(checker.check_due)),
        Job("remove-copies", SOON, lambda: _until_idle(remover.remove_due)),
        Job("queue-daily-runs", timedelta(seconds=30), lambda: _queue_due_runs(database)),
        Job("tidy", timedelta(hours=6), lambda: _tidy(database)),
        forgetting_merges(database, Tables.metadata),
    ]


def _until_idle(step: Callable[[], bool]) -> None:
    while step():
        pass


def _queue_due_runs(database: Database) -> None:
    with database.transaction() as session:
        queue_due_runs(session, now=utc_now())


def _tidy(database: Database) -> None:
    with database.transaction() as session:
        forget_old_marks(session, now=utc_now())
    forget_old_keys(database)
