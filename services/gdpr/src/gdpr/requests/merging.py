"""Merges and requests: what follows a merge by itself, what only when the user says so, and what a merge waits for."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from gdpr.requests.domain import ERASURES, MERGED, OpenRequest
from gdpr.requests.models import Failure, Request, RequestRelation
from gdpr.tables import Tables
from shared.errors import Conflict
from shared.merging.following import merged_into, survivor_of
from shared.merging.http import Remarks
from shared.merging.moving import Wishes
from shared.merging.rows import Row


def wishes(session: Session, from_id: UUID, _: UUID) -> Wishes:
    """Leave requests that are under way as they were asked: nobody is erased because of a request about another id."""
    under_way = {
        str(request_id)
        for request_id in session.scalars(
            select(Request.id)
            .join(RequestRelation, RequestRelation.request_id == Request.id)
            .where(RequestRelation.relation_id == from_id, Request.finished_at.is_(None))
        )
    }

    def stays(_: Table, row: Row) -> bool:
        return row.get("request_id") in under_way

    return Wishes(stays=stays)


def remarks(session: Session, from_id: UUID, into_id: UUID) -> Remarks:
    """Object to a merge, or its undoing, while one of the two is being erased; one planned for later may wait."""
    running = (
        select(RequestRelation.relation_id)
        .join(Request, Request.id == RequestRelation.request_id)
        .where(
            RequestRelation.relation_id.in_((from_id, into_id)),
            RequestRelation.state.in_(("accepted", "sent")),
            Request.kind.in_(ERASURES),
            Request.status == "running",
        )
        .distinct()
    )
    return Remarks(objections=[{"reason": "erasure_running", "relation_id": each} for each in session.scalars(running)])


def merged_away(session: Session, relation_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return, of those relations that live on in another one, in which."""
    found = {each: survivor_of(session, Tables.metadata, each) for each in dict.fromkeys(relation_ids)}
    return {each: survivor for each, survivor in found.items() if survivor != each}


def known_as(session: Session, relation_id: UUID) -> list[UUID]:
    """Return a relation's id, and the old ids of those that live on in it."""
    return [relation_id, *merged_into(session, Tables.metadata, [relation_id])]


def for_survivors(session: Session, request: Request) -> OpenRequest:
    """Return the same request for those in whom its relations live on; raises ``Conflict`` when there are none."""
    refused = select(RequestRelation.relation_id).where(
        RequestRelation.request_id == request.id, RequestRelation.refusal == MERGED
    )
    failed = select(Failure.relation_id).where(Failure.request_id == request.id, Failure.reason == MERGED)
    left_out = [*session.scalars(refused), *session.scalars(failed)]
    survivors = merged_away(session, left_out)
    if not survivors:
        raise Conflict("No relation in this request was merged into another one")
    reason = session.scalar(
        select(RequestRelation.reason).where(
            RequestRelation.request_id == request.id, RequestRelation.relation_id.in_(survivors)
        )
    )
    return OpenRequest(kind=request.kind, reason=reason or "", relation_ids=list(dict.fromkeys(survivors.values())))
