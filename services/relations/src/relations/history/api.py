"""Historie over HTTP."""

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import fields, validate
from sqlalchemy import func, select, text

from relations.history.actions import KEEP_DAYS
from relations.history.models import Opened
from relations.history.queries import communications_of
from relations.record.confidentiality import viewer
from relations.record.domain import plain
from relations.record.models import Relation
from relations.record.queries import GONE
from relations.search.queries import summaries
from shared.auth import principal, requires
from shared.db import database
from shared.paging import PageQuery

blueprint = Blueprint("history", __name__, description="Historie")


class HistoryQuery(PageQuery):
    """How to search Historie."""

    q = fields.String(load_default="", validate=validate.Length(max=200))


@blueprint.get("/history")
@blueprint.arguments(HistoryQuery(), location="query")
@blueprint.response(200)
@requires("read")
def history(query: dict[str, Any]) -> Response:
    """Return the relations this user opened in the last 30 days, newest first, with the ways to reach each.

    Those that were erased, or made confidential since, are not among them.
    """
    piece = plain(query["q"]).replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    statement = (
        select(Opened.relation_id, Opened.opened_at)
        .join(Relation, Relation.id == Opened.relation_id)
        .where(
            Opened.user_id == principal().user_id,
            Opened.opened_at > func.now() - text(f"interval '{KEEP_DAYS} days'"),
            Relation.status.not_in(GONE),
            viewer().condition(),
            Relation.search_text.like(f"%{piece}%"),
        )
        .order_by(Opened.opened_at.desc())
        .limit(query["limit"])
    )
    with database().reading() as connection:
        opened = {row.relation_id: row.opened_at for row in connection.execute(statement)}
        items = summaries(connection, list(opened))
        reach = communications_of(connection, list(opened))
    return jsonify(
        {
            "items": [
                {**item, "opened_at": opened[item["id"]], "communications": reach.get(item["id"], [])} for item in items
            ],
            "next_cursor": None,
        }
    )
