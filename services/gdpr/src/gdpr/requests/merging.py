"""What a merge does with requests about two relations."""

from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from gdpr.requests.models import Request, RequestRelation
from shared.merging.moving import Wishes
from shared.merging.rows import Row


def wishes(session: Session, from_id: UUID, _: UUID) -> Wishes:
    """Leave requests that are under way as they were asked: nobody is erased because of a request about another id."""
    under_way = {
        str(request_id)
        for request_id in session.scalars(
            select(Request.id)
            .join(RequestRelation, RequestRelation.request_id == Request.id)
            .where(RequestRelation.relation_id == from_id, Request.finished_at.is_(None))
        )
    }

    def stays(_: Table, row: Row) -> bool:
        return row.get("request_id") in under_way

    return Wishes(stays=stays)
