"""The wizard: eight steps, each at its own address, over a draft that keeps everything that is typed.

Every press of a button saves first; leaving a field saves as well where scripts run. A session that ends, a restart or
another device costs nothing: the draft is on the server.
"""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.users.sessions import current_user
from gateway.web import wizard_panel as panel
from gateway.web.asking import fetch, send
from gateway.web.conflicts import changed_since
from gateway.web.forms import Document, Form
from gateway.web.registration import register_complaint
from gateway.web.wizard_filling import filled_in
from gateway.web.wizard_steps import (
    FIRST,
    LAST,
    STEPS,
    focus_of,
    lists_of,
    opened_form,
    patch_of,
    posted_form,
    show_what_is_generated,
    stands_in,
    step_of,
    steps_of,
)
from shared.auth import requires
from shared.clock import utc_now
from shared.errors import ChangedMeanwhile, Invalid, Problem, Unavailable, Unknown

blueprint = Blueprint("wizard", __name__)

MOST_OVERTAKEN = 10
"""How often others may be quicker before a save gives up."""

NO_DRAFT: Document = {"fields": {}, "progress": {}, "errors": {}, "name": "", "version": ""}


@blueprint.get("/relations/new")
@requires("write")
def new() -> str:
    """Show the first step, with the drafts one could go on with."""
    kind = request.args.get("kind", "")
    draft = {**NO_DRAFT, "fields": {"kind": kind} if kind else {}}
    return _page(draft, FIRST, opened_form(FIRST, draft["fields"], version=""), once=str(uuid4()))


@blueprint.post("/relations/new")
@requires("write")
def begin() -> Response:
    """Keep the first step in a draft that begins with it; a second press finds the same draft."""
    once = request.form.get("once", "") or str(uuid4())
    # The page is named from the start, so that its own two requests at once are no conflict.
    own = {"progress": {"step": FIRST, "editor": request.form.get("editor", "")[:40]}}
    draft = send("relations", "POST", "/drafts", own, once=once)
    response = _take(draft, FIRST)
    if request.headers.get("HX-Request"):
        response.headers["HX-Replace-Url"] = url_for("web.wizard.show", draft_id=draft["id"], step=FIRST)
    return response


@blueprint.get("/relations/wizard/<uuid:draft_id>/<int:step>")
@requires("write")
def show(draft_id: UUID, step: int) -> str | Response:
    """Show a step of a draft; ``check`` tells beside the fields what has to be mended first."""
    if step not in STEPS:
        abort(404)
    draft = fetch("relations", f"/drafts/{draft_id}")
    form = opened_form(step, draft["fields"], version=draft["version"], room_in=request.args.get("more", ""))
    if request.args.get("check"):
        form.refuse({path: words for path, words in draft["errors"].items() if step_of(path) == step})
    return _page(draft, step, form)


@blueprint.post("/relations/wizard/<uuid:draft_id>/<int:step>")
@requires("write")
def keep(draft_id: UUID, step: int) -> Response:
    """Keep what was typed on a step and go where the button leads."""
    if step not in STEPS:
        abort(404)
    draft = fetch("relations", f"/drafts/{draft_id}")
    return _take(draft, step)


@blueprint.post("/relations/wizard/<uuid:draft_id>/drop")
@requires("write")
def drop(draft_id: UUID) -> Response:
    """Forget a draft."""
    send("relations", "DELETE", f"/drafts/{draft_id}")
    return redirect(url_for("web.wizard.new", done="removed"), 303)


class Elsewhere(Exception):
    """Another page, perhaps on another device, changed the same fields of the draft first."""

    def __init__(self, draft: Document, conflict: list[dict[str, str]]) -> None:
        super().__init__()
        self.draft, self.conflict = draft, conflict


def _take(draft: Document, step: int) -> Response:
    """Save a step, then answer; both versions are shown when somebody was first."""
    form = posted_form(step, draft["fields"], request.form)
    try:
        saved = _saved(draft, step, form)
    except Elsewhere as elsewhere:
        return _both_shown(elsewhere, step, form)
    if request.headers.get("HX-Request"):
        return _kept_silently(saved, step, asked=form)
    if "remove" in request.form:
        return _to(saved, step)
    return _go(saved, step, request.form.get("go", "next"))


