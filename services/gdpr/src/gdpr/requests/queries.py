"""What reads requests."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, select, tuple_
from sqlalchemy.orm import Session

from gdpr.requests.domain import MERGED
from gdpr.requests.merging import known_as, merged_away
from gdpr.requests.models import Failure, Participation, Request, RequestRelation
from shared.db import Database
from shared.errors import Unknown
from shared.paging import decode_cursor, encode_cursor

LISTED = 1000
"""Refusals and failures listed in one answer; the counts count all of them."""

ASKED_ABOUT = """
    SELECT 1 FROM request_relation WHERE relation_id = %s
    UNION ALL SELECT 1 FROM followed_merge WHERE into_id = %s LIMIT 1
"""


class UnknownRequest(Unknown):
    """There is no such request."""


def request_by_id(session: Session, request_id: UUID) -> Request:
    """Return a request; raises ``UnknownRequest``."""
    request = session.get(Request, request_id)
    if request is None:
        raise UnknownRequest
    return request


def search_requests(session: Session, query: dict[str, Any]) -> dict[str, Any]:
    """Return one page of requests, latest first, with their counts."""
    matching = _matching(session, query)
    page: dict[str, Any] = {}
    if query["total"]:
        page["total"] = session.scalar(select(func.count()).select_from(matching.subquery()))
    if query["cursor"]:
        created_at, request_id = decode_cursor(query["cursor"], keys=2)
        last = (datetime.fromisoformat(created_at), UUID(request_id))
        matching = matching.where(tuple_(Request.created_at, Request.id) < last)
    ordered = matching.order_by(Request.created_at.desc(), Request.id.desc())
    rows = list(session.scalars(ordered.limit(query["limit"] + 1)))
    shown = rows[: query["limit"]]
    counts = counts_of(session, [request.id for request in shown])
    page["items"] = [_shown(request, counts[request.id]) for request in shown]
    page["next_cursor"] = encode_cursor(shown[-1].created_at, shown[-1].id) if len(rows) > len(shown) else None
    return page


def _matching(session: Session, query: dict[str, Any]) -> Select[Request]:
    conditions = [getattr(Request, name) == query[name] for name in ("status", "kind") if name in query]
    if "relation_id" in query:
        about = RequestRelation.relation_id.in_(known_as(session, query["relation_id"]))
        conditions.append(exists().where(RequestRelation.request_id == Request.id, about))
    return select(Request).where(*conditions)


def request_in_full(session: Session, request: Request, *, participants: Sequence[str]) -> dict[str, Any]:
    """Return a request with who answered what; before it starts, ``participants`` are those that will be asked."""
    counts = counts_of(session, [request.id])[request.id]
    refused = session.execute(
        select(RequestRelation.relation_id, RequestRelation.refusal)
        .where(RequestRelation.request_id == request.id, RequestRelation.state == "refused")
        .order_by(RequestRelation.position)
        .limit(LISTED)
    )
    failures = session.scalars(
        select(Failure)
        .where(Failure.request_id == request.id)
        .order_by(Failure.batch, Failure.participant)
        .limit(LISTED)
    )
    return {
        **_shown(request, counts),
        "participants": _participants(session, request, expected=participants),
        "refused": [refusal(session, relation_id, reason) for relation_id, reason in refused],
        "failures": [
            {"participant": failure.participant, **refusal(session, failure.relation_id, failure.reason)}
            for failure in failures
        ],
    }


def refusal(session: Session, relation_id: UUID, reason: str | None) -> dict[str, Any]:
    """Return that a relation was refused and why; of one that was merged, also into which."""
    told = {"relation_id": relation_id, "reason": reason}
    return {**told, "into": merged_away(session, [relation_id]).get(relation_id)} if reason == MERGED else told


def _shown(request: Request, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "id": request.id,
        "kind": request.kind,
        "status": request.status,
        "created_by": request.actor,
        "created_at": request.created_at,
        "execute_at": request.execute_at,
        "finished_at": request.finished_at,
        "counts": counts,
    }


def counts_of(session: Session, request_ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """Return, by request, how many relations are done, failed, pending, refused and cancelled: together the total."""
    counts: dict[UUID, dict[str, int]] = {
        request_id: dict.fromkeys(("total", "done", "failed", "pending", "refused", "cancelled"), 0)
        for request_id in request_ids
    }
    failing = exists().where(
        Failure.request_id == RequestRelation.request_id, Failure.relation_id == RequestRelation.relation_id
    )
    waiting = exists().where(
        Participation.request_id == RequestRelation.request_id,
        Participation.batch == RequestRelation.batch,
        Participation.status == "pending",
    )
    grouped = (
        select(RequestRelation.request_id, RequestRelation.state, failing, waiting, func.count())
        .where(RequestRelation.request_id.in_(request_ids))
        .group_by(RequestRelation.request_id, RequestRelation.state, failing, waiting)
    )
    for request_id, state, has_failed, is_waited_for, number in session.execute(grouped):
        counts[request_id][_outcome(state, has_failed=has_failed, is_waited_for=is_waited_for)] += number
        counts[request_id]["total"] += number
    return counts


def _outcome(state: str, *, has_failed: bool, is_waited_for: bool) -> str:
    if state == "accepted":
        return "pending"
    if state != "sent":
        return state
    if has_failed:
        return "failed"
    return "pending" if is_waited_for else "done"


def _participants(session: Session, request: Request, *, expected: Sequence[str]) -> dict[str, dict[str, int]]:
    told: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(("pending", "done", "failed"), 0))
    answered = select(Participation.participant, Participation.status, func.sum(Participation.size)).where(
        Participation.request_id == request.id
    )
    for participant, status, size in session.execute(
        answered.group_by(Participation.participant, Participation.status)
    ):
        told[participant]["pending" if status == "pending" else "done"] += int(size)
    failures = (
        select(Failure.participant, func.count()).where(Failure.request_id == request.id).group_by(Failure.participant)
    )
    for participant, number in session.execute(failures):
        told[participant]["failed"] += number
        told[participant]["done"] -= number
    unsent = _unsent(session, request) if request.finished_at is None else 0
    for participant in expected if unsent else ():
        told[participant]["pending"] += unsent
    return dict(sorted(told.items()))


def _unsent(session: Session, request: Request) -> int:
    accepted = select(func.count()).where(RequestRelation.request_id == request.id, RequestRelation.state == "accepted")
    return session.scalar(accepted) or 0


def any_request(database: Database, relation_id: UUID) -> bool:
    """Tell whether anything was asked about a relation or who may live on in it, which for most was not."""
    return database.row(ASKED_ABOUT, (relation_id, relation_id)) is not None


def panel_of(session: Session, relation_id: UUID) -> dict[str, Any]:
    """Return what the card shows: the requests about a relation, and about who lives on in it, latest first."""
    about = RequestRelation.relation_id.in_(known_as(session, relation_id))
    found = session.scalars(
        select(Request)
        .where(exists().where(RequestRelation.request_id == Request.id, about))
        .order_by(Request.created_at.desc())
        .limit(50)
    )
    return {
        "requests": [
            {"id": each.id, "kind": each.kind, "status": each.status, "created_at": each.created_at} for each in found
        ]
    }
