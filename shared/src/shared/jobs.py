"""Work on a schedule, claimed by row, so that any number of workers may run the same list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Event

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from shared.clock import Clock, utc_now
from shared.db import Database
from shared.plumbing import scheduled_job

log = structlog.get_logger("jobs")


OFTEN = timedelta(seconds=10)
"""A job that runs more often looks for claimable rows itself: to claim its turn would cost more than the look."""

LONGEST_NAP = 60.0
"""Seconds between two looks whether a seldom job is due."""


@dataclass(frozen=True)
class Job:
    """Something to do again and again; it must be harmless when two workers do it at once."""

    name: str
    every: timedelta
    run: Callable[[], None]


class Scheduler:
    """Runs one job whenever it is due and, unless it runs often, nobody else has claimed this turn."""

    def __init__(self, database: Database, job: Job, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._job = job
        self._clock = clock

    def run(self, stop: Event) -> None:
        """Run the job on its schedule until told to stop; a failing turn is logged and the next one comes."""
        often = self._job.every < OFTEN
        pause = self._job.every.total_seconds() if often else min(self._job.every.total_seconds() / 4, LONGEST_NAP)
        while not stop.is_set():
            try:
                if often or self.claim():
                    self._job.run()
            except Exception as error:
                log.warning("job failed", job=self._job.name, reason=type(error).__name__, exc_info=False)
            stop.wait(pause)

    def claim(self) -> bool:
        """Take this turn if the job is due and no other worker has it; a look that finds nothing due writes nothing."""
        now = self._clock()
        turn = {"next_run_at": now + self._job.every}
        job = scheduled_job.c.name == self._job.name
        take = update(scheduled_job).where(job, scheduled_job.c.next_run_at <= now).values(turn)
        first = insert(scheduled_job).values(name=self._job.name, **turn).on_conflict_do_nothing()
        with self._database.transaction() as session:
            if session.scalar(take.returning(scheduled_job.c.name)):
                return True
            known = session.scalar(select(scheduled_job.c.name).where(job))
            return known is None and session.scalar(first.returning(scheduled_job.c.name)) is not None
