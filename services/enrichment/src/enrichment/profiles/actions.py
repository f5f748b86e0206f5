"""What changes profiles; each is one short step, and none brings back what was erased meanwhile."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, cast
from uuid import UUID

from sqlalchemy import case, delete, select, union
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts.enrichment import ProfileUpdated, Provider
from contracts.gdpr import ErasureRequested
from enrichment.alerts.actions import replace_alerts
from enrichment.alerts.models import AlertRow
from enrichment.charges.actions import forget_numbers
from enrichment.charges.models import Charge
from enrichment.lookups.actions import forget_answers_about
from enrichment.lookups.domain import Answer
from enrichment.profiles.domain import SETTLED, Task, pause_after
from enrichment.profiles.models import Profile
from shared.outbox import record

ProfileOutcome = Literal["found", "not_found", "failed"]


def expect_profile(session: Session, relation_id: UUID, *, provider: str, actor: str, due_at: datetime) -> Task:
    """Note that a profile is wanted from ``due_at`` on; what is known already stays shown."""
    wanted = {"due_at": due_at, "asked_by": actor, "attempts": 0}
    newcomer = {"relation_id": relation_id, "provider": provider, "status": "pending", "facts": {}, "figures": {}}
    statement = (
        insert(Profile)
        .values({**newcomer, **wanted})
        .on_conflict_do_update(
            index_elements=[Profile.relation_id, Profile.provider],
            set_={**wanted, "status": case((Profile.status == "failed", "pending"), else_=Profile.status)},
        )
    )
    profile = session.scalars(statement.returning(Profile), execution_options={"populate_existing": True}).one()
    return _task(profile, due_at)


def claim_due_profiles(session: Session, *, now: datetime, lease: timedelta, limit: int) -> list[Task]:
    """Take profiles that are due; they come back by themselves after the lease."""
    due = session.scalars(
        select(Profile)
        .where(Profile.due_at <= now)
        .order_by(Profile.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for profile in due:
        profile.due_at = now + lease
    session.flush()
    return [_task(profile, now + lease) for profile in due]


def keep_answer(session: Session, task: Task, *, number: str, answer: Answer, now: datetime) -> Profile | None:
    """Keep what the register said, raise and clear warnings; None when the relation was erased meanwhile."""
    profile = _locked(session, task)
    if profile is None:
        return None
    _settle(profile, task)
    profile.status, profile.reason, profile.number = answer.outcome, None, number
    profile.fetched_at = answer.fetched_at
    profile.facts = answer.content.get("facts", {})
    profile.figures = answer.content.get("figures", {})
    alerts = answer.content.get("alerts", [])
    replace_alerts(session, task.relation_id, provider=task.provider, alerts=alerts, now=now)
    _announce(session, task, answer.outcome)
    session.flush()
    return profile


def leave_as_it_is(session: Session, task: Task) -> None:
    """Let a task go whose profile is up to date."""
    if profile := _locked(session, task):
        _settle(profile, task)


def postpone(session: Session, task: Task, *, reason: str, now: datetime) -> None:
    """Put the question again after a pause that grows; the first time the card is told why it waits."""
    profile = _locked(session, task)
    if profile is None or profile.due_at != task.due_at:
        return
    profile.attempts += 1
    profile.due_at = now + pause_after(profile.attempts)
    profile.reason = reason
    if profile.attempts == 1:
        _announce(session, task, "failed")


def give_up(session: Session, task: Task, *, reason: str) -> None:
    """Note why there is no profile; facts fetched earlier stay."""
    profile = _locked(session, task)
    if profile is None:
        return
    _settle(profile, task)
    profile.reason = reason
    if profile.status not in SETTLED:
        profile.status = "failed"
    _announce(session, task, "failed")


def forget_profile(session: Session, task: Task, *, now: datetime) -> None:
    """Drop a profile that no longer speaks of its relation, and its warnings."""
    profile = _locked(session, task)
    if profile is None or profile.due_at != task.due_at:
        return
    replace_alerts(session, task.relation_id, provider=task.provider, alerts=[], now=now)
    if profile.status != "pending" or profile.reason is not None:
        _announce(session, task, "not_found")
    session.delete(profile)


def forget_relation(session: Session, relation_id: UUID) -> None:
    """Drop everything the registers said of a relation that no longer exists."""
    for table in (AlertRow, Profile):
        session.execute(delete(table).where(table.relation_id == relation_id))


def forget_numbers_of(session: Session, relation_ids: Sequence[UUID], _: ErasureRequested) -> None:
    """Forget, beside the relations' own rows, what is kept under their numbers."""
    # The ledger knows a number from the moment it is asked for, the profile only once it is answered.
    known = select(Profile.number).where(Profile.relation_id.in_(relation_ids))
    asked = select(Charge.register_number).where(Charge.relation_id.in_(relation_ids))
    found = [number for number in session.scalars(union(known, asked)) if number is not None]
    forget_answers_about(session, found)
    forget_numbers(session, found)


def _task(profile: Profile, due_at: datetime) -> Task:
    return Task(
        relation_id=profile.relation_id,
        provider=profile.provider,
        due_at=due_at,
        actor=profile.asked_by,
        status=profile.status,
        number=profile.number,
    )


def _locked(session: Session, task: Task) -> Profile | None:
    return session.get(Profile, (task.relation_id, task.provider), with_for_update=True, populate_existing=True)


def _settle(profile: Profile, task: Task) -> None:
    # A later wish has another moment, and stays.
    if profile.due_at == task.due_at:
        profile.due_at, profile.attempts = None, 0


def _announce(session: Session, task: Task, outcome: ProfileOutcome) -> None:
    provider = cast("Provider", task.provider)
    record(session, ProfileUpdated(task.relation_id, provider, outcome))
