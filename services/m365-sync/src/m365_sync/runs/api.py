"""Synchronisation runs over HTTP."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, current_app, jsonify, make_response
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from m365_sync.access import refuse_strangers
from m365_sync.connections.queries import connection_of
from m365_sync.preferences.queries import preference_of
from m365_sync.runs import actions, queries
from m365_sync.runs.domain import Known
from m365_sync.runs.models import Run
from m365_sync.runs.planning import Planner
from m365_sync.runs.schemas import PanelOut, PreviewOut, RunErrorOut, RunOut, RunPage, RunWithErrors
from shared.auth import requires
from shared.clock import utc_now
from shared.db import database
from shared.paging import PageQuery

blueprint = Blueprint("runs", __name__, description="Synchronisation runs")


def answer(session: Session, run: Run, *, status: int = 200) -> Response:
    """Return a run with what went wrong in it."""
    errors = RunErrorOut(many=True).dump(queries.errors_of(session, run.id))
    return make_response(jsonify({**RunOut().dump(run), "errors": errors}), status)


@blueprint.get("/users/<uuid:user_id>/m365-sync/preview")
@blueprint.response(200, PreviewOut)
@requires("read", licence="m365")
def preview(user_id: UUID) -> dict[str, int]:
    """Return what a run would do now, writing nothing."""
    refuse_strangers(user_id)
    planner: Planner = current_app.extensions["planner"]
    with database().transaction() as session:
        preference = preference_of(session, user_id)
        connection = connection_of(session, user_id)
    selection = planner.select(synchronised=preference.synchronised_groups, excluded=preference.excluded_groups)
    mailbox_id = connection.mailbox_id if connection else ""

    def known_of(relation_ids: Sequence[UUID]) -> dict[UUID, Known]:
        with database().transaction() as session:
            return queries.known_contacts(session, mailbox_id, relation_ids=relation_ids)

    return planner.preview(selection, user_id=user_id, known_of=known_of, today=utc_now().date())


@blueprint.get("/users/<uuid:user_id>/m365-sync/runs")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, RunPage)
@requires("read", licence="m365")
def search(query: dict[str, Any], user_id: UUID) -> Response:
    """Return a user's runs, latest first."""
    refuse_strangers(user_id)
    with database().transaction() as session:
        page = queries.runs_of(session, user_id, query=query)
        return jsonify({**page, "items": RunOut(many=True).dump(page["items"])})


@blueprint.post("/users/<uuid:user_id>/m365-sync/runs")
@blueprint.response(202, RunWithErrors)
@requires("read", licence="m365")
def start(user_id: UUID) -> Response:
    """Start a run now; while one is under way, that one is the answer."""
    refuse_strangers(user_id)
    with database().transaction() as session:
        return answer(session, actions.start_run(session, user_id, now=utc_now()), status=202)


@blueprint.get("/users/<uuid:user_id>/m365-sync/runs/<uuid:run_id>")
@blueprint.response(200, RunWithErrors)
@requires("read", licence="m365")
def read(user_id: UUID, run_id: UUID) -> Response:
    """Return a run and how far it is."""
    refuse_strangers(user_id)
    with database().transaction() as session:
        return answer(session, queries.run_of(session, user_id, run_id=run_id))


@blueprint.post("/users/<uuid:user_id>/m365-sync/runs/<uuid:run_id>/cancel")
@blueprint.response(202, RunWithErrors)
@requires("read", licence="m365")
def cancel(user_id: UUID, run_id: UUID) -> Response:
    """Stop a run; what it brought into the mailbox stays there."""
    refuse_strangers(user_id)
    with database().transaction() as session:
        return answer(session, actions.cancel_run(session, user_id, run_id=run_id, now=utc_now()), status=202)


@blueprint.get("/panels/m365/<uuid:relation_id>")
@blueprint.response(200, PanelOut)
@requires("read")
def panel(relation_id: UUID) -> Response:
    """Return what the card shows: in how many mailboxes the relation is."""
    return jsonify(queries.panel_of(database(), relation_id))
