"""What changes duplicates: scans begun and stopped, pairs told apart, pairs forgotten."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from relations.duplicates.claims import end_scan
from relations.duplicates.models import DuplicatePair, DuplicateScan
from relations.hygiene.checking import mark_due
from relations.record.models import Relation
from relations.record.queries import hidden_relations
from shared.clock import Clock, utc_now
from shared.context import acting
from shared.db import Database
from shared.errors import Confidential, Conflict, Invalid, Unknown

NIGHT = range(1, 4)
"""Hours (UTC) in which a scan begins by itself."""

ONCE_A_NIGHT = timedelta(hours=12)

SCANS_BEGIN_ONE_BY_ONE = 7_310_061
"""The advisory lock under which a scan is begun."""


class UnknownScan(Unknown):
    """There is no such scan."""


class ScanEnded(Conflict):
    """The scan is over: there is nothing to stop."""

    title = "This scan has ended"


def begin_scan(session: Session) -> DuplicateScan:
    """Queue a scan of the whole base, or return the one that waits or runs."""
    session.execute(select(func.pg_advisory_xact_lock(SCANS_BEGIN_ONE_BY_ONE)))
    current = session.scalars(select(DuplicateScan).where(DuplicateScan.status.in_(("queued", "running")))).first()
    if current is not None:
        return current
    scan = DuplicateScan(started_by=acting().actor)
    session.add(scan)
    session.flush()
    session.refresh(scan)
    return scan


def cancel_scan(session: Session, scan_id: UUID) -> DuplicateScan:
    """Stop a scan after the step at hand; raises ``UnknownScan`` and ``ScanEnded``."""
    scan = session.get(DuplicateScan, scan_id, with_for_update=True)
    if scan is None:
        raise UnknownScan
    if scan.status not in ("queued", "running"):
        raise ScanEnded
    scan.cancel_requested = True
    if scan.status == "queued":
        end_scan(session, scan, "cancelled")
    session.flush()
    session.refresh(scan)
    return scan


def begin_nightly_scan(database: Database, *, clock: Clock = utc_now) -> None:
    """Queue a scan when it is night and none was begun lately."""
    now = clock()
    if now.hour not in NIGHT:
        return
    with database.transaction() as session:
        lately = select(DuplicateScan.id).where(DuplicateScan.created_at > now - ONCE_A_NIGHT).limit(1)
        if session.scalars(lately).first() is None:
            begin_scan(session)


def tell_apart(session: Session, one: UUID, other: UUID) -> None:
    """Remember that two relations are not the same one.

    Raises ``Invalid`` for the same id or an unknown one, and ``Confidential``.
    """
    a, b = sorted((one, other))
    if a == b:
        raise Invalid({"b": ["Name two different relations"]})
    _refuse_unless_both_seen(session, a, b)
    locked = select(Relation.id).where(Relation.id.in_((a, b)), Relation.status != "anonymised").order_by(Relation.id)
    known = set(session.scalars(locked.with_for_update(read=True)))
    unknown = {name: ["There is no such relation"] for name, each in (("a", one), ("b", other)) if each not in known}
    if unknown:
        raise Invalid(unknown)
    decided = {"status": "not_duplicate", "decided_by": acting().actor, "decided_at": func.now()}
    upsert = insert(DuplicatePair).values(a=a, b=b, **decided)
    session.execute(upsert.on_conflict_do_update(index_elements=["a", "b"], set_=decided))
    mark_due(session, [a, b])


def doubt_again(session: Session, one: UUID, other: UUID) -> None:
    """Forget that two relations were told apart: a pair that a scan found is proposed again. Safe to repeat.

    Raises ``Confidential``.
    """
    a, b = sorted((one, other))
    _refuse_unless_both_seen(session, a, b)
    told_apart = (DuplicatePair.a == a, DuplicatePair.b == b, DuplicatePair.status == "not_duplicate")
    # Told apart before any scan found them: there is no likeness to go back to.
    session.execute(delete(DuplicatePair).where(*told_apart, DuplicatePair.score == 0))
    session.execute(update(DuplicatePair).where(*told_apart).values(status="open", decided_by="", decided_at=None))
    mark_due(session, [a, b])


def forget_pairs(session: Session, relation_ids: Sequence[UUID]) -> None:
    """Forget every pair of those of the relations that were erased, with what was said of it."""
    stay = set(
        session.scalars(select(Relation.id).where(Relation.id.in_(relation_ids), Relation.status != "anonymised"))
    )
    gone = [relation_id for relation_id in relation_ids if relation_id not in stay]
    session.execute(delete(DuplicatePair).where(or_(DuplicatePair.a.in_(gone), DuplicatePair.b.in_(gone))))


def forget_old_scans(database: Database) -> None:
    """Let scans vanish that ended more than 90 days ago."""
    with database.transaction() as session:
        session.execute(delete(DuplicateScan).where(DuplicateScan.finished_at < func.now() - timedelta(days=90)))


def _refuse_unless_both_seen(session: Session, *pair: UUID) -> None:
    if not set(pair).isdisjoint(hidden_relations(session)):
        raise Confidential
