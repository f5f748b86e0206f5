"""The field history over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from relations.changes import actions, queries
from relations.record.api import answer
from relations.record.queries import require_seen, shown_by_id
from relations.record.schemas import RelationOut
from shared.auth import requires
from shared.db import database
from shared.paging import PageQuery

blueprint = Blueprint("changes", __name__, description="The field history of a relation")


class ChangeOut(Schema):
    """What became of one field."""

    id = fields.UUID()
    at = fields.DateTime()
    actor = fields.String()
    source = fields.String()
    field = fields.String()
    old = fields.Raw(allow_none=True)
    new = fields.Raw(allow_none=True)
    revertible = fields.Boolean()


class ChangePage(Schema):
    """A page of the field history."""

    items = fields.List(fields.Nested(ChangeOut))
    next_cursor = fields.String(allow_none=True)


@blueprint.get("/relations/<uuid:relation_id>/changes")
@blueprint.arguments(PageQuery(), location="query")
@blueprint.response(200, ChangePage)
@requires("read")
def changes(query: dict[str, Any], relation_id: UUID) -> Response:
    """Return what became of every field of a relation, newest first."""
    with database().transaction() as session:
        require_seen(session, relation_id)
        return jsonify(queries.changes_of(session, relation_id, limit=query["limit"], cursor=query["cursor"]))


@blueprint.post("/relations/<uuid:relation_id>/changes/<uuid:change_id>/revert")
@blueprint.response(200, RelationOut)
@requires("write")
def revert(relation_id: UUID, change_id: UUID) -> Response:
    """Put one field back to what it was before a change; refused with the reason when that cannot be."""
    with database().transaction() as session:
        actions.revert_change(session, relation_id, change_id)
        return answer(shown_by_id(session, relation_id))
