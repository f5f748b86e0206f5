"""Legal identities over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response, current_app, jsonify, make_response
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, fields, post_load, validate

from relations.identities import actions, queries
from relations.identities.domain import (
    CAPACITIES,
    CIVIL_STATUSES,
    DOCUMENT_TYPES,
    SITUATIONS,
    RecordIdentity,
    version_on,
)
from relations.identities.models import LegalIdentity
from relations.record import numbers
from relations.record.lines import COUNTRY
from relations.record.queries import require_seen
from relations.record.schemas import CODE, Line, line
from shared.auth import requires
from shared.clock import utc_now
from shared.db import database
from shared.idempotency import create_once

blueprint = Blueprint("identities", __name__, description="Legal identities")


class KeptDate(fields.Date):
    """A date that is kept as text."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> Any:
        return value


class HolderFields(Schema):
    """Somebody with a mandate or a share: a name, and the relation when it is one of ours."""

    name = Line(required=True, validate=validate.Length(1, 300))
    function = line(100)
    share = line(40)
    relation_id = fields.UUID(allow_none=True, load_default=None)
    begin = KeptDate(data_key="from", attribute="from", allow_none=True, load_default=None)
    end = KeptDate(data_key="to", attribute="to", allow_none=True, load_default=None)

    @post_load
    def to_plain(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Keep it as JSON does."""
        return {name: value if isinstance(value, str) else str(value) for name, value in data.items() if value}


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
    register_division = line(100)
    establishments = fields.List(line(32), load_default=list, validate=validate.Length(max=500))
    representatives = fields.List(fields.Nested(HolderFields), load_default=list, validate=validate.Length(max=200))
    shareholders = fields.List(fields.Nested(HolderFields), load_default=list, validate=validate.Length(max=200))
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
    civil_status = Line(load_default="", validate=validate.OneOf(("", *CIVIL_STATUSES)))
    matrimonial_regime = line(100)
    death_date = fields.Date(allow_none=True, load_default=None)
    capacity = Line(load_default="", validate=validate.OneOf(("", *CAPACITIES)))
    document_type = Line(load_default="", validate=validate.OneOf(("", *DOCUMENT_TYPES)))
    document_number = line(40)
    document_valid_to = fields.Date(allow_none=True, load_default=None)
    document_verified_by = line(64)

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
        try:
            data["establishments"] = [
                numbers.normalise_identifier("establishment", each) for each in data["establishments"]
            ]
        except numbers.NotValid as error:
            complaints["establishments"] = [str(error)]
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
        require_seen(session, relation_id)
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
