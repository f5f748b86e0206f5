"""A user asks a register about a relation."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from enrichment.accounts.domain import NUMBER_OF_PROVIDER, is_number_of
from enrichment.adapters.relations import RelationDirectory
from enrichment.alerts.models import AlertRow
from enrichment.alerts.queries import alerts_of
from enrichment.charges.domain import Occasion
from enrichment.lookups.domain import Answer, Question, Receipt
from enrichment.lookups.enquiries import Enquiries
from enrichment.lookups.problems import ProviderUnavailable
from enrichment.profiles import actions
from enrichment.profiles.domain import LookUpRelation, Task
from enrichment.profiles.models import Profile
from enrichment.profiles.queries import is_waiting
from shared.clock import Clock, utc_now
from shared.db import Database
from shared.errors import Conflict, Invalid, Problem, Unknown


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a look-up brought."""

    profile: Profile
    alerts: list[AlertRow]
    receipt: Receipt


@dataclass(frozen=True, kw_only=True)
class RelationLookup:
    """Asks about relations as long as the user waits; should this process die, the worker finishes the work."""

    database: Database
    enquiries: Enquiries
    directory: RelationDirectory
    patience: timedelta
    clock: Clock = utc_now

    def run(self, relation_id: UUID, *, command: LookUpRelation, actor: str) -> Found:
        """Ask the register and keep its answer; raises a ``Problem`` that says what to do."""
        number = self._number_of(relation_id, command.provider)
        question = Question(provider=command.provider, operation="company", subject=number)
        occasion = Occasion(actor=actor, relation_id=relation_id, matter_number=command.charge_to_matter)
        task, waiting = self._expect(relation_id, command.provider, actor)
        try:
            answer = self.enquiries.ask(question, occasion=occasion)
        except Problem as problem:
            with self.database.transaction() as session:
                self._note_failure(session, task, problem, waiting=waiting)
            raise
        return self._keep(task, number, answer)

    def _number_of(self, relation_id: UUID, provider: str) -> str:
        kind = NUMBER_OF_PROVIDER[provider]
        numbers = self.directory.numbers_of([relation_id], kind=kind)
        if relation_id not in numbers:
            raise Unknown("There is no such relation")
        number = numbers[relation_id]
        if not number:
            raise Invalid({f"identifiers.{kind}": ["Give the relation its number first: the register is asked by it"]})
        if not is_number_of(provider, number):
            raise Invalid({f"identifiers.{kind}": ["No register could know a company under this number: correct it"]})
        return number

    def _expect(self, relation_id: UUID, provider: str, actor: str) -> tuple[Task, bool]:
        due_at = self.clock() + self.patience
        with self.database.transaction() as session:
            waiting = is_waiting(session, relation_id, provider=provider)
            task = actions.expect_profile(session, relation_id, provider=provider, actor=actor, due_at=due_at)
        return task, waiting

    def _note_failure(self, session: Session, task: Task, problem: Problem, *, waiting: bool) -> None:
        if waiting and isinstance(problem, ProviderUnavailable):
            actions.postpone(session, task, reason=problem.type, now=self.clock())
        else:
            actions.give_up(session, task, reason=problem.type)

    def _keep(self, task: Task, number: str, answer: Answer) -> Found:
        with self.database.transaction() as session:
            profile = actions.keep_answer(session, task, number=number, answer=answer, now=self.clock())
            if profile is None:
                raise Conflict("The relation was deleted or erased meanwhile")
            return Found(profile=profile, alerts=alerts_of(session, task.relation_id), receipt=answer.receipt)
