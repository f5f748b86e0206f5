"""Asking a register so that nobody pays twice: not a second click, not two users at once, not a second delivery.

No transaction is open while the register is asked; the claim on the question is a row with a lease.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from enrichment.accounts.models import Account
from enrichment.accounts.queries import account_in_use
from enrichment.accounts.registers import Registers
from enrichment.charges.domain import Occasion
from enrichment.lookups import actions
from enrichment.lookups.domain import Answer, Question
from enrichment.lookups.facts import content_of_company, content_of_search
from enrichment.lookups.problems import ProviderUnavailable, as_problem, outcome_of, was_never_sent
from enrichment.providers.port import CompanyRegister, RegisterProblem
from shared.clock import Clock, utc_now
from shared.db import Database

POLL = 0.1
"""Seconds between two looks at a question that somebody else is asking."""


class Enquiries:
    """Answers questions from what is known, or by asking the register."""

    def __init__(
        self,
        database: Database,
        registers: Registers,
        *,
        lease: timedelta,
        window: timedelta,
        clock: Clock = utc_now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._database = database
        self._registers = registers
        self._lease = lease
        self._window = window
        self._clock = clock
        self._sleep = sleep

    def ask(self, question: Question, *, occasion: Occasion) -> Answer:
        """Return the answer to a question, waiting for it when it is being asked already.

        Raises the problems of ``lookups.problems``, ``NoAccount`` and ``LicenceRequired``.
        """
        give_up_at = self._clock() + self._lease
        while True:
            answer = self._try(question, occasion)
            if answer is not None:
                return answer
            if self._clock() >= give_up_at:
                raise ProviderUnavailable(ProviderUnavailable.title, provider=question.provider)
            self._sleep(POLL)

    def _try(self, question: Question, occasion: Occasion) -> Answer | None:
        now = self._clock()
        with self._database.transaction() as session:
            account = account_in_use(session, question.provider)
            known = actions.known_answer(session, question, occasion=occasion, now=now, window=self._window)
            if known is not None:
                return known
            charge_id = actions.take_turn(
                session, question, occasion=occasion, account=account, now=now, lease=self._lease
            )
        return None if charge_id is None else self._put(question, charge_id, account)

    def _put(self, question: Question, charge_id: UUID, account: Account) -> Answer | None:
        try:
            outcome, content = _put(question, self._registers.of(account))
        except RegisterProblem as problem:
            self._close_unanswered(question, charge_id, problem)
            raise as_problem(problem) from problem
        except BaseException:
            self._close(question, charge_id, "answer_lost", {})
            raise
        return self._close(question, charge_id, outcome, content)

    def _close_unanswered(self, question: Question, charge_id: UUID, problem: RegisterProblem) -> None:
        if was_never_sent(problem):
            with self._database.transaction() as session:
                actions.withdraw_question(session, question, charge_id=charge_id)
        else:
            self._close(question, charge_id, outcome_of(problem), {})

    def _close(self, question: Question, charge_id: UUID, outcome: str, content: dict[str, Any]) -> Answer | None:
        with self._database.transaction() as session:
            return actions.close_question(
                session, question, charge_id=charge_id, outcome=outcome, content=content, now=self._clock()
            )


def _put(question: Question, register: CompanyRegister) -> tuple[str, dict[str, Any]]:
    if question.operation == "search":
        return "found", content_of_search(register.search(question.subject))
    facts = register.look_up(question.subject)
    return ("not_found", {}) if facts is None else ("found", content_of_company(facts))
