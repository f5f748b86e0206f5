"""What opens, cancels and repeats requests."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from gdpr.requests.domain import OpenRequest, Verdicts
from gdpr.requests.models import Failure, Participation, Request, RequestRelation
from gdpr.requests.progress import finish_when_complete, tell_the_end
from gdpr.requests.queries import UnknownRequest
from shared.errors import Conflict
from shared.ids import new_id


def open_request(session: Session, command: OpenRequest, *, verdicts: Verdicts, actor: str, now: datetime) -> Request:
    """Open a request; when every relation is refused it is over at once."""
    later = command.execute_at if command.execute_at and command.execute_at > now else None
    request = Request(
        id=new_id(), kind=command.kind, status="scheduled" if later else "running", actor=actor, created_at=now,
        execute_at=later, next_attempt_at=later or now,
    )  # fmt: skip
    if not verdicts.allowed:
        request.status, request.finished_at, request.next_attempt_at = "refused", now, None
    session.add(request)
    session.flush()
    states: list[tuple[UUID, str, str | None]] = [(each, "accepted", None) for each in verdicts.allowed]
    states += [(each, "refused", reason) for each, reason in verdicts.refused.items()]
    if states:
        session.execute(
            insert(RequestRelation),
            [
                {
                    "request_id": request.id, "relation_id": relation_id, "position": position,
                    "state": state, "refusal": refusal, "reason": command.reason,
                }
                for position, (relation_id, state, refusal) in enumerate(states)
            ],
        )  # fmt: skip
    return request


def cancel_request(session: Session, request_id: UUID, *, now: datetime) -> Request:
    """Cancel what was not sent yet; raises ``Conflict`` when everything was."""
    request = locked(session, request_id)
    left = (
        update(RequestRelation)
        .where(RequestRelation.request_id == request_id, RequestRelation.state == "accepted")
        .values(state="cancelled")
        .returning(RequestRelation.relation_id)
    )
    if request.finished_at is not None or not session.scalars(left).all():
        raise Conflict("Everything in this request was carried out or sent already")
    request.cancelled_at, request.next_attempt_at = now, None
    if request.status == "scheduled":
        request.status, request.finished_at = "cancelled", now
        tell_the_end(session, request)
    else:
        finish_when_complete(session, request, now=now)
    return request


def retry_request(session: Session, request_id: UUID, *, now: datetime) -> Request:
    """Ask again whoever failed; raises ``Conflict`` when nobody did or the request still runs."""
    request = locked(session, request_id)
    failed = (
        update(Participation)
        .where(Participation.request_id == request_id, Participation.status == "failed")
        .values(status="pending", asks=0, next_ask_at=now, settled_at=None)
        .returning(Participation.batch)
    )
    if request.finished_at is None or not session.scalars(failed).all():
        raise Conflict("Nothing in this request failed")
    session.execute(delete(Failure).where(Failure.request_id == request_id))
    request.status, request.finished_at = "running", None
    return request


def locked(session: Session, request_id: UUID) -> Request:
    """Return a request that nobody else changes until the end of this transaction; raises ``UnknownRequest``."""
    request = session.scalar(
        select(Request).where(Request.id == request_id).with_for_update().execution_options(populate_existing=True)
    )
    if request is None:
        raise UnknownRequest
    return request
