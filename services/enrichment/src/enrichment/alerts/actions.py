"""What raises and clears warnings."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.enrichment import AlertCleared, AlertRaised, Provider
from enrichment.alerts.models import AlertRow
from shared.outbox import record


def replace_alerts(
    session: Session, relation_id: UUID, *, provider: str, alerts: Sequence[dict[str, Any]], now: datetime
) -> list[AlertRow]:
    """Make these the warnings about a relation from one register; only what differs is announced."""
    present = {row.code: row for row in session.scalars(_alerts_of(relation_id, provider).with_for_update())}
    told_of = cast("Provider", provider)
    for code in present.keys() - {alert["code"] for alert in alerts}:
        session.delete(present.pop(code))
        record(session, AlertCleared(relation_id, told_of, code))
    kept = []
    for alert in alerts:
        row = present.get(alert["code"])
        if row is None or row.severity != alert["severity"]:
            record(session, AlertRaised(relation_id, told_of, alert["code"], alert["severity"]))
        if row is None:
            row = AlertRow(relation_id=relation_id, provider=provider, code=alert["code"], raised_at=now)
            session.add(row)
        row.severity = alert["severity"]
        row.since = date.fromisoformat(alert["since"]) if alert["since"] else None
        kept.append(row)
    session.flush()
    return kept


def _alerts_of(relation_id: UUID, provider: str) -> Any:
    return select(AlertRow).where(AlertRow.relation_id == relation_id, AlertRow.provider == provider)
