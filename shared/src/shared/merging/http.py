"""What a merge would move in a service, for the owner of relations to show before it is done; and old ids in paths."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask, Response, jsonify, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from sqlalchemy import MetaData
from sqlalchemy.orm import Session

from shared.auth import requires
from shared.db import Database, database
from shared.errors import Conflict
from shared.merging.following import survivor_of
from shared.merging.moving import WishesOf, counts_of, plan_moves
from shared.merging.tables import FOLLOWED

IS_OLD = f"SELECT 1 FROM {FOLLOWED} WHERE from_id = %s AND phase = 'merged'"  # noqa: S608 (a constant)


class MergedAway(Conflict):
    """The relation was merged into another one, which ``into`` names."""

    type = "merged"
    title = "This relation was merged into another one: change that one"


class _Pair(Schema):
    """Which relation would be merged into which."""

    from_id = fields.UUID(required=True, data_key="from")
    into_id = fields.UUID(required=True, data_key="into")


@dataclass(frozen=True)
class Remarks:
    """What a service has to say of a merge beside the rows that would move.

    ``counts`` are what else would happen to how many, ``objections`` reasons for which it cannot be at present.
    """

    counts: Sequence[dict[str, Any]] = ()
    objections: Sequence[dict[str, Any]] = ()


RemarksOf = Callable[[Session, UUID, UUID], Remarks]
"""Returns a service's remarks on the merge of one relation into another."""


def merging_blueprint(
    metadata: MetaData, *, wishes: WishesOf | None = None, remarks: RemarksOf | None = None
) -> Blueprint:
    """Return the endpoint that counts what a merge would move; only the service relations may call it."""
    blueprint = Blueprint("merging", __name__, description="What a merge would move")

    @blueprint.post("/merge-previews")
    @blueprint.arguments(_Pair())
    @blueprint.response(200)
    @requires("merge")
    def preview(pair: dict[str, Any]) -> dict[str, Any]:
        """Return how many rows of each table would move, and what stands in the way of it; nothing changes."""
        from_id, into_id = pair["from_id"], pair["into_id"]
        with database().transaction() as session:
            wanted = wishes(session, from_id, into_id) if wishes else None
            steps = plan_moves(session, metadata, from_id=from_id, into_id=into_id, wishes=wanted)
            said = remarks(session, from_id, into_id) if remarks else Remarks()
            return {"counts": [*counts_of(steps), *said.counts], "objections": list(said.objections)}

    return blueprint


def redirect_old_ids(app: Flask, survivor_of: Callable[[UUID], UUID | None]) -> None:
    """Answer every path that names a relation merged into another: reads are sent on to it, writes are refused.

    ``survivor_of`` returns the id of the survivor, or None for a relation that was not merged.
    """

    @app.before_request
    def send_on() -> Response | None:
        relation_id = (request.view_args or {}).get("relation_id")
        survivor = survivor_of(relation_id) if isinstance(relation_id, UUID) else None
        if survivor is None:
            return None
        if request.method not in ("GET", "HEAD"):
            raise MergedAway(into=survivor)
        response = jsonify({"into": survivor})
        query = f"?{request.query_string.decode()}" if request.query_string else ""
        response.headers["Location"] = request.path.replace(str(relation_id), str(survivor)) + query
        response.status_code = 301
        return response


def old_ids_of(app: Flask, metadata: MetaData) -> Callable[[UUID], UUID | None]:
    """Return how a service that follows merges finds the survivor of a relation."""

    def survivor(relation_id: UUID) -> UUID | None:
        database: Database = app.extensions["database"]
        if database.row(IS_OLD, (relation_id,)) is None:
            return None
        with database.transaction() as session:
            return survivor_of(session, metadata, relation_id)

    return survivor
