"""What reads contact moments."""

from collections.abc import Collection
from datetime import date, time
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from contacts.moments.domain import UNFINISHED
from contacts.moments.models import Moment
from contacts.tables import Tables
from shared.db import Database
from shared.errors import Unknown
from shared.merging.following import survivor_of
from shared.paging import id_of_cursor, in_order, place_is_gone
from shared.sight import is_seen

WHEN = (Moment.date, func.coalesce(Moment.time, time.min))
SORTS: dict[str, tuple[Any, ...]] = {
    "date": WHEN,
    "subject": (func.lower(Moment.subject), *WHEN),
    "from_user": (Moment.from_user, *WHEN),
    "for_user": (Moment.for_user, *WHEN),
    "status": (Moment.status, *WHEN),
}
"""By what moments are sorted; what is equal in that, by when."""

SHOWN_ON_CARD = 50


class UnknownMoment(Unknown):
    """There is no such contact moment."""


def moment_by_id(session: Session, moment_id: UUID, *, hidden: Collection[UUID], lock: bool = False) -> Moment:
    """Return a moment, locked if wanted; raises ``UnknownMoment``, also for one of the ``hidden`` relations."""
    moment = session.get(Moment, moment_id, with_for_update=lock or None)
    if moment is None or moment.relation_id in hidden:
        raise UnknownMoment
    return moment


def search_moments(session: Session, query: dict[str, Any], *, today: date) -> dict[str, Any]:
    """Return one page of moments, as asked or latest first; the cursor is the id of the last one seen."""
    matching = select(Moment).where(*_conditions(session, query, today=today))
    page: dict[str, Any] = {}
    if query["total"]:
        page["total"] = session.scalar(select(func.count()).select_from(matching.subquery()))
    keys = (*SORTS[query["sort"].lstrip("-")], Moment.id)
    last = None
    if query["cursor"]:
        last = session.execute(select(*keys).where(Moment.id == id_of_cursor(query["cursor"]))).first()
        if last is None:
            raise place_is_gone()
    rows = list(session.scalars(in_order(matching, query["sort"], keys, after=last).limit(query["limit"] + 1)))
    page["items"] = rows[: query["limit"]]
    page["next_cursor"] = str(rows[query["limit"] - 1].id) if len(rows) > query["limit"] else None
    return page


def _conditions(session: Session, query: dict[str, Any], *, today: date) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [is_seen(Moment.relation_id)]
    conditions += [
        getattr(Moment, name) == query[name] for name in ("from_user", "for_user", "status") if name in query
    ]
    if "relation_id" in query:  # an old id in somebody's link or filter means the survivor
        conditions.append(Moment.relation_id == survivor_of(session, Tables.metadata, query["relation_id"]))
    if "date_from" in query:
        conditions.append(Moment.date >= query["date_from"])
    if "date_to" in query:
        conditions.append(Moment.date <= query["date_to"])
    if "q" in query:
        piece = "%" + query["q"].replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
        conditions.append(or_(Moment.subject.ilike(piece), Moment.memo.ilike(piece)))
    if "late" in query:
        late = (Moment.date < today) & Moment.status.in_(UNFINISHED)
        conditions.append(late if query["late"] else ~late)
    return conditions


EMPTY_PANEL: dict[str, Any] = {"items": [], "total": 0, "next": None}


def has_moments(database: Database, relation_id: UUID) -> bool:
    """Tell whether there is anything to show of a relation, which for most there is not."""
    return database.row("SELECT 1 FROM moment WHERE relation_id = %s LIMIT 1", (relation_id,)) is not None


def panel_of(session: Session, relation_id: UUID, *, today: date) -> dict[str, Any]:
    """Return what the card shows of a relation's moments: the latest ones and how many there are."""
    of_relation = Moment.relation_id == relation_id
    latest = session.scalars(
        select(Moment).where(of_relation).order_by(Moment.date.desc(), Moment.id.desc()).limit(SHOWN_ON_CARD)
    ).all()
    unfinished = session.scalars(
        select(Moment)
        .where(of_relation, Moment.status.in_(UNFINISHED), Moment.date >= today)
        .order_by(Moment.date, Moment.time.nulls_first())
        .limit(1)
    ).first()
    total = session.scalar(select(func.count()).where(of_relation)) if len(latest) == SHOWN_ON_CARD else len(latest)
    return {"items": latest, "total": total, "next": unfinished}
