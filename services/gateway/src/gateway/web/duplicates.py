"""Likely doubles of the whole base: pairs side by side, a scan in the background, and “no double” in one press."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.users.sessions import current_user
from gateway.web.asking import fetch, fetch_or, send
from gateway.web.comparing import compared, side_of
from gateway.web.formats import moment
from gateway.web.known import relation_documents
from gateway.web.long_work import Progress
from gateway.web.marks import Page
from gateway.web.wording import DUPLICATE_REASONS, word
from shared.auth import requires

blueprint = Blueprint("duplicates", __name__)

PAGE = 20


@blueprint.get("/duplicates")
@requires("read")
def show() -> str:
    """Show the pairs that the last scan found, likeliest first, and how that scan stands."""
    found = fetch("relations", "/duplicates", cursor=request.args.get("cursor"), limit=PAGE)
    ids = [relation_id for pair in found["items"] for relation_id in ids_of(pair)]
    documents = relation_documents(ids)
    rights = current_user().rights
    return render_template(
        "duplicates/list.html",
        pairs=[_pair(item, documents) for item in found["items"] if _is_there(item, documents)],
        scan=_latest_scan(),
        may_write="write" in rights,
        may_merge="merge" in rights,
        page=Page.of(found, "web.duplicates.show", {}),
    )


@blueprint.post("/duplicates/scans")
@requires("write")
def scan() -> Response:
    """Start a scan of the whole base; it goes on in the background."""
    send("relations", "POST", "/duplicates/scans")
    return redirect(url_for("web.duplicates.show"), 303)


@blueprint.post("/duplicates/scans/<uuid:scan_id>/cancel")
@requires("write")
def stop(scan_id: UUID) -> Response:
    """Stop a scan; what it found so far stays."""
    send("relations", "POST", f"/duplicates/scans/{scan_id}/cancel")
    return redirect(url_for("web.duplicates.show"), 303)


@blueprint.post("/duplicates/not/<uuid:a>/<uuid:b>")
@requires("write")
def no_double(a: UUID, b: UUID) -> Response:
    """Remember that two relations are different."""
    send("relations", "PUT", "/duplicates/not", {"a": str(a), "b": str(b)})
    return redirect(url_for("web.duplicates.show", done="no-double", about=f"{a}.{b}"), 303)


@blueprint.post("/duplicates/not/<uuid:a>/<uuid:b>/undo")
@requires("write")
def perhaps_a_double(a: UUID, b: UUID) -> Response:
    """Forget that two relations are different."""
    send("relations", "DELETE", "/duplicates/not", {"a": str(a), "b": str(b)})
    return redirect(url_for("web.duplicates.show"), 303)


def ids_of(pair: dict[str, Any]) -> tuple[str, str]:
    """Return the ids of both relations of a pair."""
    return str(pair["a"]["id"]), str(pair["b"]["id"])


def _is_there(pair: dict[str, Any], documents: dict[str, Any]) -> bool:
    return all(relation_id in documents for relation_id in ids_of(pair))


def _pair(pair: dict[str, Any], documents: dict[str, Any]) -> dict[str, Any]:
    a, b = ids_of(pair)
    return {
        "left": side_of(documents[a]),
        "right": side_of(documents[b]),
        "rows": compared(documents[a], documents[b]),
        "score": pair["score"],
        "reasons": ", ".join(word(DUPLICATE_REASONS, reason) for reason in pair["reasons"]),
        "merge_url": url_for("web.merging.choose", relation_id=b, into=a),
        "not_url": url_for("web.duplicates.no_double", a=a, b=b),
    }


def _latest_scan() -> dict[str, Any] | None:
    """Return how the last scan stands; None when there never was one, or while nobody can tell."""
    scans = fetch_or("relations", "/duplicates/scans", {"items": []})["items"]
    if not scans:
        return None
    now = scans[0]
    return {
        # While pairs are still gathered, nobody knows how many there will be.
        "progress": Progress.of({**now, "total": 0} if now["phase"] == "gathering" else now),
        "found": now["found"],
        "finished": moment(now.get("finished_at")),
        "stop_url": url_for("web.duplicates.stop", scan_id=now["id"]),
    }
