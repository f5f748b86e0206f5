"""Warnings over HTTP."""

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint

from enrichment.alerts import queries
from enrichment.alerts.schemas import AlertPage, AlertsQuery, row_shown
from shared.auth import principal, requires
from shared.db import database

blueprint = Blueprint("alerts", __name__, description="Warnings from registers")


@blueprint.get("/alerts")
@blueprint.arguments(AlertsQuery, location="query")
@blueprint.response(200, AlertPage)
@requires("read")
def all_alerts(query: dict[str, Any]) -> Response:
    """Return the warnings that hold at present, latest first."""
    language = principal().language
    with database().transaction() as session:
        page = queries.all_alerts(session, query)
        items = [{"relation_id": row.relation_id, **row_shown(row, language=language)} for row in page["items"]]
        return jsonify({**page, "items": items})
