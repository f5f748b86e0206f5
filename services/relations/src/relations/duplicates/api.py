"""Likely doubles over HTTP."""

from flask import Response, jsonify
from flask_smorest import Blueprint

from relations.duplicates.queries import likely_doubles, probe_of
from relations.record.domain import RegisterRelation
from relations.record.schemas import RelationIn
from shared.auth import requires
from shared.db import database

blueprint = Blueprint("duplicates", __name__, description="Likely doubles")


@blueprint.post("/duplicates/check")
@blueprint.arguments(RelationIn())
@blueprint.response(200)
@requires("read")
def check(command: RegisterRelation) -> Response:
    """Return the relations that may be the one being typed, with a score and the reasons."""
    with database().reading() as connection:
        return jsonify({"items": likely_doubles(connection, probe_of(command), most=10)})
