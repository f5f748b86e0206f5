"""What changes questions and answers; every function is one short step inside the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from enrichment.accounts.models import Account
from enrichment.charges.actions import complete_charge, write_charge
from enrichment.charges.domain import Occasion
from enrichment.charges.models import Charge
from enrichment.charges.queries import queries_this_month
from enrichment.lookups.domain import ANSWERED, Answer, Question, Receipt
from enrichment.lookups.models import Lookup
from enrichment.lookups.problems import MonthlyCapReached
from shared.ids import new_id


def known_answer(
    session: Session, question: Question, *, occasion: Occasion, now: datetime, window: timedelta
) -> Answer | None:
    """Return the answer that is still good, writing down that it was given again for nothing."""
    lookup = _locked(session, question, now=now)
    if lookup.state not in ANSWERED or lookup.answered_at is None or lookup.answered_at + window <= now:
        return None
    charge = write_charge(session, question, occasion=occasion, price_cents=0, outcome="cached", now=now)
    return _answer(lookup.state, lookup.content, fetched_at=lookup.answered_at, charge=charge)


def take_turn(
    session: Session, question: Question, *, occasion: Occasion, account: Account, now: datetime, lease: timedelta
) -> UUID | None:
    """Claim the asking and write the charge down; None while somebody else is asking.

    Whoever has been asking for longer than the lease is taken to be dead; their answer, which may have been paid, is
    lost. Raises ``MonthlyCapReached``.
    """
    lookup = _locked(session, question, now=now)
    if lookup.state == "asking":
        if lookup.asked_at + lease > now:
            return None
        if lookup.charge_id is not None:
            complete_charge(session, lookup.charge_id, outcome="answer_lost", now=now)
    if occasion.automatic:
        _refuse_over_the_cap(session, account, now=now)
    price = account.search_price_cents if question.operation == "search" else account.price_cents
    charge = write_charge(session, question, occasion=occasion, price_cents=price, outcome="asked", now=now)
    lookup.state, lookup.asked_at, lookup.charge_id = "asking", now, charge.id
    return charge.id


def close_question(
    session: Session,
    question: Question,
    *,
    charge_id: UUID,
    outcome: str,
    content: dict[str, Any],
    now: datetime,
) -> Answer | None:
    """Write down how one's turn ended; None when there was no answer.

    The answer is not kept when the question was erased meanwhile, or when the turn had passed to somebody else.
    """
    lookup = session.scalars(_of(question).with_for_update()).one_or_none()
    if lookup is not None and lookup.charge_id == charge_id:
        lookup.state = outcome if outcome in ANSWERED else "unanswered"
        lookup.answered_at, lookup.content = now, content
    charge = complete_charge(session, charge_id, outcome=outcome, now=now)
    if lookup is None:
        charge.register_number = None
    return _answer(outcome, content, fetched_at=now, charge=charge) if outcome in ANSWERED else None


def withdraw_question(session: Session, question: Question, *, charge_id: UUID) -> None:
    """Give one's turn back: the question was never sent out, so the ledger has nothing to say of it."""
    lookup = session.scalars(_of(question).with_for_update()).one_or_none()
    if lookup is not None and lookup.charge_id == charge_id:
        lookup.state, lookup.charge_id = "unanswered", None
    session.execute(delete(Charge).where(Charge.id == charge_id))


def forget_answers_about(session: Session, numbers: Sequence[str]) -> None:
    """Forget every answer about companies with these numbers."""
    session.execute(delete(Lookup).where(Lookup.operation == "company", Lookup.subject.in_(numbers)))


def forget_old_answers(session: Session, *, before: datetime) -> None:
    """Forget the questions asked before a moment, answered or not."""
    session.execute(delete(Lookup).where(Lookup.asked_at < before))


def _of(question: Question) -> Any:
    return select(Lookup).filter_by(**vars(question)).execution_options(populate_existing=True)


def _locked(session: Session, question: Question, *, now: datetime) -> Lookup:
    newcomer = {"id": new_id(), **vars(question), "state": "unanswered", "asked_at": now, "content": {}}
    session.execute(insert(Lookup).values(newcomer).on_conflict_do_nothing())
    lookup: Lookup = session.scalars(_of(question).with_for_update()).one()
    return lookup


def _refuse_over_the_cap(session: Session, account: Account, *, now: datetime) -> None:
    if account.monthly_cap is None:
        return
    # Counting and writing down must not be overtaken by another automatic query.
    session.execute(select(Account.provider).where(Account.provider == account.provider).with_for_update())
    if queries_this_month(session, account.provider, now=now) >= account.monthly_cap:
        raise MonthlyCapReached(MonthlyCapReached.title)


def _answer(outcome: str, content: dict[str, Any], *, fetched_at: datetime, charge: Charge) -> Answer:
    receipt = Receipt(
        id=charge.id, outcome=charge.outcome, price_cents=charge.price_cents, matter_number=charge.matter_number
    )
    return Answer(
        outcome="found" if outcome == "found" else "not_found", content=content, fetched_at=fetched_at, receipt=receipt
    )