def _saved(draft: Document, step: int, form: Form) -> Document:
    """Save a step and return the draft; raises ``Elsewhere`` when another page was first with the same fields.

    What this very page saved a moment ago is no conflict with it; a request of its own that comes late, overtaken by a
    later one, is let go by. Each write stands on the version that was judged, so nothing slips in between.
    """
    editor, turn = request.form.get("editor", "")[:40], request.form.get("turn", "")
    for _overtaken in range(MOST_OVERTAKEN):
        seen = draft["progress"]
        is_own = bool(editor) and seen.get("editor") == editor
        if is_own and turn.isdecimal() and int(turn) <= seen.get("turn", 0):
            return draft
        if not is_own and (conflict := changed_since(form, stands_in(step, form, draft["fields"]))):
            raise Elsewhere(draft, conflict)
        progress: Document = {"step": step, "editor": editor, "turn": int(turn) if turn.isdecimal() else None}
        if "charge_to_matter" in request.form:
            progress["charge_to_matter"] = request.form["charge_to_matter"].strip() or None
        fields = patch_of(step, form, draft["fields"], without=request.form.get("remove", ""))
        body = {"fields": fields, "progress": progress}
        try:
            return send("relations", "PATCH", f"/drafts/{draft['id']}", body, version=draft["version"])
        except ChangedMeanwhile:
            draft = fetch("relations", f"/drafts/{draft['id']}")
    raise Unavailable


def _both_shown(elsewhere: Elsewhere, step: int, form: Form) -> Response:
    """Show what was saved elsewhere beside what was typed here: at once beside the form, or in it when it was sent."""
    draft, conflict = elsewhere.draft, tuple(elsewhere.conflict)
    if request.headers.get("HX-Request"):
        shown = {"conflict": conflict, "hints": (), **panel.beside(draft)}
        return make_response(render_template("wizard/not_kept.html", **shown), 412)
    form.was, form.version = stands_in(step, form, draft["fields"]), str(draft["version"])
    return make_response(_page(draft, step, form, conflict=conflict), 412)


def _go(draft: Document, step: int, way: str) -> Response:
    """Go where a button leads; the next step only opens when this one holds nothing wrong."""
    if way in ("companyinfo", "companyinfo-anyway"):
        return _look_up(draft, anyway=way.endswith("anyway"))
    if way.startswith("finish"):
        return _finish(draft, after=way)
    if way.startswith("more-"):
        return _to(draft, step, more=way.removeprefix("more-"))
    if way == "later":
        return redirect(url_for("web.dashboard.show", done="draft-kept"), 303)
    if way.isdecimal() and int(way) in STEPS:
        return _to(draft, int(way))
    if way == "back":
        return _to(draft, max(FIRST, step - 1))
    if step in steps_of(draft["errors"]):
        return _to(draft, step, check=1)
    return _to(draft, min(LAST, step + 1))


def _finish(draft: Document, *, after: str) -> Response:
    """Make the draft a relation, or go to the first step that keeps it from being one."""
    if panel.charge_complaint(draft):
        return _to(draft, LAST, check=1)
    try:
        made = send("relations", "POST", f"/drafts/{draft['id']}/finish", version=draft["version"])
    except Invalid as invalid:
        return _to(draft, min(steps_of(invalid.errors)), check=1)
    told = "created" if _profile_kept(draft, made["id"]) else "created-uncharged"
    if after == "finish-new":
        return redirect(url_for("web.wizard.new", done=told), 303)
    if after == "finish-moment":
        return redirect(url_for("web.moments.new", relation_id=made["id"], done=told), 303)
    return redirect(url_for("web.card.show", relation_id=made["id"], done=told), 303)


def _profile_kept(draft: Document, relation_id: str) -> bool:
    """Let the matter pay for what was asked, and the new relation have the answer; tell whether that worked."""
    look_up = draft["progress"].get("look_up")
    if not look_up:
        return True
    booking = {"relation_id": relation_id, "matter_number": draft["progress"].get("charge_to_matter")}
    try:
        if look_up.get("charge_id"):
            send("enrichment", "PATCH", f"/charges/{look_up['charge_id']}", booking)
        send("enrichment", "POST", f"/relations/{relation_id}/register-lookups", {"provider": look_up["provider"]})
    except Problem:
        return False
    return True


