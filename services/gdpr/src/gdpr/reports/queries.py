"""What reads reports, and what a certificate certifies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from gdpr.reports.models import Report
from gdpr.reports.seal import Seal
from gdpr.requests.domain import ERASURES
from gdpr.requests.models import Failure, Participation, Request, RequestRelation
from gdpr.requests.queries import request_by_id, request_in_full
from gdpr.settings import EVERYBODY
from shared.errors import Conflict, Unknown


class ReportGone(Unknown):
    """What was gathered has expired, or was erased with its relation."""


@dataclass(frozen=True)
class Gathered:
    """A finished access request and what its sources told, by relation and source."""

    request_id: UUID
    requested_at: datetime
    finished_at: datetime
    sources: list[str]
    reports: dict[UUID, dict[str, Any]]


def gathered(session: Session, request_id: UUID, *, seal: Seal, only: UUID | None = None) -> Gathered:
    """Return what was gathered, of one relation when ``only`` names it.

    Raises ``UnknownRequest``, ``Conflict`` when there is nothing to read yet, and ``ReportGone``.
    """
    request = request_by_id(session, request_id)
    if request.kind != "access":
        raise Conflict("Only a request for access has a report")
    if request.finished_at is None:
        raise Conflict("The report is still being gathered: try again in a moment")
    statement = (
        select(Report)
        .join(
            RequestRelation,
            (RequestRelation.request_id == Report.request_id) & (RequestRelation.relation_id == Report.relation_id),
        )
        .where(Report.request_id == request_id)
        .order_by(RequestRelation.position)
    )
    if only is not None:
        statement = statement.where(Report.relation_id == only)
    kept = session.scalars(statement).all()
    if not kept:
        raise ReportGone("The report has expired or its relation was erased: make a new request")
    return Gathered(
        request_id,
        requested_at=request.created_at,
        finished_at=request.finished_at,
        sources=_sources(session, request_id),
        reports={report.relation_id: seal.open(report.sealed) for report in kept},
    )


def _sources(session: Session, request_id: UUID) -> list[str]:
    """Return everybody who was asked for this report, in the order in which a reader expects them."""
    asked = set(
        session.scalars(select(Participation.participant).where(Participation.request_id == request_id).distinct())
    )
    return [source for source in EVERYBODY if source in asked] + sorted(asked.difference(EVERYBODY))


def certified(session: Session, request_id: UUID, *, participants: Sequence[str]) -> tuple[dict[str, Any], list[UUID]]:
    """Return a finished erasure in full and the relations that every participant erased.

    Raises ``UnknownRequest``, or ``Conflict`` when there is nothing to certify (yet).
    """
    request = request_by_id(session, request_id)
    if request.kind not in ERASURES:
        raise Conflict("Only an anonymisation or erasure has a certificate")
    if request.finished_at is None:
        raise Conflict("Not every service has answered yet: try again later")
    return request_in_full(session, request, participants=participants), _erased(session, request)


def _erased(session: Session, request: Request) -> list[UUID]:
    failing = exists().where(
        Failure.request_id == RequestRelation.request_id, Failure.relation_id == RequestRelation.relation_id
    )
    waiting = exists().where(
        Participation.request_id == RequestRelation.request_id,
        Participation.batch == RequestRelation.batch,
        Participation.status == "pending",
    )
    return list(
        session.scalars(
            select(RequestRelation.relation_id)
            .where(RequestRelation.request_id == request.id, RequestRelation.state == "sent", ~failing, ~waiting)
            .order_by(RequestRelation.position)
        )
    )
