"""The worker that brings profiles up to date by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread
from uuid import UUID

import structlog

from enrichment.accounts.domain import NUMBER_OF_PROVIDER, is_number_of
from enrichment.accounts.queries import enriches_by_itself
from enrichment.adapters.relations import RelationDirectory
from enrichment.charges.domain import Occasion
from enrichment.lookups.domain import Question
from enrichment.lookups.enquiries import Enquiries
from enrichment.lookups.problems import MalformedNumber, ProviderUnavailable
from enrichment.profiles import actions
from enrichment.profiles.domain import SETTLED, Task
from shared.clock import Clock, utc_now
from shared.context import Acting, acting_as, new_traceparent
from shared.db import Database
from shared.errors import Problem, Unavailable

log = structlog.get_logger("enrichment")

BATCH = 10
"""Profiles a thread takes at once: their numbers cost one call together."""


@dataclass(frozen=True, kw_only=True)
class Enricher:
    """Works off the profiles that are due, several at a time; any number of processes may do so at once."""

    database: Database
    enquiries: Enquiries
    directory: RelationDirectory
    lease: timedelta
    threads: int = 4
    clock: Clock = utc_now
    stop: Event = field(default_factory=Event)

    def run(self) -> None:
        """Work until nothing is due."""
        first = self._claim()
        if not first:
            return
        # The first thread starts with what is claimed; the others are there for what is slow or more than a batch.
        shares: list[list[Task]] = [first, *([] for _ in range(self.threads - 1))]
        workers = [Thread(target=self._drain, args=(share,), daemon=True) for share in shares]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def _drain(self, tasks: list[Task]) -> None:
        try:
            tasks = tasks or self._claim()
            while tasks and not self.stop.is_set():
                self._work_off(tasks)
                tasks = self._claim()
        except Exception as error:
            # What was claimed comes back by itself.
            log.warning("enrichment interrupted", reason=type(error).__name__)

    def _claim(self) -> list[Task]:
        with self.database.transaction() as session:
            return actions.claim_due_profiles(session, now=self.clock(), lease=self.lease, limit=BATCH)

    def _work_off(self, tasks: Sequence[Task]) -> None:
        for provider in sorted({task.provider for task in tasks}):
            of_provider = [task for task in tasks if task.provider == provider]
            try:
                numbers = self.directory.numbers_of(
                    [task.relation_id for task in of_provider], kind=NUMBER_OF_PROVIDER[provider]
                )
            except Unavailable:
                self._postpone_all(of_provider)
                continue
            for task in of_provider:
                if self.clock() >= task.due_at or self.stop.is_set():
                    break
                self._bring_up_to_date(task, numbers)

    def _postpone_all(self, tasks: Sequence[Task]) -> None:
        with self.database.transaction() as session:
            for task in tasks:
                actions.postpone(session, task, reason="relations-unavailable", now=self.clock())

    def _bring_up_to_date(self, task: Task, numbers: dict[UUID, str]) -> None:
        with acting_as(Acting(task.actor, "", new_traceparent())):
            number = numbers.get(task.relation_id, "")
            if self._is_without_question(task, number):
                return
            question = Question(provider=task.provider, operation="company", subject=number)
            occasion = Occasion(actor=task.actor, relation_id=task.relation_id, automatic=True)
            try:
                if not is_number_of(task.provider, number):
                    raise MalformedNumber
                answer = self.enquiries.ask(question, occasion=occasion)
            except Problem as problem:
                self._note_failure(task, problem)
                return
            with self.database.transaction() as session:
                actions.keep_answer(session, task, number=number, answer=answer, now=self.clock())

    def _is_without_question(self, task: Task, number: str) -> bool:
        """Settle a task for which the register need not be asked, and say whether it was one."""
        with self.database.transaction() as session:
            if not number:
                actions.forget_profile(session, task, now=self.clock())
            elif task.number == number and task.status in SETTLED:
                actions.leave_as_it_is(session, task)
            elif task.number and task.number != number and not enriches_by_itself(session, task.provider):
                # Whose facts these were is another company now, and nobody asked about the new one.
                actions.forget_profile(session, task, now=self.clock())
            else:
                return False
        return True

    def _note_failure(self, task: Task, problem: Problem) -> None:
        with self.database.transaction() as session:
            if isinstance(problem, ProviderUnavailable):
                actions.postpone(session, task, reason=problem.type, now=self.clock())
            else:
                actions.give_up(session, task, reason=problem.type)
