"""Hygiene over HTTP: the work list, the score, and the house rules."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify
from flask_smorest import Blueprint

from relations.hygiene import actions, queries
from relations.hygiene.schemas import HygieneQuery, RulesFields
from relations.record.queries import require_seen
from shared.auth import requires
from shared.db import database

blueprint = Blueprint("hygiene", __name__, description="Hygiene of the record")


@blueprint.get("/hygiene")
@blueprint.arguments(HygieneQuery(), location="query")
@blueprint.response(200)
@requires("read")
def work_list(query: dict[str, Any]) -> Response:
    """Return what breaks a house rule, gravest first, with the field that mends it, and the score of the office."""
    with database().transaction() as session:
        return jsonify(queries.work_list(session.connection(), query))


@blueprint.get("/relations/<uuid:relation_id>/hygiene")
@blueprint.response(200)
@requires("read")
def of_relation(relation_id: UUID) -> Response:
    """Return the score of one relation, and what it breaks."""
    with database().reading() as connection:
        require_seen(connection, relation_id)
        return jsonify(queries.hygiene_of(connection, relation_id))


@blueprint.get("/hygiene/rules")
@blueprint.response(200, RulesFields)
@requires("read")
def read_rules() -> Response:
    """Return the house rules."""
    with database().reading() as connection:
        return jsonify({"rules": queries.rules(connection)})


@blueprint.put("/hygiene/rules")
@blueprint.arguments(RulesFields())
@blueprint.response(200, RulesFields)
@requires("key_user")
def write_rules(given: dict[str, Any]) -> Response:
    """Change house rules and add new ones; one is switched off, never removed. Everybody is checked again."""
    with database().transaction() as session:
        actions.write_rules(session, given["rules"])
        return jsonify({"rules": queries.rules(session)})
