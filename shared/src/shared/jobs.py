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


@dataclass(frozen=True)
class Job:
    """Something to do again and again; it must be harmless when two workers do it at once."""

    name: str
    every: timedelta
    run: Callable[[], None]


class Scheduler:
    """Runs one job whenever it is due and nobody else has claimed this turn."""

    def __init__(self, database: Database, job: Job, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._job = job
        self._clock = clock

    def run(self, stop: Event) -> None:
        """Run the job on its schedule until told to stop; a failing turn is logged and the next one comes."""
        pause = min(self._job.every.total_seconds(), 5.0)
        while not stop.is_set():
            try:
                if self.claim():
                    self._job.run()
            except Exception as error:
                log.warning("job failed", job=self._job.name, reason=type(error).__name__, exc_info=False)
            stop.wait(pause)

    def claim(self) -> bool:
        """Take this turn if the job is due and no other worker has it."""
        now = self._clock()
        with self._database.transaction() as session:
            session.execute(insert(scheduled_job).values(name=self._job.name, next_run_at=now).on_conflict_do_nothing())
            due = session.execute(
                select(scheduled_job.c.name)
                .where(scheduled_job.c.name == self._job.name, scheduled_job.c.next_run_at <= now)
                .with_for_update(skip_locked=True)
            ).first()
            if due is None:
                return False
            session.execute(
                update(scheduled_job)
                .where(scheduled_job.c.name == self._job.name)
                .values(next_run_at=now + self._job.every)
            )
        return True
