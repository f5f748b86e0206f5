"""What reads the audit log."""

from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from gateway.audit.models import AuditEntry
from gateway.users.models import Account
from shared.paging import decode_cursor, encode_cursor
from shared.sight import is_seen


def search_audit(session: Session, query: dict[str, Any]) -> dict[str, Any]:
    """Return one page of what the caller may see of the log, latest first, with usernames."""
    matching = (
        select(AuditEntry, Account.username)
        .outerjoin(Account, Account.id == AuditEntry.actor)
        .where(*_conditions(query))
    )
    page: dict[str, Any] = {}
    if query["total"]:
        page["total"] = session.scalar(select(func.count()).select_from(matching.subquery()))
    if query["cursor"] is not None:
        (last,) = decode_cursor(query["cursor"], keys=1)
        matching = matching.where(AuditEntry.id < last)
    rows = session.execute(matching.order_by(AuditEntry.id.desc()).limit(query["limit"] + 1)).all()
    shown = rows[: query["limit"]]
    page["items"] = [_as_item(entry, username) for entry, username in shown]
    page["next_cursor"] = encode_cursor(shown[-1][0].id) if len(rows) > query["limit"] else None
    return page


def _as_item(entry: AuditEntry, username: str | None) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": entry.at,
        "actor": username or str(entry.actor),
        "action": entry.action,
        "relation_id": entry.relation_id,
        "subject": entry.subject,
        "status": entry.status,
        "request_id": entry.request_id,
    }


def _conditions(query: dict[str, Any]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [is_seen(AuditEntry.relation_id)]
    if "actor" in query:
        conditions.append(Account.username == query["actor"])
    if "relation_id" in query:
        conditions.append(AuditEntry.relation_id == query["relation_id"])
    if "since" in query:
        conditions.append(AuditEntry.at >= query["since"])
    if "until" in query:
        conditions.append(AuditEntry.at < query["until"])
    return conditions