def _look_up(draft: Document, *, anyway: bool) -> Response:
    """Ask Company.info by the number of the first step; an own relation with that number is offered instead."""
    form = opened_form(FIRST, draft["fields"], version=draft["version"])
    asked = form["identifiers.kvk"]
    number = "".join(sign for sign in str(asked.value) if sign.isdigit())
    if "companyinfo" not in current_user().licences:
        abort(403)
    if len(number) != 8:
        asked.errors.append(str(_("Geef eerst het KVK-nummer: acht cijfers.")))
        return make_response(_page(draft, FIRST, form), 422)
    if not anyway and panel.beside(draft)["own"]:
        return make_response(_page(draft, FIRST, form, offered=True), 409)
    try:
        company = fetch("enrichment", f"/registers/companyinfo/companies/{number}")
    except Unknown:
        asked.errors.append(str(_("Company.info kent geen onderneming met dit nummer.")))
        return make_response(_page(draft, FIRST, form), 422)
    except Problem as problem:
        asked.errors.append(register_complaint(problem))
        return make_response(_page(draft, FIRST, form), 422)
    look_up = {name: company.get(name) for name in ("provider", "number", "fetched_at", "facts", "figures", "alerts")}
    today = utc_now().date().isoformat()
    fields = filled_in(draft["fields"], company["facts"], provider="companyinfo", today=today)
    progress = {"look_up": {name: value for name, value in look_up.items() if value is not None}}
    progress["look_up"]["charge_id"] = _first_charge_of(draft, number) or company["charge"]["id"]
    send("relations", "PATCH", f"/drafts/{draft['id']}", {"fields": fields, "progress": progress})
    return _to(draft, FIRST, done="looked-up")


def _first_charge_of(draft: Document, number: str) -> str:
    """Return the query in which the register was asked about this company first; asked again costs nothing."""
    asked = draft["progress"].get("look_up") or {}
    return str(asked.get("charge_id") or "") if asked.get("number") == number else ""


def _to(draft: Document, step: int, **more: Any) -> Response:
    return redirect(url_for("web.wizard.show", draft_id=draft["id"], step=step, **more), 303)


def _kept_silently(draft: Document, step: int, *, asked: Form) -> Response:
    """Answer what a field that was left sent: the panel beside, and what the form stands on now."""
    form = opened_form(step, draft["fields"], version=draft["version"])
    shown = {
        "form": form,
        "kept_now": True,
        "hints": show_what_is_generated(form, draft),
        "other_varia": _asked_of_varia(form) != _asked_of_varia(asked),
    }
    return make_response(render_template("wizard/kept.html", **shown, **panel.beside(draft)))


def _asked_of_varia(form: Form) -> list[str]:
    return [control.field.path for part in form.parts if part.section.key == "varia" for control in part.controls]


def _page(
    draft: Document,
    step: int,
    form: Form,
    *,
    once: str = "",
    conflict: tuple[dict[str, str], ...] = (),
    offered: bool = False,
) -> str:
    is_begun = bool(draft.get("id"))
    show_what_is_generated(form, draft)
    wrong = steps_of(draft["errors"]) if is_begun else set()
    here = {"draft_id": draft["id"], "step": step} if is_begun else {}
    return render_template(
        "wizard/step.html",
        form=form,
        focus=focus_of(form, room_in=request.args.get("more", "")),
        editor=uuid4().hex,
        step=step,
        steps=[
            {"number": number, "label": str(each.label), "wrong": number in wrong, "current": number == step}
            for number, each in STEPS.items()
        ],
        label=str(STEPS[step].label),
        lists=[{"path": each.path, "label": str(each.plural)} for each in lists_of(step, draft["fields"])],
        action=url_for("web.wizard.keep", **here) if is_begun else url_for("web.wizard.begin"),
        drop_url=url_for("web.wizard.drop", draft_id=draft["id"]) if is_begun else "",
        once=once,
        conflict=conflict,
        offered=offered,
        look_up=panel.look_up_of(draft),
        drafts=[] if is_begun else panel.draft_rows(),
        **panel.beside(draft),
        **(_last_step(draft) if step == LAST else {}),
    )


def _last_step(draft: Document) -> Document:
    matters = panel.active_matters() if draft["progress"].get("look_up") else []
    return {
        "summary": panel.summary_of(draft),
        "points": panel.open_points(draft),
        "charge": draft["progress"].get("charge_to_matter") or "",
        "charge_complaint": panel.charge_complaint(draft) if request.args.get("check") else "",
        "matters": [{"number": item["number"], "title": item["title"]} for item in matters],
    }
