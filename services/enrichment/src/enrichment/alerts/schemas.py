"""The wire shapes of warnings."""

from typing import Any

from marshmallow import Schema, fields, validate

from enrichment.alerts.models import AlertRow
from enrichment.providers.alerts import Alert
from shared.paging import PageQuery

LANGUAGES = ("nl", "fr", "en")
SEVERITIES = ("red", "amber")


class AlertOut(Schema):
    """A warning; ``text`` is in the caller's language, ``texts`` in every language, for a copy that many share."""

    relation_id = fields.UUID()
    provider = fields.String()
    code = fields.String()
    severity = fields.String(validate=validate.OneOf(SEVERITIES))
    since = fields.Date(allow_none=True)
    text = fields.String()
    texts = fields.Dict(keys=fields.String(), values=fields.String())


class AlertsQuery(PageQuery):
    """Which warnings to show."""

    severity = fields.String(validate=validate.OneOf(SEVERITIES))


class AlertPage(Schema):
    """A page of warnings, latest first."""

    items = fields.List(fields.Nested(AlertOut))
    next_cursor = fields.String(allow_none=True)
    total = fields.Integer()


def alert_shown(*, code: str, severity: str, provider: str, since: str | None, language: str) -> dict[str, Any]:
    """Return a warning with its words."""
    words = Alert(code=code, severity="red", provider=provider)
    return {
        "severity": severity,
        "code": code,
        "text": words.text(language),
        "texts": {each: words.text(each) for each in LANGUAGES},
        "provider": provider,
        "since": since,
    }


def row_shown(row: AlertRow, *, language: str) -> dict[str, Any]:
    """Return a stored warning with its words; where the register names no date, the day it was raised."""
    since = (row.since or row.raised_at.date()).isoformat()
    return alert_shown(code=row.code, severity=row.severity, provider=row.provider, since=since, language=language)
