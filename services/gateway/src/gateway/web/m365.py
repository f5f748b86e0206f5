"""Microsoft 365: connecting a mailbox, choosing groups, and synchronising now."""

from typing import Any
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.users.sessions import current_user
from gateway.web.asking import fetch, fetch_or, send
from gateway.web.formats import moment
from gateway.web.known import office_groups
from gateway.web.long_work import Progress
from gateway.web.marks import request_mark
from gateway.web.wording import all_told, word
from shared.auth import requires
from shared.errors import Conflict, Invalid, Problem

blueprint = Blueprint("m365", __name__)


@blueprint.get("/m365")
@requires("read", licence="m365")
def mine() -> Response:
    """Go to one's own settings."""
    return redirect(url_for("web.m365.show", user_id=current_user().id))


@blueprint.get("/users/<uuid:user_id>/m365")
@requires("read", licence="m365")
def show(user_id: UUID) -> str:
    """Show the settings of a user: the connection, the two lists, and the runs."""
    return _page(user_id)


@blueprint.post("/users/<uuid:user_id>/m365")
@requires("read", licence="m365")
def save(user_id: UUID) -> Response:
    """Save the tick and both lists together; the buttons between the lists work without a script as well."""
    chosen = lists_of(request.form.to_dict(flat=False))
    body = {"enabled": "enabled" in request.form, **chosen}
    try:
        send("m365_sync", "PUT", f"/users/{user_id}/m365-sync", body)
    except Invalid as invalid:
        return make_response(_page(user_id, complaint=all_told(invalid)), 422)
    return redirect(url_for("web.m365.show", user_id=user_id, done="saved"), 303)


@blueprint.post("/users/<uuid:user_id>/m365/sync")
@requires("read", licence="m365")
def start(user_id: UUID) -> Response:
    """Start a run now."""
    try:
        run = send("m365_sync", "POST", f"/users/{user_id}/m365-sync/runs", {})
    except (Conflict, Problem) as problem:
        if problem.status != 409:
            raise
        return make_response(_page(user_id, complaint=complaint_of(problem)), 409)
    return redirect(url_for("web.m365.run_page", user_id=user_id, run_id=run["id"]), 303)


@blueprint.get("/users/<uuid:user_id>/m365/runs/<uuid:run_id>")
@requires("read", licence="m365")
def run_page(user_id: UUID, run_id: UUID) -> str:
    """Show how far a run is; follows by itself until it is finished."""
    run = fetch("m365_sync", f"/users/{user_id}/m365-sync/runs/{run_id}")
    return render_template(
        "m365/run.html",
        run=run_row(user_id, run),
        progress=Progress.of(run),
        back=url_for("web.m365.show", user_id=user_id),
        again=url_for("web.m365.start", user_id=user_id),
    )


@blueprint.get("/users/<uuid:user_id>/m365/preview")
@requires("read", licence="m365")
def preview(user_id: UUID) -> str:
    """Return what a run would do now, counted."""
    try:
        counts = fetch("m365_sync", f"/users/{user_id}/m365-sync/preview")
    except Problem as problem:
        return render_template("m365/preview.html", complaint=complaint_of(problem))
    return render_template("m365/preview.html", counts=counts)


@blueprint.get("/m365/connect")
@requires("read", licence="m365")
def connect() -> Response:
    """Go to Microsoft to sign in."""
    user_id = current_user().id
    back = url_for("web.m365.callback", _external=True)
    try:
        started = send("m365_sync", "POST", f"/users/{user_id}/m365-connection/start", {"redirect_uri": back})
    except Problem as problem:
        return make_response(_page(user_id, complaint=complaint_of(problem)), problem.status)
    return redirect(started["authorize_url"])


@blueprint.get("/m365/connect/callback")
@requires("read", licence="m365")
def callback() -> Response:
    """Come back from Microsoft."""
    user_id = current_user().id
    try:
        send("m365_sync", "POST", f"/users/{user_id}/m365-connection/finish", {"params": request.args.to_dict()})
    except Problem as problem:
        return make_response(_page(user_id, complaint=complaint_of(problem)), problem.status)
    return redirect(url_for("web.m365.show", user_id=user_id, done="connected"))


def lists_of(posted: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the two lists; ``to_excluded`` and ``to_synchronised`` move what was chosen when no script did."""
    synchronised, excluded = posted.get("synchronised_groups", []), posted.get("excluded_groups", [])
    if "without_script" in posted:
        known = posted.get("known_synchronised", [])
        kept = [code for code in known if code not in synchronised]
        added = excluded
        everything = [*known, *posted.get("known_excluded", [])]
        synchronised = [*kept, *added]
        excluded = [code for code in everything if code not in synchronised]
    return {"synchronised_groups": synchronised, "excluded_groups": excluded}


def complaint_of(problem: Problem) -> str:
    """Return what went wrong with Microsoft, in words."""
    words = {
        "sign-in-failed": _("Het aanmelden bij Microsoft is niet gelukt. Probeer opnieuw."),
        "mailbox-taken": _("Deze postbus is al verbonden voor een andere gebruiker."),
        "not-configured": _("Microsoft 365 is nog niet ingesteld. Een beheerder moet eerst de client-id invullen."),
        "not-connected": _("Er is nog geen postbus verbonden. Verbind ze eerst."),
        "unavailable": _("Microsoft antwoordt nu niet. Probeer het later opnieuw."),
    }
    return str(words.get(problem.type, _("Dit kan nu niet: kijk na of de postbus verbonden is en probeer opnieuw.")))


def run_row(user_id: UUID, run: dict[str, Any]) -> dict[str, Any]:
    """Return a run as it is shown."""
    return {
        **{name: run.get(name) or 0 for name in ("total", "added", "updated", "unchanged", "failed")},
        "url": url_for("web.m365.run_page", user_id=user_id, run_id=run["id"]),
        "mark": request_mark(run["status"]),
        "at": moment(run.get("created_at")),
        "finished": moment(run.get("finished_at")),
        "by_itself": run.get("trigger") not in ("user", "manual"),
        "errors": len(run.get("errors", [])),
    }


def _page(user_id: UUID, *, complaint: str = "") -> str:
    settings = fetch("m365_sync", f"/users/{user_id}/m365-sync")
    runs = fetch_or("m365_sync", f"/users/{user_id}/m365-sync/runs", {"items": []}, limit=20)["items"]
    groups = office_groups()

    def named(codes: list[str]) -> list[tuple[str, str]]:
        return sorted(((code, word(groups, code)) for code in codes), key=lambda pair: pair[1].casefold())

    return render_template(
        "m365/settings.html",
        complaint=complaint,
        user_id=user_id,
        is_mine=user_id == current_user().id,
        connected=settings["connected"],
        is_lost=settings["mailbox"] not in ("connected", "none", "absent", "not_connected", "disconnected"),
        address=settings.get("address"),
        enabled=settings["enabled"],
        synchronised=named(settings["synchronised_groups"]),
        excluded=named(settings["excluded_groups"]),
        next_run=moment(settings.get("next_run_at")),
        runs=[run_row(user_id, run) for run in runs],
    )
