"""Registering, finding and deleting relations over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response, current_app, jsonify
from flask_smorest import Blueprint

from relations.duplicates import queries as duplicates
from relations.links import queries as links
from relations.matters import queries as matters
from relations.merging import queries as merging
from relations.record import actions
from relations.record.api import answer
from relations.record.domain import RegisterRelation
from relations.record.queries import document_by_id
from relations.record.registering import register_relation
from relations.record.schemas import CreateQuery, RelationIn, RelationOut, RelationPage, RelationQuery
from relations.search import queries as search
from shared.auth import principal, requires
from shared.db import database
from shared.errors import Conflict
from shared.idempotency import create_once

blueprint = Blueprint("lifecycle", __name__, description="Registering, finding and deleting relations")


class LikelyDouble(Conflict):
    """Creating was to be refused when a likely double exists, and one does."""

    type = "likely-double"
    title = "A relation like this one exists already"


@blueprint.get("/relations")
@blueprint.arguments(RelationQuery(), location="query")
@blueprint.response(200, RelationPage)
@requires("read")
def find(query: dict[str, Any]) -> Response:
    """Find relations by any piece of name, number, e-mail, phone or city; without ``q`` list them by name.

    With ``recent`` and without ``q`` they are those that this user opened last.
    """
    region, user_id = current_app.extensions["settings"].home_country, principal().user_id
    with database().reading() as connection:
        return jsonify(search.find(connection, query, region=region, user_id=user_id))


@blueprint.post("/relations")
@blueprint.arguments(RelationIn())
@blueprint.arguments(CreateQuery(), location="query")
@blueprint.response(201, RelationOut)
@requires("write")
def register(command: RegisterRelation, query: dict[str, Any]) -> Response:
    """Register a relation; likely doubles come along in ``duplicates``."""
    with database().transaction() as session:
        likely = duplicates.likely_doubles(session, duplicates.probe_of(command))

        def create() -> dict[str, Any]:
            if likely and query["on_duplicate"] == "refuse":
                raise LikelyDouble(duplicates=likely)
            return register_relation(session, command)

        document = create_once(
            session, create, again=lambda made: document_by_id(session, made), id_of=lambda made: UUID(str(made["id"]))
        )
    document["duplicates"] = [double for double in likely if double["relation_id"] != document["id"]]
    response = answer(document, status=201)
    response.headers["Location"] = f"/relations/{document['id']}"
    return response


@blueprint.delete("/relations/<uuid:relation_id>")
@blueprint.response(204)
@requires("delete")
def delete(relation_id: UUID) -> None:
    """Delete a relation; refused with the reasons when something refers to it."""
    with database().transaction() as session:
        reasons = [
            reason for what in (matters, links, merging) for reason in what.reasons_to_keep(session, relation_id)
        ]
        actions.delete_relation(session, relation_id, reasons=reasons)
