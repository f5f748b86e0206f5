"""Historie over HTTP."""

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import fields, validate

from relations.history.queries import communications_of, opened_by
from relations.search.queries import summaries
from shared.auth import principal, requires
from shared.db import database
from shared.paging import PageQuery, sorting_by

blueprint = Blueprint("history", __name__, description="Historie")


class HistoryQuery(PageQuery):
    """How to search Historie."""

    q = fields.String(load_default="", validate=validate.Length(max=200))
    sort = sorting_by("opened_at", "name", usual="-opened_at")


@blueprint.get("/history")
@blueprint.arguments(HistoryQuery(), location="query")
@blueprint.response(200)
@requires("read")
def history(query: dict[str, Any]) -> Response:
    """Return the relations this user opened in the last 30 days, as asked or newest first, with the ways to reach each.

    Those that were erased, or made confidential since, are not among them.
    """
    with database().reading() as connection:
        opened, cursor = opened_by(connection, query, user_id=principal().user_id)
        items = summaries(connection, list(opened))
        reach = communications_of(connection, list(opened))
    return jsonify(
        {
            "items": [
                {**item, "opened_at": opened[item["id"]], "communications": reach.get(item["id"], [])} for item in items
            ],
            "next_cursor": cursor,
        }
    )
