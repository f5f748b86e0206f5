"""The card tab Historiek: what was changed, by whom and from what; merges with their way back; and who looked."""

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from gateway.audit.buffer import ReadLog
from gateway.audit.domain import CARD_OPENED
from gateway.audit.queries import search_audit
from gateway.users.sessions import current_user
from gateway.web.asking import Refused, fetch_or, send
from gateway.web.field_names import field_name, in_words
from gateway.web.formats import moment
from gateway.web.known import actor_name, people_names
from gateway.web.marks import Page
from gateway.web.merging import merge_row
from gateway.web.wording import CHANGE_SOURCES, MISSING, word
from shared.auth import requires
from shared.db import database
from shared.errors import ChangedMeanwhile, Conflict

blueprint = Blueprint("changes", __name__)

PAGE = 50
READS = 50


@blueprint.post("/relations/<uuid:relation_id>/changes/<change_id>/revert")
@requires("write")
def revert(relation_id: UUID, change_id: str) -> Response:
    """Put the former value of one field back; refused when it was changed again since."""
    try:
        send("relations", "POST", f"/relations/{relation_id}/changes/{change_id}/revert")
    except (Conflict, ChangedMeanwhile, Refused) as problem:
        if problem.status not in (Conflict.status, ChangedMeanwhile.status):
            raise
        from gateway.web.card import draw

        return make_response(draw(relation_id, "changes", refused=True), problem.status)
    return redirect(url_for("web.card.show", relation_id=relation_id, tab="changes", done="reverted"), 303)


def content_of(relation: dict[str, Any], *, may_write: bool) -> dict[str, Any]:
    """Return what happened to a relation, newest first."""
    relation_id = str(relation["id"])
    path = f"/relations/{relation_id}/changes"
    found = fetch_or("relations", path, None, cursor=request.args.get("cursor"), limit=PAGE)
    merges = fetch_or("relations", f"/relations/{relation_id}/merges", {"items": []})["items"]
    items = found["items"] if found else []
    people = people_names()
    return {
        "changes": [_change_row(item, relation_id, people, may_write=may_write) for item in items],
        "changes_missing": None if found else {"text": word(MISSING, "unavailable"), "retry": request.path},
        "page": Page.of(found or {}, "web.card.show", {"relation_id": relation_id, "tab": "changes"}),
        "merges": [merge_row(item, people) for item in merges],
        "may_audit": "audit" in current_user().rights,
        "reads": _reads_of(UUID(relation_id), people) if "audit" in current_user().rights else [],
    }


def _change_row(item: dict[str, Any], relation_id: str, people: dict[str, str], *, may_write: bool) -> dict[str, Any]:
    field = item["field"]
    may_revert = may_write and item.get("revertible")
    where = {"relation_id": relation_id, "change_id": item["id"]}
    return {
        "at": moment(item["at"]),
        "who": actor_name(people, item["actor"]),
        "source": word(CHANGE_SOURCES, item.get("source")),
        "field": field_name(field),
        "old": in_words(field, item.get("old")),
        "new": in_words(field, item.get("new")),
        "revert_url": url_for("web.changes.revert", **where) if may_revert else "",
    }


def _reads_of(relation_id: UUID, people: dict[str, str]) -> list[dict[str, str]]:
    """Return who opened the card, latest first."""
    log: ReadLog = current_app.extensions["read_log"]
    log.flush()
    query = {"relation_id": relation_id, "total": False, "cursor": None, "limit": READS}
    with database().transaction() as session:
        items = search_audit(session, query)["items"]
    return [
        {"at": moment(item["at"]), "who": actor_name(people, item["actor"])}
        for item in items
        if item["action"] == CARD_OPENED
    ]
