"""Drafts over HTTP, each for the user who types it alone."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify, make_response
from flask_smorest import Blueprint

from relations.drafts import actions, queries
from relations.drafts.addressing import addressing_of
from relations.drafts.domain import WriteDraft, name_of
from relations.drafts.models import Draft
from relations.drafts.schemas import DraftIn, DraftOut, DraftPage, complaints_about
from relations.record.api import answer
from relations.record.schemas import RelationOut
from shared.auth import principal, requires
from shared.concurrency import with_etag
from shared.db import database
from shared.errors import Forbidden
from shared.idempotency import create_once
from shared.paging import PageQuery

blueprint = Blueprint("drafts", __name__, description="Relations that are still being typed")


@blueprint.get("/drafts")
@blueprint.arguments(PageQuery(), location="query")
@blueprint.response(200, DraftPage)
@requires("write")
def mine(query: dict[str, Any]) -> Response:
    """Return the drafts of the user who asks, the one that was typed in last first."""
    with database().reading() as connection:
        items = queries.drafts_of(connection, _user_id(), most=query["limit"])
    return jsonify({"items": items, "next_cursor": None})


@blueprint.post("/drafts")
@blueprint.arguments(DraftIn())
@blueprint.response(201, DraftOut)
@requires("write")
def begin(command: WriteDraft) -> Response:
    """Begin a draft."""
    user_id = _user_id()
    with database().transaction() as session:
        draft = create_once(
            session,
            lambda: actions.begin_draft(session, user_id=user_id, command=command),
            again=lambda draft_id: queries.open_draft_of(session, draft_id, user_id=user_id),
            id_of=lambda made: made.id,
        )
        response = _shown(draft, status=201)
        response.headers["Location"] = f"/drafts/{draft.id}"
        return response


@blueprint.get("/drafts/<uuid:draft_id>")
@blueprint.response(200, DraftOut)
@requires("write")
def read(draft_id: UUID) -> Response:
    """Return a draft with what was typed, and what would be refused of it if it were finished now."""
    with database().transaction() as session:
        return _shown(queries.open_draft_of(session, draft_id, user_id=_user_id()))


@blueprint.patch("/drafts/<uuid:draft_id>")
@blueprint.arguments(DraftIn())
@blueprint.response(200, DraftOut)
@requires("write")
def write(command: WriteDraft, draft_id: UUID) -> Response:
    """Keep what was typed (JSON merge patch), right or wrong; lists are replaced whole."""
    with database().transaction() as session:
        return _shown(actions.write_draft(session, draft_id, user_id=_user_id(), command=command))


@blueprint.delete("/drafts/<uuid:draft_id>")
@blueprint.response(204)
@requires("write")
def drop(draft_id: UUID) -> None:
    """Forget a draft."""
    with database().transaction() as session:
        actions.drop_draft(session, draft_id, user_id=_user_id())


@blueprint.post("/drafts/<uuid:draft_id>/finish")
@blueprint.response(201, RelationOut)
@requires("write")
def finish(draft_id: UUID) -> Response:
    """Register what was typed, as POST /relations would; a draft that was finished answers its relation again."""
    with database().transaction() as session:
        document = actions.finish_draft(session, draft_id, user_id=_user_id())
    response = answer(document, status=201)
    response.headers["Location"] = f"/relations/{document['id']}"
    return response


def _user_id() -> UUID:
    user_id = principal().user_id
    if user_id is None:
        raise Forbidden("A draft belongs to a user")
    return user_id


def _shown(draft: Draft, *, status: int = 200) -> Response:
    body = {
        "id": draft.id,
        "name": name_of(draft.fields),
        "fields": draft.fields,
        "progress": draft.progress,
        "address_form_generated": vars(addressing_of(draft.fields)),
        "errors": complaints_about(draft.fields),
        "version": draft.version,
        "created_at": draft.created_at,
        "updated_at": draft.updated_at,
    }
    return with_etag(make_response(jsonify(body), status), draft.version)
