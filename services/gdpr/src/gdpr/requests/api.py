"""Requests over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response, current_app, jsonify
from flask_smorest import Blueprint

from gdpr.adapters.relations import RelationsGuard
from gdpr.requests import actions, queries
from gdpr.requests.domain import OpenRequest, Verdicts
from gdpr.requests.merging import for_survivors
from gdpr.requests.models import Request
from gdpr.requests.schemas import (
    CandidatePage,
    PanelOut,
    PreviewOut,
    RequestIn,
    RequestInFull,
    RequestPage,
    RequestQuery,
    WhomIn,
)
from gdpr.settings import GdprSettings
from shared.auth import bearer_token, principal, requires
from shared.clock import utc_now
from shared.db import database
from shared.idempotency import create_once
from shared.paging import PageQuery

blueprint = Blueprint("requests", __name__, description="Data-protection requests")


def guard() -> RelationsGuard:
    """Return the owner of relations."""
    found: RelationsGuard = current_app.extensions["guard"]
    return found


def verdicts_on(command: OpenRequest) -> Verdicts:
    """Return what the owner of relations says about a request; raises ``Unavailable`` when it does not answer."""
    named = guard().every_candidate(token=bearer_token()) if command.candidates else command.relation_ids
    return guard().verdicts(named).for_kind(command.kind)


def dump(request: Request) -> dict[str, Any]:
    """Return the wire form of a request in full."""
    settings: GdprSettings = current_app.extensions["settings"]
    expected = settings.source_names if request.kind == "access" else settings.erasure_participants
    with database().transaction() as session:
        dumped: dict[str, Any] = RequestInFull().dump(queries.request_in_full(session, request, participants=expected))
    return dumped


def _opened(command: OpenRequest) -> tuple[Response, int]:
    verdicts = verdicts_on(command)
    with database().transaction() as session:
        request = create_once(
            session,
            lambda: actions.open_request(session, command, verdicts=verdicts, actor=principal().actor, now=utc_now()),
            again=lambda request_id: queries.request_by_id(session, request_id),
            id_of=lambda opened: opened.id,
        )
    return jsonify(dump(request)), 202


@blueprint.post("/gdpr/requests")
@blueprint.arguments(RequestIn)
@blueprint.response(202, RequestInFull)
@requires("gdpr")
def open_request(command: OpenRequest) -> tuple[Response, int]:
    """Ask for a report, an anonymisation or an erasure of relations; it is carried out in the background."""
    return _opened(command)


@blueprint.post("/gdpr/requests/<uuid:request_id>/for-survivors")
@blueprint.response(202, RequestInFull)
@requires("gdpr")
def ask_for_survivors(request_id: UUID) -> tuple[Response, int]:
    """Ask the same for the relations into which those were merged that this request could not reach."""
    with database().transaction() as session:
        command = for_survivors(session, queries.request_by_id(session, request_id))
    return _opened(command)


@blueprint.post("/gdpr/previews")
@blueprint.arguments(WhomIn)
@blueprint.response(200, PreviewOut)
@requires("gdpr")
def preview(command: OpenRequest) -> dict[str, Any]:
    """Tell what a request would do, and whom it would refuse; nothing is written down."""
    verdicts = verdicts_on(command)
    accepted, refused = len(verdicts.allowed), len(verdicts.refused)
    with database().transaction() as session:
        told = [queries.refusal(session, each, reason) for each, reason in verdicts.refused.items()]
    return {
        "kind": command.kind,
        "counts": {"total": accepted + refused, "pending": accepted, "refused": refused},
        "refused": told,
    }


@blueprint.get("/gdpr/requests")
@blueprint.arguments(RequestQuery, location="query")
@blueprint.response(200, RequestPage)
@requires("gdpr")
def search(query: dict[str, Any]) -> dict[str, Any]:
    """Search requests, latest first."""
    with database().transaction() as session:
        return queries.search_requests(session, query)


@blueprint.get("/gdpr/requests/<uuid:request_id>")
@blueprint.response(200, RequestInFull)
@requires("gdpr")
def read(request_id: UUID) -> Response:
    """Return one request, with who answered what."""
    with database().transaction() as session:
        request = queries.request_by_id(session, request_id)
    return jsonify(dump(request))


@blueprint.post("/gdpr/requests/<uuid:request_id>/cancel")
@blueprint.response(200, RequestInFull)
@requires("gdpr")
def cancel(request_id: UUID) -> Response:
    """Cancel a request, or what was not sent yet of a running one."""
    with database().transaction() as session:
        request = actions.cancel_request(session, request_id, now=utc_now())
    return jsonify(dump(request))


@blueprint.post("/gdpr/requests/<uuid:request_id>/retry")
@blueprint.response(202, RequestInFull)
@requires("gdpr")
def retry(request_id: UUID) -> tuple[Response, int]:
    """Ask again whoever failed: a service that was down, or a relation whose hold has ended."""
    with database().transaction() as session:
        request = actions.retry_request(session, request_id, now=utc_now())
    return jsonify(dump(request)), 202


@blueprint.get("/gdpr/candidates")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, CandidatePage)
@requires("gdpr")
def candidates(query: dict[str, Any]) -> dict[str, Any]:
    """Return relations without an active matter that are no employees."""
    return guard().candidates(token=bearer_token(), limit=query["limit"], cursor=query["cursor"])


@blueprint.get("/panels/gdpr/<uuid:relation_id>")
@blueprint.response(200, PanelOut)
@requires("read")
def panel(relation_id: UUID) -> dict[str, Any]:
    """Return what the card shows of a relation's requests."""
    if not queries.any_request(database(), relation_id):
        return {"requests": []}
    with database().reading_objects() as session:
        return queries.panel_of(session, relation_id)
