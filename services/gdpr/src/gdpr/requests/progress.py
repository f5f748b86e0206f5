"""How a request comes to its end: batches, what was answered about them, and what that makes of the whole."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from contracts.gdpr import RequestFinished
from gdpr.requests.domain import BATCH, batches
from gdpr.requests.models import Failure, LedgerEntry, Participation, Request, RequestRelation
from shared.outbox import record

NAMED_AT_ONCE = 1000
"""Relations named in one event that tells the end of a request."""


def open_batches(
    session: Session, request: Request, relation_ids: Sequence[UUID], *, participants: Sequence[str]
) -> dict[int, list[UUID]]:
    """Write relations into the ledger, in batches that wait for every participant; return the batches by number."""
    last = session.scalar(select(func.max(RequestRelation.batch)).where(RequestRelation.request_id == request.id)) or 0
    opened = dict(enumerate(batches(relation_ids, size=BATCH), start=last + 1))
    for number, batch in opened.items():
        session.execute(
            insert(LedgerEntry),
            [
                {
                    "request_id": request.id, "relation_id": relation_id, "batch": number,
                    "kind": request.kind, "actor": request.actor,
                }
                for relation_id in batch
            ],
        )  # fmt: skip
        session.execute(
            update(RequestRelation)
            .where(RequestRelation.request_id == request.id, RequestRelation.relation_id.in_(batch))
            .values(state="sent", batch=number)
        )
        session.execute(
            insert(Participation),
            [
                {"request_id": request.id, "batch": number, "participant": participant, "size": len(batch)}
                for participant in participants
            ],
        )
    return opened


def settle(
    session: Session, part: Participation, *, done: Sequence[UUID], failed: dict[UUID, str], now: datetime
) -> None:
    """Count a participant's answer about one batch, the second one of the same batch as well.

    What is done stays done: an answer that was overtaken can take back no more than an earlier failure. An answer that
    leaves relations out settles nothing, and its participant will be asked again.
    """
    if not set(relations_of(session, part.request_id, batch=part.batch)) <= {*done, *failed}:
        return
    mine = (
        Failure.request_id == part.request_id,
        Failure.batch == part.batch,
        Failure.participant == part.participant,
    )
    if part.status != "pending":
        still = set(session.scalars(select(Failure.relation_id).where(*mine)))
        failed = {relation_id: reason for relation_id, reason in failed.items() if relation_id in still}
    session.execute(delete(Failure).where(*mine))
    if failed:
        key = {"request_id": part.request_id, "batch": part.batch, "participant": part.participant}
        session.execute(
            insert(Failure),
            [{**key, "relation_id": relation_id, "reason": reason} for relation_id, reason in failed.items()],
        )
    part.status, part.settled_at, part.next_ask_at = "failed" if failed else "done", now, None


def relations_of(session: Session, request_id: UUID, *, batch: int) -> list[UUID]:
    """Return the relations of a batch, in their order."""
    return list(
        session.scalars(
            select(RequestRelation.relation_id)
            .where(RequestRelation.request_id == request_id, RequestRelation.batch == batch)
            .order_by(RequestRelation.position)
        )
    )


def finish_when_complete(session: Session, request: Request, *, now: datetime) -> None:
    """Close a request when nothing is left to send and everybody has answered; say so when its status changed."""
    session.flush()
    in_state = (
        select(RequestRelation.state, func.count())
        .where(RequestRelation.request_id == request.id)
        .group_by(RequestRelation.state)
    )
    counted = dict(session.execute(in_state).all())
    pending = exists().where(Participation.request_id == request.id, Participation.status == "pending")
    if counted.get("accepted") or session.scalar(select(pending)):
        return
    before = request.status
    if request.cancelled_at is not None:
        request.status = "cancelled"
    elif not counted.get("sent"):
        request.status = "refused"
    elif session.scalar(select(exists().where(Failure.request_id == request.id))):
        request.status = "failed"
    else:
        request.status = "done"
    if request.status != before:
        request.finished_at = now
        tell_the_end(session, request)


def tell_the_end(session: Session, request: Request) -> None:
    """Record the end of a request, in as many events as its relations need."""
    concerned = session.scalars(
        select(RequestRelation.relation_id)
        .where(RequestRelation.request_id == request.id)
        .order_by(RequestRelation.position)
    ).all()
    record(
        session,
        *(
            RequestFinished(
                request_id=request.id,
                kind=request.kind,  # type: ignore[arg-type]  # the table holds no other kinds
                status=request.status,  # type: ignore[arg-type]  # nor does an end have other ones
                relation_ids=tuple(some),
            )
            for some in batches(concerned, size=NAMED_AT_ONCE)
        ),
    )
