"""Merging two relations: choose field by field, see everything that moves, follow the services, and the way back."""

from typing import Any
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.card.composition import Merged
from gateway.users.sessions import current_user
from gateway.web.asking import Refused, fetch, fetch_whole, send
from gateway.web.comparing import NAMES, NUMBERS, Compared, compared, side_of
from gateway.web.field_names import field_name
from gateway.web.formats import moment
from gateway.web.known import actor_name, office_groups, people_names, relation_url, summary_row
from gateway.web.marks import request_mark
from gateway.web.wording import MERGE_REFUSALS, MOVED_THINGS, MOVING, PARTICIPANTS, word
from shared.auth import requires
from shared.errors import Conflict, Invalid, Problem

blueprint = Blueprint("merging", __name__)

UNITED = ("entity.trade_names",)
CHOSEN = (
    "display_name", "status", "language", *(path for path in NAMES if path not in UNITED), *NUMBERS,
    "address_form.form", "address_form.salutation", "address_form.letter_opening", "address_form.letter_closing",
    "responsible", "warning", "memo",
)  # fmt: skip
"""The fields that hold one value, so that somebody has to choose; lists are united."""

THIS, INTO = "this", "into"
ONGOING = ("running", "undoing")
MOST_FOUND = 10


@blueprint.get("/relations/<uuid:relation_id>/merge")
@requires("merge")
def find(relation_id: UUID) -> str:
    """Find the relation that this one is a double of; those that look alike come first."""
    relation = fetch_whole(relation_id)
    q = request.args.get("q", "").strip()
    found = fetch("relations", "/relations", q=q or relation["display_name"], limit=MOST_FOUND + 1)["items"]
    groups = office_groups()
    rows = [
        {**summary_row(item, groups), "merge_url": url_for(".choose", relation_id=relation_id, into=item["id"])}
        for item in found
        if item["id"] != str(relation_id) and item["status"] not in ("merged", "anonymised")
    ]
    return render_template("merging/find.html", this=side_of(relation), rows=rows[:MOST_FOUND], q=q)


@blueprint.get("/relations/<uuid:relation_id>/merge/<uuid:into>")
@requires("merge")
def choose(relation_id: UUID, into: UUID) -> str:
    """Show both relations field by field, each with what is proposed."""
    return _page(relation_id, into, {})


@blueprint.post("/relations/<uuid:relation_id>/merge/<uuid:into>")
@requires("merge")
def merge(relation_id: UUID, into: UUID) -> Response:
    """Try the merge, or carry it out once it was tried."""
    chosen = {path: side for path in CHOSEN if (side := request.form.get(path)) in (THIS, INTO)}
    is_trial = request.form.get("step") != "merge"
    body = {"into": str(into), "choose": chosen, "dry_run": is_trial}
    once = "" if is_trial else request.form.get("once", "")
    try:
        told = send("relations", "POST", f"/relations/{relation_id}/merge", body, once=once)
    except (Conflict, Refused, Invalid) as problem:
        return make_response(_page(relation_id, into, chosen, complaints=complaints_of(problem)), problem.status)
    if is_trial:
        return make_response(_page(relation_id, into, chosen, moves=[move_row(each) for each in told["moves"]]))
    return redirect(url_for(".follow", merge_id=told["merge_id"]), 303)


@blueprint.get("/merges/<uuid:merge_id>")
@requires("read")
def follow(merge_id: UUID) -> str:
    """Show how far a merge is, who answered, and the way back."""
    return _merge_page(merge_id)


@blueprint.post("/merges/<uuid:merge_id>/undo")
@requires("merge")
def undo(merge_id: UUID) -> Response:
    """Undo a merge; when something was changed since, say what."""
    try:
        send("relations", "POST", f"/merges/{merge_id}/undo")
    except (Conflict, Refused) as problem:
        if problem.status != Conflict.status:
            raise
        return make_response(_merge_page(merge_id, complaints=complaints_of(problem)), problem.status)
    return redirect(url_for(".follow", merge_id=merge_id), 303)


