"""Relations over HTTP: read and edit one, read many."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import Flask, Response, jsonify, make_response, request
from flask_smorest import Blueprint
from sqlalchemy import select

from relations.record import actions, queries
from relations.record.confidentiality import viewer
from relations.record.document import documents
from relations.record.domain import EditRelation
from relations.record.errors import UnknownRelation
from relations.record.models import Group
from relations.record.schemas import GroupFields, Ids, IndexQuery, RelationOut, RelationPatch
from relations.record.survivors import survivors
from shared.auth import requires
from shared.concurrency import with_etag
from shared.db import database

blueprint = Blueprint("relations", __name__, description="Relations")

SHOW_THE_NAME = ("relations.read", "relations.panel")
"""Endpoints that answer everybody, with what each may see."""


def refuse_confidential(app: Flask) -> None:
    """Refuse every call about a relation of which the caller sees no more than the name, whatever it is about.

    Reads and writes check so themselves as well, in the transaction in which they act; this is for what would forget.
    """

    @app.before_request
    def refuse() -> None:
        relation_id = (request.view_args or {}).get("relation_id")
        if relation_id is None or request.endpoint in SHOW_THE_NAME or viewer().sees_everything:
            return
        with database().reading() as connection, suppress(UnknownRelation):
            queries.require_seen(connection, relation_id)


def answer(document: dict[str, Any], *, status: int = 200) -> Response:
    """Return a relation as a response with its entity tag; of one that is but a name there is nothing to save."""
    response = make_response(jsonify(document), status)
    return with_etag(response, document["version"]) if "version" in document else response


@blueprint.get("/relations/<uuid:relation_id>")
@blueprint.response(200, RelationOut)
@requires("read")
def read(relation_id: UUID) -> Response:
    """Return one relation with all its parts; of a confidential one only the name, unless the user is named on it."""
    with database().reading() as connection:
        return answer(queries.shown_by_id(connection, relation_id))


@blueprint.patch("/relations/<uuid:relation_id>")
@blueprint.arguments(RelationPatch(partial=True))
@blueprint.response(200, RelationOut)
@requires("write")
def edit(command: EditRelation, relation_id: UUID) -> Response:
    """Change the given fields of a relation (JSON merge patch); lists are replaced whole."""
    with database().transaction() as session:
        actions.edit_relation(session, relation_id, command=command)
        return answer(queries.shown_by_id(session, relation_id))


@blueprint.get("/relations/<uuid:relation_id>/presence")
@blueprint.response(200)
@requires("")
def presence(relation_id: UUID) -> dict[str, bool]:
    """Tell whether a relation exists about which the caller may read and write."""
    with database().reading() as connection:
        queries.require_seen(connection, relation_id)
    return {"present": True}


@blueprint.get("/relations/hidden")
@blueprint.response(200)
@requires("")
def hidden() -> Response:
    """Return every relation of which the caller may see no more than the name."""
    with database().reading() as connection:
        return jsonify({"relation_ids": queries.hidden_relations(connection)})


@blueprint.post("/relations/bulk")
@blueprint.arguments(Ids())
@blueprint.response(200)
@requires("read")
def bulk(query: dict[str, Any]) -> Response:
    """Return several relations at once, of confidential ones the name; and which do not exist or live on in others."""
    with database().reading() as connection:
        merged = survivors(connection, query["relation_ids"])
        wanted = dict.fromkeys(merged.get(each, each) for each in query["relation_ids"])
        found = documents(connection, list(wanted))
    missing = [str(each) for each in query["relation_ids"] if merged.get(each, each) not in found]
    old = {str(each): into for each, into in merged.items() if into in found}
    return jsonify({"items": list(found.values()), "missing": missing, "merged": old})


@blueprint.get("/relations/index")
@blueprint.arguments(IndexQuery(), location="query")
@blueprint.response(200)
@requires("read")
def index(query: dict[str, Any]) -> Response:
    """Return the id, version and groups of every living relation in any of the groups, page by page."""
    codes = [code for code in query["groups"].split(",") if code]
    with database().reading() as connection:
        return jsonify(queries.index_of_groups(connection, codes, after=query["cursor"], limit=query["limit"]))


@blueprint.get("/panels/relation/<uuid:relation_id>")
@blueprint.response(200, RelationOut)
@requires("read")
def panel(relation_id: UUID) -> Response:
    """Return the relation as the card shows it."""
    with database().reading() as connection:
        return answer(queries.shown_by_id(connection, relation_id))


@blueprint.post("/groups")
@blueprint.arguments(GroupFields())
@blueprint.response(201, GroupFields)
@requires("key_user")
def add_group(fields: dict[str, Any]) -> Response:
    """Add a group of the office's own."""
    with database().transaction() as session:
        group = actions.add_group(session, code=fields["code"], labels=fields["labels"])
        return make_response(jsonify(GroupFields().dump(group)), 201)


@blueprint.get("/groups")
@blueprint.response(200)
@requires("read")
def groups() -> Response:
    """Return the office's groups with their labels."""
    with database().reading() as connection:
        rows = connection.execute(select(Group.code, Group.labels).order_by(Group.position, Group.code)).all()
    return jsonify({"items": [{"code": row.code, "labels": row.labels} for row in rows], "next_cursor": None})
