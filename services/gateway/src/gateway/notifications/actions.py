"""What makes, settles, reads and forgets notifications."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gateway.audit.domain import CARD_OPENED
from gateway.audit.models import AuditEntry
from gateway.notifications.domain import ALERT, KEEP_DAYS, LOST_MAILBOX, SOON, UNDER_WAY, WORK
from gateway.notifications.models import Notification
from gateway.users.models import Account
from shared.db import Database
from shared.ids import new_id

RECENTLY = text(f"interval '{KEEP_DAYS} days'")
UNIQUE = (Notification.subject_id, Notification.kind, Notification.user_id)
BEGUN = {"begun_at": func.now(), "at": func.now(), "read_at": None}
"""What is new starts anew, also where an earlier end of the same work was told already."""


def note_work(
    database: Database, kind: str, work_id: UUID, *, user_id: UUID, status: str, places: Mapping[str, Any]
) -> None:
    """Remember that a user started work, unless it is over already; ``places`` fill in the paths of its kind."""
    if status not in UNDER_WAY:
        return
    work = WORK[kind]
    row = {
        "user_id": user_id,
        "kind": kind,
        "subject_id": work_id,
        "status": status,
        "counts": {},
        "path": work.path.format(id=work_id, **places),
        "page": work.page.format(id=work_id, **places),
    }
    with database.transaction() as session:
        _tell(session, [row])


def settle_work(session: Session, kind: str, work_id: UUID, *, status: str, counts: Mapping[str, int]) -> None:
    """Tell who started work how it ended; what ended well before their eyes counts as read."""
    is_news = (func.now() - Notification.begun_at > SOON) | (status == "failed")
    session.execute(
        update(Notification)
        .where(Notification.kind == kind, Notification.subject_id == work_id, Notification.status.in_(UNDER_WAY))
        .values(status=status, counts=dict(counts), at=func.now(), read_at=case((is_news, None), else_=func.now()))
        .execution_options(synchronize_session=False)
    )


def warn_of_alert(session: Session, relation_id: UUID) -> None:
    """Tell everybody who opened the card of a relation lately that there is a red alert about it."""
    readers = (
        select(AuditEntry.actor)
        .join(Account, Account.id == AuditEntry.actor)
        .where(
            AuditEntry.relation_id == relation_id,
            AuditEntry.action == CARD_OPENED,
            AuditEntry.at > func.now() - RECENTLY,
            Account.active,
        )
        .distinct()
    )
    page = f"/relations/{relation_id}"
    about = {"kind": ALERT, "subject_id": relation_id, "status": "red", "counts": {}, "page": page}
    _tell(session, [{"user_id": user_id, **about} for user_id in session.scalars(readers)])


def warn_of_lost_mailbox(session: Session, user_id: UUID) -> None:
    """Tell a user that Microsoft asks for a new sign-in."""
    if session.get(Account, user_id) is not None:
        about = {"kind": LOST_MAILBOX, "subject_id": user_id, "status": "failed", "counts": {}, "page": "/m365"}
        _tell(session, [{"user_id": user_id, **about}])


def _tell(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        upsert = insert(Notification).values([{"id": new_id(), "path": "", **row} for row in rows])
        changed = {name: upsert.excluded[name] for name in ("status", "counts", "path", "page")}
        session.execute(upsert.on_conflict_do_update(index_elements=UNIQUE, set_={**changed, **BEGUN}))


def mark_read(session: Session, user_id: UUID, *, ids: Sequence[UUID] | None = None) -> None:
    """Note that a user has seen these notifications, or with None all that are no work under way."""
    seen = Notification.id.in_(ids) if ids is not None else Notification.status.not_in(UNDER_WAY)
    session.execute(
        update(Notification)
        .where(Notification.user_id == user_id, Notification.read_at.is_(None), seen)
        .values(read_at=func.now())
        .execution_options(synchronize_session=False)
    )


def forget_alerts(session: Session, relation_ids: Sequence[UUID]) -> None:
    """Delete what was told of relations that are erased."""
    session.execute(delete(Notification).where(Notification.kind == ALERT, Notification.subject_id.in_(relation_ids)))


def forget_old_notifications(database: Database) -> None:
    """Let what was told more than ``KEEP_DAYS`` ago vanish."""
    with database.transaction() as session:
        session.execute(delete(Notification).where(Notification.at < func.now() - RECENTLY))
