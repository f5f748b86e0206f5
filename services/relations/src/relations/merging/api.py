"""Merging over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response, current_app, jsonify
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from relations.merging import actions, queries
from relations.merging.domain import UNDOABLE, MergeRelations
from relations.merging.errors import CannotMerge, CannotUndo
from relations.merging.fields import refuse_fields_beyond
from relations.merging.participants import Foretold, Participants
from relations.merging.undoing import undo_merge
from relations.record.queries import require_seen
from shared.auth import principal, requires
from shared.db import database

blueprint = Blueprint("merging", __name__, description="Merging relations, and undoing it")


class MergeFields(Schema):
    """Into which relation, and of fields whose value is kept: of ``this`` one, which is merged away, or of ``into``."""

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
    refuse_fields_beyond(command.choose, rights=principal().rights)
    with database().transaction() as session:
        ours = actions.preview_merge(session, command)
    theirs = foretold(command.from_id, command.into_id)
    if theirs.objections:
        raise CannotMerge("Another service needs them to stay as they are", **theirs.objections[0])
    if asked["dry_run"]:
        return jsonify({"merge_id": None, "moves": [*ours, *theirs.moves], "status": "dry_run"})
    with database().transaction() as session:
        participants = current_app.extensions["settings"].merge_participants
        made, ours = actions.merge_relations(session, command, participants=participants)
        answer = queries.shown(session, made)
    return jsonify({**answer, "moves": [*ours, *theirs.moves]})


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
        pair = queries.merge_by_id(session, merge_id)
    theirs = foretold(pair.from_id, pair.into_id)
    if theirs.objections and pair.status in UNDOABLE:
        raise CannotUndo(reasons=[{"code": each["reason"], "field": ""} for each in theirs.objections])
    with database().transaction() as session:
        return jsonify(queries.shown(session, undo_merge(session, merge_id)))


def foretold(from_id: UUID, into_id: UUID) -> Foretold:
    """Return what the other services say of a merge of these, or of its undoing."""
    others: Participants = current_app.extensions["merge_participants"]
    return others.foretell(from_id=from_id, into_id=into_id)


@blueprint.get("/relations/<uuid:relation_id>/merges")
@blueprint.response(200)
@requires("read")
def of_relation(relation_id: UUID) -> Response:
    """Return the merges a relation had a part in, latest first."""
    with database().transaction() as session:
        require_seen(session, relation_id)
        return jsonify({"items": queries.merges_of(session, relation_id), "next_cursor": None})
