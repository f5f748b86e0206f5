"""The national number over HTTP: a right of its own, and reading it whole a call of its own, so that it is logged."""

from uuid import UUID

from flask import Response, current_app, jsonify
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from relations.national_numbers import actions
from relations.national_numbers.actions import KINDS, NotKept, national_number
from relations.record.lines import Line
from relations.record.queries import require_seen
from shared.auth import requires
from shared.db import database
from shared.secrets import Vault

blueprint = Blueprint("national_number", __name__, description="National numbers")


class NationalNumberFields(Schema):
    """A national number to keep."""

    kind = fields.String(required=True, validate=validate.OneOf(tuple(KINDS)))
    value = Line(required=True, validate=validate.Length(1, 20))


class MaskedNumber(Schema):
    """A national number of which only the end can be read."""

    kind = fields.String()
    masked = fields.String()


def _vault() -> Vault:
    """Return what seals the numbers; raises ``NotKept`` where they are not kept."""
    if not current_app.extensions["settings"].national_number:
        raise NotKept
    vault: Vault = current_app.extensions["vault"]
    return vault


@blueprint.get("/relations/<uuid:relation_id>/national-number")
@blueprint.response(200, MaskedNumber)
@requires("national_number")
def show_masked(relation_id: UUID) -> Response:
    """Return the kind of number that is kept, and its end."""
    _vault()
    with database().transaction() as session:
        require_seen(session, relation_id)
        kept = national_number(session, relation_id)
        return jsonify({"kind": kept.kind, "masked": kept.masked})


@blueprint.post("/relations/<uuid:relation_id>/national-number/readings")
@blueprint.response(200, NationalNumberFields)
@requires("national_number")
def read_whole(relation_id: UUID) -> Response:
    """Read the whole number; the front door logs every such call."""
    vault = _vault()
    with database().transaction() as session:
        require_seen(session, relation_id)
        kept = national_number(session, relation_id)
        return jsonify({"kind": kept.kind, "value": vault.open(kept.sealed_value)})


@blueprint.put("/relations/<uuid:relation_id>/national-number")
@blueprint.arguments(NationalNumberFields())
@blueprint.response(200, MaskedNumber)
@requires("national_number")
def put(fields_: dict[str, str], relation_id: UUID) -> Response:
    """Keep a person's national number in the place of any earlier one."""
    vault = _vault()
    with database().transaction() as session:
        kept = actions.put_national_number(session, relation_id, **fields_, vault=vault)
        return jsonify({"kind": kept.kind, "masked": kept.masked})


@blueprint.delete("/relations/<uuid:relation_id>/national-number")
@blueprint.response(204)
@requires("national_number")
def remove(relation_id: UUID) -> None:
    """Forget a person's national number, also where numbers are no longer kept."""
    with database().transaction() as session:
        actions.remove_national_number(session, relation_id)
