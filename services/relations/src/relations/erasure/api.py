"""Verdicts and candidates for erasure over HTTP."""

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from relations.erasure.verdicts import candidates, refusals
from relations.record.schemas import Ids
from relations.search.queries import summaries
from shared.auth import requires
from shared.db import database
from shared.paging import LARGEST_PAGE

blueprint = Blueprint("erasure", __name__, description="Who may be erased")


class CandidateQuery(Schema):
    """A page of candidates."""

    cursor = fields.UUID(load_default=None, allow_none=True)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, LARGEST_PAGE))


@blueprint.post("/erasure-verdicts")
@blueprint.arguments(Ids())
@blueprint.response(200)
@requires("privacy")
def verdicts(query: dict[str, Any]) -> Response:
    """Tell which relations may be erased and, of the others, why not."""
    with database().reading() as connection:
        refused = refusals(connection, query["relation_ids"])
    return jsonify(
        {
            "allowed": [relation_id for relation_id in query["relation_ids"] if relation_id not in refused],
            "refused": [{"relation_id": relation_id, "reason": reason} for relation_id, reason in refused.items()],
        }
    )


@blueprint.get("/erasure-candidates")
@blueprint.arguments(CandidateQuery(), location="query")
@blueprint.response(200)
@requires("gdpr")
def no_active_matter(query: dict[str, Any]) -> Response:
    """Return the relations that stand in no active matter and are no employee."""
    with database().reading() as connection:
        ids = candidates(connection, after=query["cursor"], limit=query["limit"] + 1)
        page = ids[: query["limit"]]
        items = [
            {"relation_id": item["id"], "number": item["number"], "display_name": item["display_name"]}
            for item in summaries(connection, page)
        ]
    return jsonify({"items": items, "next_cursor": page[-1] if len(ids) > query["limit"] else None})
