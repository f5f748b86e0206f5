"""The audit log over HTTP."""

from typing import Any

from flask import current_app
from flask_smorest import Blueprint

from gateway.audit.buffer import ReadLog
from gateway.audit.queries import search_audit
from gateway.audit.schemas import AuditPage, AuditQuery
from shared.auth import requires
from shared.db import database
from shared.errors import Confidential
from shared.sight import hidden_relations

blueprint = Blueprint("audit", __name__, url_prefix="/api/v1", description="Who did what, who read what")


@blueprint.get("/audit")
@blueprint.arguments(AuditQuery, location="query")
@blueprint.response(200, AuditPage)
@requires("audit")
def search(query: dict[str, Any]) -> dict[str, Any]:
    """Search the audit log, latest first; reads of the last second may still be missing.

    What was done with a confidential relation is for auditors who are named on it, and for administrators.
    """
    if query.get("relation_id") in hidden_relations():
        raise Confidential
    log: ReadLog = current_app.extensions["read_log"]
    log.flush()
    with database().transaction() as session:
        return search_audit(session, query)
