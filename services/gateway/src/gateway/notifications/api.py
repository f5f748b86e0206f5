"""Notifications over HTTP."""

from typing import Any

from flask_smorest import Blueprint

from gateway.notifications import actions, queries
from gateway.notifications.schemas import NotificationPage, NotificationQuery, ReadFields
from gateway.users.sessions import current_user
from shared.auth import requires
from shared.db import database

blueprint = Blueprint("notifications", __name__, url_prefix="/api/v1", description="Work under way, and what happened")


@blueprint.get("/notifications")
@blueprint.arguments(NotificationQuery, location="query")
@blueprint.response(200, NotificationPage)
@requires("read")
def list_notifications(query: dict[str, Any]) -> dict[str, Any]:
    """List what there is to tell the user who asks, latest first: ids, codes and counts; kept for 30 days."""
    user = current_user()
    with database().transaction() as session:
        page = queries.list_notifications(session, user, query)
    return {**page, "unread": queries.count_unread(database(), user)}


@blueprint.post("/notifications/read")
@blueprint.arguments(ReadFields)
@blueprint.response(204)
@requires("read")
def mark_read(given: dict[str, Any]) -> None:
    """Note that the user who asks has seen notifications."""
    with database().transaction() as session:
        actions.mark_read(session, current_user().id, ids=given["ids"])
