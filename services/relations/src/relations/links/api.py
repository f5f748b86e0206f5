"""Links between relations over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify, make_response
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, fields, validates_schema
from sqlalchemy import select

from relations.links import actions, queries
from relations.links.models import Link, LinkType
from relations.record.lines import CODE, line
from relations.record.queries import require_seen
from relations.record.schemas import LabelFields
from shared.auth import requires
from shared.db import database
from shared.idempotency import create_once

blueprint = Blueprint("links", __name__, description="Links between relations")


class LinkFields(Schema):
    """What a relation is to another one, and since when."""

    id = fields.UUID(dump_only=True)
    other_id = fields.UUID(required=True)
    type = fields.String(required=True, validate=CODE)
    valid_from = fields.Date(data_key="from", allow_none=True, load_default=None)
    valid_to = fields.Date(data_key="to", allow_none=True, load_default=None)
    note = line(300)

    @validates_schema(skip_on_field_errors=True)
    def check(self, data: dict[str, Any], **_: Any) -> None:
        """Check what depends on more than one field."""
        if data.get("valid_from") and data.get("valid_to") and data["valid_to"] < data["valid_from"]:
            raise ValidationError({"to": ["This is before the first day"]})


class LinkChanges(LinkFields):
    """What may change of a link: anything but whom it is about."""

    class Meta:
        """Which of the fields these are."""

        exclude = ("id", "other_id")


class LinkTypeFields(Schema):
    """A kind of link, with its name seen from either end."""

    code = fields.String(required=True, validate=CODE)
    labels = fields.Nested(LabelFields, required=True)
    labels_reverse = fields.Nested(LabelFields, required=True)


@blueprint.get("/relations/<uuid:relation_id>/links")
@blueprint.response(200)
@requires("read")
def links(relation_id: UUID) -> Response:
    """Return the links of a relation seen from its own end, present ones first."""
    with database().reading() as connection:
        require_seen(connection, relation_id)
        return jsonify({"items": queries.links_of(connection, relation_id), "next_cursor": None})


@blueprint.post("/relations/<uuid:relation_id>/links")
@blueprint.arguments(LinkFields())
@blueprint.response(201, LinkFields)
@requires("write")
def add_link(new: dict[str, Any], relation_id: UUID) -> Response:
    """Link a relation to another one."""
    with database().transaction() as session:
        link = create_once(
            session,
            lambda: actions.add_link(session, relation_id, fields=new),
            again=lambda link_id: session.get_one(Link, link_id),
            id_of=lambda made: made.id,
        )
        return make_response(jsonify(LinkFields().dump(link)), 201)


@blueprint.patch("/relations/<uuid:relation_id>/links/<uuid:link_id>")
@blueprint.arguments(LinkChanges(partial=True))
@blueprint.response(200, LinkFields)
@requires("write")
def edit_link(changes: dict[str, Any], relation_id: UUID, link_id: UUID) -> Response:
    """Change the kind, the days or the note of a link, from whichever end."""
    with database().transaction() as session:
        link = actions.edit_link(session, relation_id, link_id, fields=changes)
        return jsonify(LinkFields().dump(link))


@blueprint.delete("/relations/<uuid:relation_id>/links/<uuid:link_id>")
@blueprint.response(204)
@requires("write")
def remove_link(relation_id: UUID, link_id: UUID) -> None:
    """Remove a link, from whichever end."""
    with database().transaction() as session:
        actions.remove_link(session, relation_id, link_id)


@blueprint.get("/link-types")
@blueprint.response(200)
@requires("read")
def link_types() -> Response:
    """Return the kinds of link with their two labels."""
    with database().transaction() as session:
        found = session.scalars(select(LinkType).order_by(LinkType.position, LinkType.code))
        return jsonify({"items": [LinkTypeFields().dump(each) for each in found], "next_cursor": None})


@blueprint.post("/link-types")
@blueprint.arguments(LinkTypeFields())
@blueprint.response(201, LinkTypeFields)
@requires("key_user")
def add_link_type(new: dict[str, Any]) -> Response:
    """Add a kind of link of the office's own."""
    with database().transaction() as session:
        return make_response(jsonify(LinkTypeFields().dump(actions.add_link_type(session, fields=new))), 201)
