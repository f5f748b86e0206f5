"""Gathers what every service holds of a relation; who is down is asked again for a while."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gdpr.adapters.sources import Part, Source
from gdpr.reports.models import Report
from gdpr.reports.seal import Seal
from gdpr.requests.actions import locked
from gdpr.requests.domain import LARGEST_REQUEST, MERGED
from gdpr.requests.merging import merged_away
from gdpr.requests.models import Participation, Request
from gdpr.requests.progress import finish_when_complete, open_batches, relations_of, settle
from gdpr.requests.sending import LEASE, claim_request, refuse
from shared.clock import Clock, utc_now
from shared.db import Database
from shared.errors import Unavailable

AT_ONCE = 6
"""Questions asked at the same time."""

log = structlog.get_logger("gdpr")


@dataclass(frozen=True)
class Question:
    """What to ask a source: everything about the relations of one batch."""

    request_id: UUID
    batch: int
    source: str
    relation_ids: list[UUID]


@dataclass(frozen=True)
class Gatherer:
    """Carries out requests for access."""

    database: Database
    seal: Seal
    sources: Mapping[str, Source]
    pauses: Sequence[timedelta]
    keep: timedelta
    clock: Clock = utc_now

    def run(self) -> None:
        """Begin what is due and ask the sources until every question has its answer or its pause."""
        while self.begin_due():
            continue
        while questions := self.take_questions():
            with ThreadPoolExecutor(AT_ONCE) as threads:
                list(threads.map(self.ask, questions))

    def begin_due(self) -> bool:
        """Begin one due request; return whether there was one."""
        now = self.clock()
        with self.database.transaction() as session:
            claim = claim_request(session, kinds=("access",), limit=LARGEST_REQUEST, now=now)
            if claim is None:
                return False
            request = locked(session, claim.request_id)
            request.next_attempt_at = None
            merged = merged_away(session, claim.relation_ids)
            refuse(session, request, dict.fromkeys(merged, MERGED))
            living = [each for each in claim.relation_ids if each not in merged]
            for batch in open_batches(session, request, living, participants=list(self.sources)).values():
                empty = self.seal.close({})
                session.execute(
                    insert(Report),
                    [
                        {
                            "request_id": request.id, "relation_id": relation_id,
                            "sealed": empty, "expires_at": now + self.keep,
                        }
                        for relation_id in batch
                    ],
                )  # fmt: skip
            finish_when_complete(session, request, now=now)
        return True

    def take_questions(self) -> list[Question]:
        """Take due questions in hand for ``LEASE``."""
        now = self.clock()
        with self.database.transaction() as session:
            parts = session.scalars(
                select(Participation)
                .join(Request, Request.id == Participation.request_id)
                .where(Request.kind == "access", Participation.status == "pending")
                .where(Participation.next_ask_at.is_(None) | (Participation.next_ask_at <= now))
                .order_by(Participation.request_id, Participation.batch)
                .limit(2 * AT_ONCE)
                .with_for_update(of=Participation, skip_locked=True)
            ).all()
            for part in parts:
                part.asks += 1
                part.next_ask_at = now + LEASE
            return [
                Question(
                    part.request_id, part.batch, part.participant,
                    relations_of(session, part.request_id, batch=part.batch),
                )
                for part in parts
            ]  # fmt: skip

    def ask(self, question: Question) -> None:
        """Ask one question and keep the answer, or note that there was none."""
        try:
            told = self.sources[question.source].tell(question.relation_ids)
        except (Unavailable, LookupError, ValueError, TypeError) as error:
            log.warning("report waits for a source", source=question.source, reason=type(error).__name__)
            told = None
        now = self.clock()
        with self.database.transaction() as session:
            request = locked(session, question.request_id)
            part = session.get_one(
                Participation, (question.request_id, question.batch, question.source), with_for_update=True
            )
            if told is not None:
                # What is told of one that was merged meanwhile may be its survivor's already, or not yet.
                failed = dict.fromkeys(merged_away(session, question.relation_ids), MERGED)
                done = [each for each in question.relation_ids if each not in failed]
                self._keep(session, question, told, done, now=now)
                settle(session, part, done=done, failed=failed, now=now)
            elif part.asks > len(self.pauses):
                settle(session, part, done=(), failed=dict.fromkeys(question.relation_ids, "unavailable"), now=now)
            else:
                part.next_ask_at = now + self.pauses[part.asks - 1]
            finish_when_complete(session, request, now=now)

    def _keep(
        self, session: Session, question: Question, told: Part, relation_ids: Sequence[UUID], *, now: datetime
    ) -> None:
        kept = session.scalars(
            select(Report)
            .where(Report.request_id == question.request_id, Report.relation_id.in_(relation_ids))
            .order_by(Report.relation_id)
            .with_for_update()
        )
        for report in kept:
            sections: dict[str, Any] = self.seal.open(report.sealed)
            sections[question.source] = {
                "told_at": now.isoformat(),
                "tables": told.rows[report.relation_id],
                "categories": told.categories,
            }
            report.sealed = self.seal.close(sections)

    def forget_expired(self) -> None:
        """Delete reports that were kept long enough."""
        with self.database.transaction() as session:
            session.execute(delete(Report).where(Report.expires_at < self.clock()))