def to_the_survivor(merged: Merged) -> Response:
    """Lead the address of a merged relation to the same page of its survivor."""
    gone = (request.view_args or {}).get("relation_id")
    if request.method == "GET" and gone and request.endpoint:
        values = {**(request.view_args or {}), "relation_id": merged.survivor_id}
        return redirect(url_for(request.endpoint, **values), 301)
    return redirect(relation_url(merged.survivor_id), 303)


def proposed(row: Compared) -> str:
    """Return whose value is proposed: that of the one that stays, unless it has none."""
    return INTO if row.right else THIS


def move_row(move: dict[str, Any]) -> dict[str, Any]:
    """Return what would move in a service, in words."""
    return {
        "service": word(PARTICIPANTS, move["service"]),
        "what": word(MOVED_THINGS, move["what"]),
        "count": move["count"],
        "detail": word(MOVING, move["detail"]),
        "is_unknown": move["count"] is None,
    }


def merge_row(item: dict[str, Any], people: dict[str, str]) -> dict[str, Any]:
    """Return a merge as it stands in a list or above its page."""
    may_undo = item["undoable"] and "merge" in current_user().rights
    return {
        "url": url_for("web.merging.follow", merge_id=item["merge_id"]),
        "undo_url": url_for("web.merging.undo", merge_id=item["merge_id"]) if may_undo else "",
        "undo_until": moment(item["undo_until"]),
        "mark": request_mark(item["status"]),
        "status": item["status"],
        "at": moment(item["merged_at"]),
        "by": actor_name(people, item["actor"]),
        "gone": _named(item["from"], item["from_id"]),
        "into": _named(item["into"], item["into_id"]),
    }


def complaints_of(problem: Problem) -> list[str]:
    """Return why a merge or its undoing was refused, one sentence per reason."""
    if isinstance(problem, Invalid):
        return [f"{path}: {message}" for path, messages in problem.errors.items() for message in messages]
    told = problem.told if isinstance(problem, Refused) else {}
    reasons = told.get("reasons") or [{"code": told.get("reason") or problem.type}]
    return [_reason(reason) for reason in reasons]


def _reason(reason: dict[str, Any]) -> str:
    said = word(MERGE_REFUSALS, reason["code"])
    field = reason.get("field") or ""
    return f"{word(MOVED_THINGS, field) if field in MOVED_THINGS else field_name(field)}: {said}" if field else said


def _named(relation: dict[str, Any] | None, relation_id: str) -> dict[str, Any]:
    known = relation or {}
    return {
        "url": relation_url(relation_id),
        "name": known.get("display_name") or _("relatie"),
        "number": known.get("number", ""),
    }


def _page(
    relation_id: UUID,
    into: UUID,
    chosen: dict[str, str],
    *,
    moves: list[dict[str, Any]] | None = None,
    complaints: list[str] | None = None,
) -> str:
    left, right = fetch_whole(relation_id), fetch_whole(into)
    rows = compared(left, right, CHOSEN)
    return render_template(
        "merging/choose.html",
        left=side_of(left),
        right=side_of(right),
        choices=[{"row": row, "side": chosen.get(row.path, proposed(row))} for row in rows if not row.same],
        same=[{"label": row.label, "text": row.right} for row in rows if row.same],
        action=url_for(".merge", relation_id=relation_id, into=into),
        swap_url=url_for(".choose", relation_id=into, into=relation_id),
        cancel=relation_url(into),
        moves=moves,
        complaints=complaints or [],
    )


def _merge_page(merge_id: UUID, *, complaints: list[str] | None = None) -> str:
    found = fetch("relations", f"/merges/{merge_id}")
    participants = found["participants"]
    return render_template(
        "merging/merge.html",
        merge=merge_row(found, people_names()),
        is_running=found["status"] in ONGOING,
        participants=[
            {"name": word(PARTICIPANTS, name), "done": state == "done"} for name, state in sorted(participants.items())
        ],
        answered=sum(state == "done" for state in participants.values()),
        complaints=complaints or [],
    )
