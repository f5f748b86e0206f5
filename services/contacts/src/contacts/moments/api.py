"""Contact moments over HTTP."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, jsonify, make_response
from flask_smorest import Blueprint

from contacts.moments import actions, queries
from contacts.moments.domain import EditMoment, WriteMoment, is_late
from contacts.moments.models import Moment
from contacts.moments.presence import present_relation
from contacts.moments.schemas import MomentIn, MomentOut, MomentPage, MomentPatch, MomentQuery, PanelOut
from shared.auth import requires
from shared.clock import utc_now
from shared.concurrency import with_etag
from shared.db import database
from shared.idempotency import create_once
from shared.sight import hidden_relations

blueprint = Blueprint("moments", __name__, description="Contact moments")


def dump(moment: Moment) -> dict[str, Any]:
    """Return the wire form of a moment."""
    moment.late = is_late(on=moment.date, status=moment.status, today=utc_now().date())
    dumped: dict[str, Any] = MomentOut().dump(moment)
    return dumped


def answer(moment: Moment, *, status: int = 200) -> Response:
    """Return a moment as a response with its entity tag."""
    return with_etag(make_response(jsonify(dump(moment)), status), moment.version)


@blueprint.get("/contact-moments")
@blueprint.arguments(MomentQuery, location="query")
@blueprint.response(200, MomentPage)
@requires("read", licence="crm")
def search(query: dict[str, Any]) -> Response:
    """Search contact moments, as asked or latest first."""
    with database().transaction() as session:
        page = queries.search_moments(session, query, today=utc_now().date())
        return jsonify({**page, "items": [dump(moment) for moment in page["items"]]})


@blueprint.post("/contact-moments")
@blueprint.arguments(MomentIn)
@blueprint.response(201, MomentOut)
@requires("write", licence="crm")
def write(command: WriteMoment) -> Response:
    """Write down a contact moment."""
    command = replace(command, relation_id=present_relation(command.relation_id))
    with database().transaction() as session:
        moment = create_once(
            session,
            lambda: actions.write_moment(session, command),
            again=lambda moment_id: queries.moment_by_id(session, moment_id, hidden=hidden_relations()),
            id_of=lambda made: made.id,
        )
        session.refresh(moment)
        return answer(moment, status=201)


@blueprint.get("/contact-moments/<uuid:moment_id>")
@blueprint.response(200, MomentOut)
@requires("read", licence="crm")
def read(moment_id: UUID) -> Response:
    """Return one contact moment."""
    hidden = hidden_relations()
    with database().transaction() as session:
        return answer(queries.moment_by_id(session, moment_id, hidden=hidden))


@blueprint.patch("/contact-moments/<uuid:moment_id>")
@blueprint.arguments(MomentPatch(partial=True))
@blueprint.response(200, MomentOut)
@requires("write", licence="crm")
def edit(command: EditMoment, moment_id: UUID) -> Response:
    """Change the given fields of a contact moment."""
    hidden = hidden_relations()
    with database().transaction() as session:
        return answer(actions.edit_moment(session, moment_id, command=command, hidden=hidden))


@blueprint.delete("/contact-moments/<uuid:moment_id>")
@blueprint.response(204)
@requires("write", licence="crm")
def delete(moment_id: UUID) -> None:
    """Delete a contact moment."""
    hidden = hidden_relations()
    with database().transaction() as session:
        actions.delete_moment(session, moment_id, hidden=hidden)


@blueprint.get("/panels/contact_moments/<uuid:relation_id>")
@blueprint.response(200, PanelOut)
@requires("read")
def panel(relation_id: UUID) -> Response:
    """Return what the card shows of a relation's moments."""
    if not queries.has_moments(database(), relation_id):
        return jsonify(queries.EMPTY_PANEL)
    with database().reading_objects() as session:
        found = queries.panel_of(session, relation_id, today=utc_now().date())
        upcoming = found["next"]
        return jsonify(
            {
                "items": [dump(moment) for moment in found["items"]],
                "total": found["total"],
                "next": dump(upcoming) if upcoming else None,
            }
        )
