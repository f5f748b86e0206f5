"""The one way in which an import ends."""

from typing import Literal

from sqlalchemy.orm import Session

from contracts.relations import ImportFinished
from relations.imports.models import Import
from shared.clock import utc_now
from shared.outbox import record

End = Literal["done", "failed", "cancelled", "rolled_back"]


def end_import(session: Session, run: Import, status: End, problem: str = "") -> None:
    """Close an import, or its rolling back, and tell so."""
    run.status, run.problem, run.finished_at = status, problem, utc_now()
    event = ImportFinished(run.id, status, run.dry_run, run.created, run.skipped, run.removed)
    record(session, event)
