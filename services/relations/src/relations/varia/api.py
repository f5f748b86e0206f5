"""The definitions of varia over HTTP."""

from typing import Any

from flask import Response, jsonify, make_response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy import select

from relations.record.lines import CODE, Line
from relations.record.schemas import LabelFields
from relations.record.varia import LEVELS, TYPES, VariaDefinition
from relations.varia import actions
from shared.auth import requires
from shared.db import database

blueprint = Blueprint("varia", __name__, description="Fields of the office's own")

KEY = validate.Regexp(r"^[a-z0-9_-]{1,64}$", error="Use a key: small letters, digits, _ -")


class ChangeableFields(Schema):
    """What may change of a field once it is in use."""

    labels = fields.Nested(LabelFields, required=True)
    options = fields.List(Line(validate=validate.Length(1, 100)), load_default=list, validate=validate.Length(max=200))
    groups = fields.List(fields.String(validate=CODE), load_default=list, validate=validate.Length(max=50))
    searchable = fields.Boolean(load_default=False)
    personal = fields.Boolean(
        load_default=True, metadata={"description": "False: erasure leaves the value on what is left of a relation"}
    )
    retired = fields.Boolean(load_default=False)
    position = fields.Integer(strict=True, validate=validate.Range(0, 10_000))


class DefinitionFields(ChangeableFields):
    """A field of the office's own; key, level and type stay as they were made."""

    key = fields.String(required=True, validate=KEY)
    level = fields.String(required=True, validate=validate.OneOf(LEVELS))
    type = fields.String(required=True, validate=validate.OneOf(tuple(TYPES)))


class DefinitionQuery(Schema):
    """Which definitions to list."""

    level = fields.String(validate=validate.OneOf(LEVELS))


@blueprint.get("/varia-definitions")
@blueprint.arguments(DefinitionQuery(), location="query")
@blueprint.response(200)
@requires("read")
def definitions(query: dict[str, Any]) -> Response:
    """Return the office's own fields in their order, retired ones too."""
    statement = select(VariaDefinition).filter_by(**query).order_by(VariaDefinition.position, VariaDefinition.key)
    with database().transaction() as session:
        items = [DefinitionFields().dump(each) for each in session.scalars(statement)]
    return jsonify({"items": items, "next_cursor": None})


@blueprint.post("/varia-definitions")
@blueprint.arguments(DefinitionFields())
@blueprint.response(201, DefinitionFields)
@requires("key_user")
def define(new: dict[str, Any]) -> Response:
    """Define a field."""
    with database().transaction() as session:
        return make_response(jsonify(DefinitionFields().dump(actions.define(session, fields=new))), 201)


@blueprint.patch("/varia-definitions/<level>/<key>")
@blueprint.arguments(ChangeableFields(partial=True))
@blueprint.response(200, DefinitionFields)
@requires("key_user")
def redefine(changes: dict[str, Any], level: str, key: str) -> Response:
    """Change a field; values that are there stay, and a retired field takes no new ones."""
    with database().transaction() as session:
        definition = actions.redefine(session, level=level, key=key, changes=changes)
        return jsonify(DefinitionFields().dump(definition))
