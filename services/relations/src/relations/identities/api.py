"""Legal identities over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response, current_app, jsonify, make_response
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, fields, post_load, validate

from relations.identities import actions, queries
from relations.identities.domain import SITUATIONS, RecordIdentity, version_on
from relations.identities.models import LegalIdentity
from relations.record import numbers
from relations.record.errors import UnknownRelation
from relations.record.queries import exists
from relations.record.schemas import CODE, Line, line
from shared.auth import requires
from shared.clock import utc_now
from shared.db import database
from shared.idempotency import create_once

blueprint = Blueprint("identities", __name__, description="Legal identities")

COUNTRY = validate.Regexp(r"^([A-Z]{2})?$", error="Two capitals, such as BE or NL")


class IdentityFields(Schema):
    """A version of a legal identity."""

    id = fields.UUID(dump_only=True)
    valid_from = fields.Date(load_default=lambda: utc_now().date())
    source = fields.String(load_default="user", validate=CODE)
    author = fields.String(dump_only=True)
    recorded_at = fields.DateTime(dump_only=True)
    current = fields.Boolean(dump_only=True)
    legal_name = line(300)
    legal_form = line(100)
    kbo = line(32)
    kvk = line(32)
    rsin = line(32)
    vat = line(32)
    register_court = line(100)
    seat = line(300)
    incorporation_date = fields.Date(allow_none=True, load_default=None)
    legal_situation = Line(load_default="", validate=validate.OneOf(("", *SITUATIONS)))
    activities = fields.List(fields.Dict(), load_default=list, validate=validate.Length(max=100))
    capital = fields.Decimal(places=2, as_string=True, allow_none=True, load_default=None)
    official_names = line(300)
    birth_date = fields.Date(allow_none=True, load_default=None)
    birth_place = line(100)
    birth_country = Line(load_default="", validate=COUNTRY)
    nationality = Line(load_default="", validate=COUNTRY)
    profession = line(100)
    domicile = line(300)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> RecordIdentity:
        """Check the numbers and hand over a command."""
        complaints: dict[str, list[str]] = {}
        for kind in ("kbo", "kvk", "rsin", "vat"):
            if data[kind]:
                try:
                    data[kind] = numbers.normalise_identifier(kind, data[kind])
                except numbers.NotValid as error:
                    complaints[kind] = [str(error)]
        if complaints:
            raise ValidationError(complaints)
        return RecordIdentity(data.pop("valid_from"), data.pop("source"), data)


class DescriptionQuery(Schema):
    """In which language, as at which day."""

    language = fields.String(load_default="nl", validate=validate.OneOf(("nl", "fr", "en")))
    date = fields.Date(load_default=lambda: utc_now().date())


@blueprint.get("/relations/<uuid:relation_id>/legal-identities")
@blueprint.response(200)
@requires("read")
def versions(relation_id: UUID) -> Response:
    """Return every version of a relation's legal identity, newest first; one is current."""
    with database().transaction() as session:
        if not exists(session, relation_id):
            raise UnknownRelation
        found = queries.versions_of(session, relation_id)
        current = version_on(found, utc_now().date())
        items = [{**IdentityFields().dump(version), "current": version is current} for version in found]
    return jsonify({"items": items, "next_cursor": None})


@blueprint.post("/relations/<uuid:relation_id>/legal-identities")
@blueprint.arguments(IdentityFields())
@blueprint.response(201, IdentityFields)
@requires("write")
def record_version(command: RecordIdentity, relation_id: UUID) -> Response:
    """Record a new version of a relation's legal identity."""
    with database().transaction() as session:
        version = create_once(
            session,
            lambda: actions.record_identity(session, relation_id, command=command),
            again=lambda version_id: session.get_one(LegalIdentity, version_id),
            id_of=lambda made: made.id,
        )
        return make_response(jsonify(IdentityFields().dump(version)), 201)


@blueprint.get("/relations/<uuid:relation_id>/party-description")
@blueprint.arguments(DescriptionQuery(), location="query")
@blueprint.response(200)
@requires("read")
def party_description(query: dict[str, Any], relation_id: UUID) -> dict[str, str]:
    """Return how the relation is described as a party on a day."""
    with database().transaction() as session:
        text = queries.party_description(
            session,
            relation_id,
            language=query["language"],
            day=query["date"],
            home_country=current_app.extensions["settings"].home_country,
        )
    return {"text": text}
