"""A service's part in report and erasure: what it holds of a relation, and how it forgets it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy import MetaData
from sqlalchemy.orm import Session

from contracts.erasure import ErasureAnswer, ErasureFailure
from contracts.gdpr import ErasureRequested
from shared import privacy
from shared.auth import requires
from shared.db import database
from shared.merging.following import merged_into
from shared.outbox import record

LARGEST_EXPORT = 100
"""Relations in one call."""

Row = dict[str, Any]
Opened = Callable[[Row], Row]
Refuse = Callable[[Session, Sequence[UUID]], dict[UUID, str]]
AlsoForget = Callable[[Session, Sequence[UUID], ErasureRequested], None]


class ExportQuery(Schema):
    """Which relations to report on."""

    relation_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(1, LARGEST_EXPORT))


def privacy_blueprint(metadata: MetaData, *, opened: Mapping[str, Opened] | None = None) -> Blueprint:
    """Return the endpoints that report what this service holds; only the service gdpr may call them.

    ``opened`` turns the rows of tables with sealed columns into what the person they are about may read.
    """
    blueprint = Blueprint("privacy", __name__, url_prefix="/privacy", description="What is held about a relation")

    @blueprint.post("/export")
    @blueprint.arguments(ExportQuery)
    @blueprint.response(200)
    @requires("privacy")
    def export(query: dict[str, Any]) -> dict[str, Any]:
        """Return every row that speaks of the relations, by relation and table."""
        with database().transaction() as session:
            return {
                str(relation_id): _readable(privacy.export(session, metadata, relation_id=relation_id), opened or {})
                for relation_id in query["relation_ids"]
            }

    @blueprint.get("/catalogue")
    @blueprint.response(200)
    @requires("privacy")
    def catalogue() -> list[dict[str, str]]:
        """Return every personal field, its category and its fate at erasure."""
        return privacy.catalogue(metadata)

    return blueprint


def _readable(tables: dict[str, list[Row]], opened: Mapping[str, Opened]) -> dict[str, list[Row]]:
    return {name: [opened[name](row) for row in rows] if name in opened else rows for name, rows in tables.items()}


def erase_and_answer(
    session: Session,
    event: ErasureRequested,
    metadata: MetaData,
    *,
    answer: type[ErasureAnswer],
    refuse: Refuse | None = None,
    also_forget: AlsoForget | None = None,
) -> ErasureAnswer:
    """Erase one batch in this transaction and record the answer in it; safe to be asked again.

    ``refuse`` names the relations that must stay and why; ``also_forget`` does what column marks cannot say.
    """
    refused = refuse(session, event.relation_ids) if refuse else {}
    erased = [relation_id for relation_id in event.relation_ids if relation_id not in refused]
    if erased:
        # What was kept of those that live on in them, and could not move, goes with them.
        everybody = [*erased, *merged_into(session, metadata, erased)]
        if also_forget:
            also_forget(session, everybody, event)
        privacy.erase(session, metadata, relation_ids=everybody)
    answered = answer(
        request_id=event.request_id,
        batch=event.batch,
        done=tuple(erased),
        failed=tuple(ErasureFailure(relation_id, reason) for relation_id, reason in refused.items()),
    )
    record(session, answered)
    return answered
