"""What reads contact moments."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.orm import Session

from contacts.moments.domain import UNFINISHED
from contacts.moments.models import Moment
from contacts.tables import Tables
from shared.errors import Invalid, Unknown
from shared.merging.following import survivor_of
from shared.sight import is_seen

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
    """Return one page of moments, latest first; the cursor is the id of the last one seen."""
    matching = select(Moment).where(*_conditions(session, query, today=today))
    page: dict[str, Any] = {}
    if query["total"]:
        page["total"] = session.scalar(select(func.count()).select_from(matching.subquery()))
    rows = list(session.scalars(_after(session, matching, query["cursor"]).limit(query["limit"] + 1)))
    page["items"] = rows[: query["limit"]]
    page["next_cursor"] = str(rows[query["limit"] - 1].id) if len(rows) > query["limit"] else None
    return page


def _after(session: Session, matching: Select[Moment], cursor: str | None) -> Select[Moment]:
    ordered = matching.order_by(Moment.date.desc(), Moment.id.desc())
    if cursor is None:
        return ordered
    try:
        last = session.get(Moment, UUID(cursor))
    except ValueError:
        last = None
    if last is None:
        raise Invalid({"cursor": ["This place in the list is gone: start at the first page"]})
    return ordered.where(tuple_(Moment.date, Moment.id) < (last.date, last.id))


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


def panel_of(session: Session, relation_id: UUID, *, today: date) -> dict[str, Any]:
    """Return what the card shows of a relation's moments: the latest ones and how many there are."""
    of_relation = Moment.relation_id == relation_id
    latest = session.scalars(
        select(Moment).where(of_relation).order_by(Moment.date.desc(), Moment.id.desc()).limit(SHOWN_ON_CARD)
    ).all()
    if not latest:
        return {"items": [], "total": 0, "next": None}
    unfinished = session.scalars(
        select(Moment)
        .where(of_relation, Moment.status.in_(UNFINISHED), Moment.date >= today)
        .order_by(Moment.date, Moment.time.nulls_first())
        .limit(1)
    ).first()
    total = session.scalar(select(func.count()).where(of_relation)) if len(latest) == SHOWN_ON_CARD else len(latest)
    return {"items": latest, "total": total, "next": unfinished}
