"""The fan-out of erasures: batch after batch, each after a last look at what must stay, each in the ledger first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

import structlog
from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from contracts.gdpr import ErasureRequested
from gdpr.adapters.relations import RelationsGuard
from gdpr.requests.actions import locked
from gdpr.requests.domain import BATCH, ERASURES, Verdicts
from gdpr.requests.models import Participation, Request, RequestRelation
from gdpr.requests.progress import finish_when_complete, open_batches, relations_of
from shared.clock import Clock, utc_now
from shared.context import Acting, acting_as, new_traceparent
from shared.db import Database
from shared.errors import Unavailable
from shared.outbox import record

LEASE = timedelta(minutes=2)
"""How long a worker keeps what it took in hand; after a crash the next one takes it up."""

PAUSE = timedelta(seconds=5)
"""Before the owner of relations is asked again when it did not answer."""

ASKED_AT_ONCE = 200

log = structlog.get_logger("gdpr")


@dataclass(frozen=True)
class Claim:
    """A request in hand and the relations whose turn it is."""

    request_id: UUID
    relation_ids: list[UUID]


@dataclass(frozen=True)
class Sender:
    """Sends out erasures and asks again who stays silent."""

    database: Database
    guard: RelationsGuard
    participants: Sequence[str]
    pauses: Sequence[timedelta]
    batches_per_turn: int
    clock: Clock = utc_now

    def send_due(self) -> None:
        """Send the next batches of one request."""
        with self.database.transaction() as session:
            claim = claim_request(session, kinds=ERASURES, limit=self.batches_per_turn * BATCH, now=self.clock())
        if claim is None:
            return
        try:
            verdicts = self.guard.verdicts(claim.relation_ids)
        except Unavailable:
            log.warning("erasure waits: relations does not answer", erasure=str(claim.request_id))
            with self.database.transaction() as session:
                request = locked(session, claim.request_id)
                request.next_attempt_at = None if request.cancelled_at else self.clock() + PAUSE
            return
        with self.database.transaction() as session:
            self._send(session, claim, verdicts)

    def _send(self, session: Session, claim: Claim, verdicts: Verdicts) -> None:
        request, now = locked(session, claim.request_id), self.clock()
        if request.cancelled_at is not None:
            return
        refuse(session, request, verdicts.refused)
        allowed = still_accepted(session, request, verdicts.allowed)
        opened = open_batches(session, request, allowed, participants=self.participants)
        with acting_as(Acting(request.actor, "", new_traceparent())):
            for number in opened:
                self._ask(session, request, number, opened[number])
        session.execute(
            update(Participation)
            .where(Participation.request_id == request.id, Participation.batch.in_(opened))
            .values(asks=1, next_ask_at=now + self.pauses[0])
        )
        more = next_accepted(session, request.id, limit=1)
        request.next_attempt_at = now if more else None
        finish_when_complete(session, request, now=now)

    def ask_again(self) -> None:
        """Send once more the batches about which a participant has been silent for too long."""
        now = self.clock()
        with self.database.transaction() as session:
            silent = session.execute(_silent(now)).all()
            for (request, batch), parts in groupby(silent, key=lambda row: (row[1], row[0].batch)):
                with acting_as(Acting(request.actor, "", new_traceparent())):
                    self._ask(session, request, batch, relations_of(session, request.id, batch=batch))
                for part, _ in parts:
                    part.asks += 1
                    part.next_ask_at = now + self.pauses[min(part.asks, len(self.pauses)) - 1]
        if silent:
            log.warning("participants asked again", parts=len(silent))

    def _ask(self, session: Session, request: Request, batch: int, relation_ids: Sequence[UUID]) -> None:
        record(
            session,
            ErasureRequested(
                request_id=request.id,
                batch=batch,
                kind=request.kind,  # type: ignore[arg-type]  # only erasures are sent
                relation_ids=tuple(relation_ids),
            ),
        )


def claim_request(session: Session, *, kinds: Sequence[str], limit: int, now: datetime) -> Claim | None:
    """Take the oldest due request of these kinds in hand for ``LEASE``; return None when there is none."""
    request = session.scalars(
        select(Request)
        .where(Request.kind.in_(kinds), Request.next_attempt_at <= now)
        .order_by(Request.next_attempt_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if request is None:
        return None
    request.status, request.next_attempt_at = "running", now + LEASE
    return Claim(request.id, next_accepted(session, request.id, limit=limit))


def next_accepted(session: Session, request_id: UUID, *, limit: int) -> list[UUID]:
    """Return the relations whose turn it is."""
    return list(
        session.scalars(
            select(RequestRelation.relation_id)
            .where(RequestRelation.request_id == request_id, RequestRelation.state == "accepted")
            .order_by(RequestRelation.position)
            .limit(limit)
        )
    )


def still_accepted(session: Session, request: Request, relation_ids: Sequence[UUID]) -> list[UUID]:
    """Return those that nobody cancelled or sent meanwhile, in their order."""
    return list(
        session.scalars(
            select(RequestRelation.relation_id)
            .where(
                RequestRelation.request_id == request.id,
                RequestRelation.relation_id.in_(relation_ids),
                RequestRelation.state == "accepted",
            )
            .order_by(RequestRelation.position)
        )
    )


def refuse(session: Session, request: Request, refused: dict[UUID, str]) -> None:
    """Refuse relations of which the last look shows that they must stay."""
    for relation_id, reason in refused.items():
        session.execute(
            update(RequestRelation)
            .where(
                RequestRelation.request_id == request.id,
                RequestRelation.relation_id == relation_id,
                RequestRelation.state == "accepted",
            )
            .values(state="refused", refusal=reason)
        )


def _silent(now: datetime) -> Select[Participation, Request]:
    return (
        select(Participation, Request)
        .join(Request, Request.id == Participation.request_id)
        .where(Request.kind.in_(ERASURES), Participation.status == "pending")
        .where(or_(Participation.next_ask_at <= now, Participation.next_ask_at.is_(None)))
        .order_by(Participation.request_id, Participation.batch)
        .limit(ASKED_AT_ONCE)
        .with_for_update(of=Participation, skip_locked=True)
    )
