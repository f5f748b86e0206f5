"""Whose a scan is while it runs: one worker's, for as long as that gives signs of life."""

from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from contracts.relations import DuplicateScanFinished
from relations.duplicates.models import DuplicateScan
from shared.db import Database
from shared.ids import new_id
from shared.outbox import record

LEASE = timedelta(minutes=5)
"""How long a worker may be silent before another one goes on with its scan."""

MOST_ATTEMPTS = 3
"""Claims of one scan without a step done, after which it is given up."""


End = Literal["done", "failed", "cancelled"]


class NotOursAnyMore(Exception):
    """The scan was cancelled, or another worker has taken it over: not another step."""


def claim_scan(database: Database) -> DuplicateScan | None:
    """Take the scan that is queued, or whose worker gives no more signs of life; None when there is nothing to do."""
    with database.transaction() as session:
        scan = session.scalars(
            select(DuplicateScan)
            .where(
                or_(
                    DuplicateScan.status == "queued",
                    (DuplicateScan.status == "running") & (DuplicateScan.lease_until < func.now()),
                )
            )
            .order_by(DuplicateScan.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if scan is None:
            return None
        ending = _ending(scan)
        if ending:
            end_scan(session, scan, ending)
            return None
        scan.status, scan.claim, scan.attempts = "running", new_id(), scan.attempts + 1
        scan.started_at = scan.started_at or func.now()
        scan.lease_until = func.now() + LEASE
        session.flush()
        session.refresh(scan)
        return scan


def end_scan(session: Session, scan: DuplicateScan, status: End) -> None:
    """Close a scan and tell so."""
    scan.status, scan.finished_at, scan.lease_until = status, func.now(), None
    record(session, DuplicateScanFinished(scan.id, status, scan.found))


def _ending(scan: DuplicateScan) -> End | None:
    if scan.cancel_requested:
        return "cancelled"
    return "failed" if scan.attempts >= MOST_ATTEMPTS else None


def advance(session: Session, scan: DuplicateScan, **values: Any) -> None:
    """Write to the scan, as a sign of life; raises ``NotOursAnyMore``."""
    held = session.scalar(
        update(DuplicateScan)
        .where(
            DuplicateScan.id == scan.id,
            DuplicateScan.claim == scan.claim,
            DuplicateScan.status == "running",
            DuplicateScan.cancel_requested.is_(False),
        )
        .values(**{"lease_until": func.now() + LEASE, "attempts": 0, **values})
        .returning(DuplicateScan.id)
        .execution_options(synchronize_session=False)
    )
    if held is None:
        raise NotOursAnyMore


def end_if_cancelled(database: Database, scan_id: UUID) -> None:
    """Close a scan whose cancelling was asked for."""
    with database.transaction() as session:
        scan = session.get(DuplicateScan, scan_id, with_for_update=True)
        if scan and scan.status in ("queued", "running") and scan.cancel_requested:
            end_scan(session, scan, "cancelled")
