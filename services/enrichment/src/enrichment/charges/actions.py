"""What writes the ledger."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from enrichment.charges.domain import PAID, Occasion
from enrichment.charges.models import Charge
from enrichment.lookups.domain import Question
from shared.errors import Conflict, Unknown


class BookedAlready(Conflict):
    """The query is booked on another matter or relation."""

    type, title = "booked-already", "This query is booked on another matter or relation already"


def write_charge(
    session: Session, question: Question, *, occasion: Occasion, price_cents: int, outcome: str, now: datetime
) -> Charge:
    """Write a query down; one that is not sent out is complete at once."""
    charge = Charge(
        **vars(occasion),
        provider=question.provider,
        operation=question.operation,
        register_number=question.subject if question.operation == "company" else None,
        price_cents=price_cents,
        outcome=outcome,
        asked_at=now,
        completed_at=None if outcome == "asked" else now,
    )
    session.add(charge)
    session.flush()
    return charge


def complete_charge(session: Session, charge_id: UUID, *, outcome: str, now: datetime) -> Charge:
    """Write down how a query ended; what the register did not answer costs nothing."""
    charge = session.get_one(Charge, charge_id, with_for_update=True, populate_existing=True)
    charge.outcome, charge.completed_at = outcome, now
    if outcome not in PAID:
        charge.price_cents = 0
    return charge


def book_charge(
    session: Session, charge_id: UUID, *, actor: str, relation_id: UUID | None, matter_number: str | None
) -> Charge:
    """Book a query that was made before its relation existed; who asked it may do so, once.

    Raises ``Unknown`` for another one's query, and ``BookedAlready``.
    """
    charge = session.get(Charge, charge_id, with_for_update=True)
    if charge is None or charge.actor != actor:
        raise Unknown
    for column, value in (("relation_id", relation_id), ("matter_number", matter_number)):
        if value is None:
            continue
        if getattr(charge, column) not in (None, value):
            raise BookedAlready
        setattr(charge, column, value)
    session.flush()
    return charge


def forget_numbers(session: Session, numbers: Sequence[str]) -> None:
    """Blank these numbers also where they were asked for before the relation existed."""
    session.execute(update(Charge).where(Charge.register_number.in_(numbers)).values(register_number=None))
