"""The matter register over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, fields, post_load, validate

from relations.matters import actions, queries
from relations.matters.domain import RegisterMatter
from relations.record.queries import require_seen
from relations.record.schemas import CODE, Line
from shared.auth import requires
from shared.db import database
from shared.errors import Invalid
from shared.paging import PageQuery

blueprint = Blueprint("matters", __name__, description="The register of matters")

MATTER_NUMBER = validate.Regexp(r"^[A-Za-z0-9./_-]{1,40}$", error="Letters, digits and . / _ - only")


class PartyFields(Schema):
    """A relation's part in a matter."""

    relation_id = fields.UUID(required=True)
    role = fields.String(required=True, validate=CODE)


class MatterFields(Schema):
    """A matter as the matters module tells of it."""

    title = Line(load_default="", validate=validate.Length(max=300))
    status = fields.String(required=True, validate=validate.OneOf(("active", "closed")))
    parties = fields.List(fields.Nested(PartyFields), load_default=list, validate=validate.Length(max=500))

    @post_load
    def to_parts(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Bring the parties into the shape of a command."""
        return {**data, "parties": frozenset((party["relation_id"], party["role"]) for party in data["parties"])}


class MatterQuery(PageQuery):
    """How to find matters."""

    q = fields.String(load_default="", validate=validate.Length(max=100))


@blueprint.put("/matters/<path:number>")
@blueprint.arguments(MatterFields())
@blueprint.response(200)
@requires("write")
def put(data: dict[str, Any], number: str) -> Response:
    """Keep the state and the whole list of parties of a matter."""
    try:
        MATTER_NUMBER(number)
    except ValidationError as error:
        raise Invalid({"number": [str(error)]}) from error
    with database().transaction() as session:
        actions.register_matter(session, RegisterMatter(number=number, **data))
    return jsonify({"number": number, "status": data["status"], "title": data["title"]})


@blueprint.get("/matters")
@blueprint.arguments(MatterQuery(), location="query")
@blueprint.response(200)
@requires("read")
def search(query: dict[str, Any]) -> Response:
    """Find matters by a piece of number or title."""
    with database().reading() as connection:
        items = queries.search_matters(connection, query["q"], limit=query["limit"])
    return jsonify({"items": items, "next_cursor": None})


@blueprint.get("/relations/<uuid:relation_id>/matters")
@blueprint.response(200)
@requires("read")
def of_relation(relation_id: UUID) -> Response:
    """Return the matters in which a relation has a part."""
    with database().reading() as connection:
        require_seen(connection, relation_id)
        return jsonify({"items": queries.matters_of(connection, relation_id), "next_cursor": None})


@blueprint.get("/panels/matters/<uuid:relation_id>")
@blueprint.response(200)
@requires("read")
def panel(relation_id: UUID) -> Response:
    """Return what the card shows of a relation's matters."""
    with database().reading() as connection:
        return jsonify({"items": queries.matters_of(connection, relation_id)})
