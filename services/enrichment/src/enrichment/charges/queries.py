"""What reads the ledger."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session

from enrichment.charges.domain import PAID, LedgerQuery
from enrichment.charges.models import Charge
from shared.errors import Invalid
from shared.paging import decode_cursor, encode_cursor


def queries_this_month(session: Session, provider: str, *, now: datetime) -> int:
    """Return how many paid queries went to a register in the calendar month (UTC) of ``now``."""
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    counted = select(func.count()).where(
        Charge.provider == provider, Charge.outcome.in_(PAID), Charge.asked_at >= month
    )
    return session.scalar(counted) or 0


def ledger(session: Session, query: LedgerQuery) -> dict[str, Any]:
    """Return one page of the ledger, latest first, with the sum in cents of everything that matches."""
    matching = _conditions(query)
    page = select(Charge).where(*matching).order_by(Charge.asked_at.desc(), Charge.id.desc())
    if query.cursor is not None:
        page = page.where(tuple_(Charge.asked_at, Charge.id) < _last_seen(query.cursor))
    rows = list(session.scalars(page.limit(query.limit + 1)))
    shown = rows[: query.limit]
    count, cents = session.execute(select(func.count(), func.sum(Charge.price_cents)).where(*matching)).one()
    return {
        "items": shown,
        "next_cursor": encode_cursor(shown[-1].asked_at, shown[-1].id) if len(rows) > query.limit else None,
        "sum_cents": cents or 0,
        **({"total": count} if query.total else {}),
    }


def _last_seen(cursor: str) -> tuple[datetime, UUID]:
    try:
        asked_at, charge_id = decode_cursor(cursor, keys=2)
        return datetime.fromisoformat(asked_at), UUID(charge_id)
    except (ValueError, TypeError, AttributeError) as error:
        raise Invalid({"cursor": ["Leave it out to start at the first page"]}) from error


def _conditions(query: LedgerQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.matter_number is not None:
        conditions.append(Charge.matter_number == query.matter_number)
    if query.from_date is not None:
        conditions.append(Charge.asked_at >= datetime.combine(query.from_date, time.min, UTC))
    if query.to_date is not None:
        conditions.append(Charge.asked_at < datetime.combine(query.to_date + timedelta(days=1), time.min, UTC))
    return conditions
