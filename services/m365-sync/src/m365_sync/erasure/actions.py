"""What begins, ends and answers erasures."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts.erasure import ErasureFailure
from contracts.gdpr import ErasureRequested
from contracts.m365_sync import M365SyncErasureCompleted
from m365_sync.erasure.domain import KEEP_LIFTED
from m365_sync.erasure.models import ErasureBatch, ErasureMark, Removal
from m365_sync.erasure.queries import ANNOUNCING_OR_ERASING
from m365_sync.merging.actions import forget_what_merges_kept
from m365_sync.runs.models import Link
from m365_sync.tables import Tables
from shared.ids import new_id
from shared.merging.following import merged_into
from shared.outbox import record


def begin_erasure(session: Session, event: ErasureRequested) -> None:
    """Mark the relations, order every copy to be removed, and answer at once when there is none.

    Asked again: answers again when the answer was given before, and waits on when it was not.
    """
    session.execute(select(func.pg_advisory_xact_lock(ANNOUNCING_OR_ERASING)))
    first = session.scalar(
        insert(ErasureBatch)
        .values(request_id=event.request_id, batch=event.batch)
        .on_conflict_do_nothing()
        .returning(ErasureBatch.batch)
    )
    if first is not None and event.relation_ids:
        this = {"request_id": event.request_id, "batch": event.batch}
        session.execute(
            insert(ErasureMark).on_conflict_do_nothing(), [{**this, "relation_id": id_} for id_ in event.relation_ids]
        )
        # Where both of a merged pair were in one mailbox, the copy of the one that is gone still stands there.
        everybody = [*event.relation_ids, *merged_into(session, Tables.metadata, event.relation_ids)]
        copies = session.execute(
            select(Link.relation_id, Link.mailbox_id, Link.user_id).where(Link.relation_id.in_(everybody))
        ).all()
        session.add_all(Removal(id=new_id(), **this, **copy._mapping) for copy in copies)
        forget_what_merges_kept(session, everybody)
        session.flush()
    answer_when_complete(session, event.request_id, batch=event.batch)


def answer_when_complete(session: Session, request_id: UUID, *, batch: int) -> None:
    """Record the answer to a batch once nothing of it is pending."""
    this = (ErasureBatch.request_id == request_id, ErasureBatch.batch == batch)
    session.execute(select(ErasureBatch.batch).where(*this).with_for_update())
    removals = session.execute(
        select(Removal.relation_id, Removal.status, Removal.reason)
        .where(Removal.request_id == request_id, Removal.batch == batch)
        .order_by(Removal.id)
    ).all()
    if any(status == "pending" for _, status, _ in removals):
        return
    relation_ids = session.scalars(
        select(ErasureMark.relation_id)
        .where(ErasureMark.request_id == request_id, ErasureMark.batch == batch)
        .order_by(ErasureMark.relation_id)
    ).all()
    living = merged_into(session, Tables.metadata, relation_ids)
    failed = {
        living.get(relation_id, relation_id): reason or "failed"
        for relation_id, status, reason in removals
        if status == "failed"
    }
    record(
        session,
        M365SyncErasureCompleted(
            request_id=request_id,
            batch=batch,
            done=tuple(relation_id for relation_id in relation_ids if relation_id not in failed),
            failed=tuple(ErasureFailure(relation_id, reason) for relation_id, reason in failed.items()),
        ),
    )
    session.execute(
        update(ErasureBatch).where(*this).values(answered_at=func.coalesce(ErasureBatch.answered_at, func.now()))
    )


def lift_marks(session: Session, request_id: UUID, *, at: datetime) -> None:
    """Leave it to the owner of the relations again, now that the request is finished."""
    session.execute(
        update(ErasureMark)
        .where(ErasureMark.request_id == request_id, ErasureMark.lifted_at.is_(None))
        .values(lifted_at=at)
    )


def forget_old_marks(session: Session, *, now: datetime) -> None:
    """Forget marks that no run can still run into."""
    session.execute(delete(ErasureMark).where(ErasureMark.lifted_at < now - KEEP_LIFTED))
