"""Which relations may not go into a mailbox."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from m365_sync.erasure.models import ErasureMark

ANNOUNCING_OR_ERASING = 7_310_365
"""The advisory lock that many announcements may share, and the start of an erasure has alone; both are brief."""


def under_erasure(session: Session, relation_ids: Sequence[UUID], *, since: datetime | None = None) -> set[UUID]:
    """Return those being erased, or, given ``since``, finished being erased after that moment.

    Until this transaction ends no erasure begins.
    """
    session.execute(select(func.pg_advisory_xact_lock_shared(ANNOUNCING_OR_ERASING)))
    forbidden: ColumnElement[bool] = ErasureMark.lifted_at.is_(None)
    if since is not None:
        forbidden = or_(forbidden, ErasureMark.lifted_at >= since)
    return set(
        session.scalars(
            select(ErasureMark.relation_id).where(ErasureMark.relation_id.in_(list(relation_ids)), forbidden)
        )
    )
