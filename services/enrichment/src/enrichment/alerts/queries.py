"""What reads warnings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from enrichment.alerts.models import AlertRow
from shared.errors import Invalid
from shared.paging import decode_cursor, encode_cursor
from shared.sight import is_seen

ORDER = (AlertRow.raised_at, AlertRow.relation_id, AlertRow.provider, AlertRow.code)


def alerts_of(session: Session, relation_id: UUID) -> list[AlertRow]:
    """Return the warnings about a relation, the gravest first."""
    rows = session.scalars(select(AlertRow).where(AlertRow.relation_id == relation_id).order_by(*ORDER))
    return sorted(rows, key=lambda row: row.severity != "red")


def all_alerts(session: Session, query: dict[str, Any]) -> dict[str, Any]:
    """Return one page of the warnings about every relation of which the caller sees them, latest first."""
    matching = [is_seen(AlertRow.relation_id)]
    matching += [AlertRow.severity == query["severity"]] if "severity" in query else []
    page = select(AlertRow).where(*matching).order_by(*(column.desc() for column in ORDER))
    if query["cursor"] is not None:
        page = page.where(tuple_(*ORDER) < _last_seen(query["cursor"]))
    rows = list(session.scalars(page.limit(query["limit"] + 1)))
    shown = rows[: query["limit"]]
    last = shown[-1] if len(rows) > query["limit"] else None
    found: dict[str, Any] = {
        "items": shown,
        "next_cursor": encode_cursor(last.raised_at, last.relation_id, last.provider, last.code) if last else None,
    }
    if query["total"]:
        found["total"] = session.scalar(select(func.count()).select_from(AlertRow).where(*matching))
    return found


def _last_seen(cursor: str) -> tuple[datetime, UUID, str, str]:
    try:
        raised_at, relation_id, provider, code = decode_cursor(cursor, keys=4)
        return datetime.fromisoformat(raised_at), UUID(relation_id), str(provider), str(code)
    except (ValueError, TypeError, AttributeError) as error:
        raise Invalid({"cursor": ["Leave it out to start at the first page"]}) from error
