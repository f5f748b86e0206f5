"""Merging over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response, current_app, jsonify
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from relations.merging import actions, queries
from relations.merging.domain import MergeRelations
from relations.merging.participants import Participants
from relations.merging.undoing import undo_merge
from relations.record.queries import require_seen
from shared.auth import requires
from shared.db import database

blueprint = Blueprint("merging", __name__, description="Merging relations, and undoing it")


class MergeFields(Schema):
    """Into which relation, and which fields keep the value of the one that is merged away."""

    into = fields.UUID(required=True)
    choose = fields.Dict(
        keys=fields.String(validate=validate.Length(max=160)),
        values=fields.String(validate=validate.OneOf(("this", "into"))),
        load_default=dict,
    )
    dry_run = fields.Boolean(load_default=False)


@blueprint.post("/relations/<uuid:relation_id>/merge")
@blueprint.arguments(MergeFields())
@blueprint.response(200)
@requires("merge")
def merge(asked: dict[str, Any], relation_id: UUID) -> Response:
    """Merge this relation into another, or with ``dry_run`` only list everything that would move, in every service."""
    command = MergeRelations(relation_id, asked["into"], asked["choose"])
    others: Participants = current_app.extensions["merge_participants"]
    with database().transaction() as session:
        moves = actions.preview_merge(session, command)
    moves += others.moves(from_id=command.from_id, into_id=command.into_id)
    if asked["dry_run"]:
        return jsonify({"merge_id": None, "moves": moves, "status": "dry_run"})
    with database().transaction() as session:
        participants = current_app.extensions["settings"].merge_participants
        made, ours = actions.merge_relations(session, command, participants=participants)
        answer = queries.shown(session, made)
    theirs = [move for move in moves if move["service"] != "relations"]
    return jsonify({**answer, "moves": [*ours, *theirs]})


@blueprint.get("/merges/<uuid:merge_id>")
@blueprint.response(200)
@requires("read")
def read(merge_id: UUID) -> Response:
    """Return a merge, and which services have still to follow."""
    with database().transaction() as session:
        return jsonify(queries.shown(session, queries.merge_by_id(session, merge_id)))


@blueprint.post("/merges/<uuid:merge_id>/undo")
@blueprint.response(200)
@requires("merge")
def undo(merge_id: UUID) -> Response:
    """Undo a merge; refused with the reasons when something it decided was changed since."""
    with database().transaction() as session:
        return jsonify(queries.shown(session, undo_merge(session, merge_id)))


@blueprint.get("/relations/<uuid:relation_id>/merges")
@blueprint.response(200)
@requires("read")
def of_relation(relation_id: UUID) -> Response:
    """Return the merges a relation had a part in, latest first."""
    with database().transaction() as session:
        require_seen(session, relation_id)
        return jsonify({"items": queries.merges_of(session, relation_id), "next_cursor": None})
