"""Contact moments: the overview with its filters, and writing, changing and finishing them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from gateway.users.sessions import current_user
from gateway.web.asking import fetch, fetch_or, fetch_whole, send
from gateway.web.confirming import asked_first
from gateway.web.conflicts import differences
from gateway.web.formats import OFFICE_ZONE, day
from gateway.web.forms import Field, Form, Section
from gateway.web.known import office_users, relation_names, relation_url
from gateway.web.lists import Chip, Sorting, chips_of, filters_of
from gateway.web.marks import Page, address_of
from gateway.web.moment_rows import moment_row
from gateway.web.typed_times import typed_day
from gateway.web.wording import MOMENT_STATUSES, anybody, choices_of, word
from shared.auth import requires
from shared.clock import utc_now
from shared.errors import ChangedMeanwhile, Invalid

blueprint = Blueprint("moments", __name__)

FILTERS = ("from_user", "for_user", "status", "q", "date_from", "date_to", "late")
SORTS = ("date", "subject", "from_user", "for_user", "status")
PAGE = 50


def people() -> list[tuple[str, str]]:
    """Return who a moment can be from or for."""
    return list(office_users().items())


MOMENT = (
    Field(path="date", label=_l("Datum"), widget="date", required=True),
    Field(path="time", label=_l("Uur"), widget="time", empty=None),
    Field(path="subject", label=_l("Onderwerp"), required=True, wide=True, starts=True),
    Field(path="memo", label=_l("Memo"), widget="area", wide=True),
    Field(path="from_user", label=_l("Van"), widget="select", choices=people),
    Field(path="for_user", label=_l("Voor"), widget="select", choices=people),
    Field(
        path="status", label=_l("Status"), widget="select", choices=lambda: choices_of(MOMENT_STATUSES), default="open"
    ),
    Field(path="matter_number", label=_l("Dossiernummer"), empty=None, suggested_by="matters"),
    Field(path="next_touch", label=_l("Volgend contact"), widget="date", empty=None),
)


@blueprint.get("/contact-moments")
@requires("read", licence="crm")
def overview() -> str:
    """Show the moments that match, by the column that was asked for or latest first."""
    asked = {name: request.args.get(name, "").strip() for name in FILTERS}
    asked |= {name: typed_day(asked[name]) for name in ("date_from", "date_to")}
    sorting = Sorting.of("web.moments.overview", asked, SORTS, usual="-date")
    users = office_users()
    form = filters_of(_filters(users), asked)
    try:
        found = fetch("contacts", "/contact-moments", **sorting.kept, cursor=request.args.get("cursor"), limit=PAGE)
    except Invalid as invalid:
        form.refuse(invalid.errors)
        found = {"items": [], "next_cursor": None}
    return render_template(
        "moments/overview.html",
        rows=rows_of(found["items"], users),
        filters=form,
        is_filtered=any(asked.values()),
        sorting=sorting,
        chips=_chips(sorting, users),
        may_write="write" in current_user().rights,
        people=users.items(),
        page=Page.of(found, "web.moments.overview", sorting.kept),
        quick=_quick_links(asked),
    )


@blueprint.get("/relations/<uuid:relation_id>/contact-moments/new")
@requires("write", licence="crm")
def new(relation_id: UUID) -> str:
    """Show the form for a new moment of a relation."""
    user, now = current_user(), utc_now().astimezone(OFFICE_ZONE)
    given = {
        "date": now.date().isoformat(),
        "time": now.strftime("%H:%M"),
        "from_user": user.username,
        "for_user": user.username,
        "status": "open",
    }
    return _new_page(relation_id, Form.blank([Section("", MOMENT)], given))


@blueprint.post("/relations/<uuid:relation_id>/contact-moments/new")
@requires("write", licence="crm")
def write(relation_id: UUID) -> Response:
    """Write down a moment."""
    form = Form.posted([Section("", MOMENT)], request.form)
    body = {**form.document(), "relation_id": str(relation_id)}
    try:
        send("contacts", "POST", "/contact-moments", body, once=request.form.get("once", ""))
    except Invalid as invalid:
        return make_response(_new_page(relation_id, form.refuse(invalid.errors)), 422)
    return redirect(url_for("web.card.show", relation_id=relation_id, tab="moments", done="moment-written"), 303)


@blueprint.get("/contact-moments/<uuid:moment_id>/edit")
@requires("write", licence="crm")
def edit(moment_id: UUID) -> str:
    """Show the form of a moment."""
    moment = fetch("contacts", f"/contact-moments/{moment_id}")
    return _edit_page(moment, Form.of([Section("", MOMENT)], moment, version=moment["version"]))


@blueprint.post("/contact-moments/<uuid:moment_id>/edit")
@requires("write", licence="crm")
def save(moment_id: UUID) -> Response:
    """Save a moment; when somebody else saved first, show both versions and keep what was typed."""
    form = Form.posted([Section("", MOMENT)], request.form)
    path = f"/contact-moments/{moment_id}"
    try:
        moment = send("contacts", "PATCH", path, form.changes(), version=form.version)
    except Invalid as invalid:
        return make_response(_edit_page(fetch("contacts", path), form.refuse(invalid.errors)), 422)
    except ChangedMeanwhile:
        moment = fetch("contacts", path)
        conflict = differences(form, moment)
        form.version = str(moment["version"])
        form.was = Form.of([Section("", MOMENT)], moment).was
        return make_response(_edit_page(moment, form, conflict=conflict), 412)
    return redirect(_way_back(moment, done="moment-written"), 303)


@blueprint.post("/contact-moments/<uuid:moment_id>/done")
@requires("write", licence="crm")
def done(moment_id: UUID) -> Response:
    """Set a moment to done."""
    return _change(moment_id, lambda _moment: {"status": "done"}, "moment-done")


@blueprint.post("/contact-moments/<uuid:moment_id>/reopen")
@requires("write", licence="crm")
def reopen(moment_id: UUID) -> Response:
    """Open a moment again."""
    return _change(moment_id, lambda _moment: {"status": "open"}, "moment-reopened")


@blueprint.post("/contact-moments/<uuid:moment_id>/swap")
@requires("write", licence="crm")
def swap(moment_id: UUID) -> Response:
    """Swap from whom and for whom a moment is."""
    return _change(
        moment_id,
        lambda moment: {"from_user": moment["for_user"], "for_user": moment["from_user"]},
        "moment-swapped",
    )


@blueprint.post("/contact-moments/<uuid:moment_id>/remove")
@requires("write", licence="crm")
def remove(moment_id: UUID) -> Response:
    """Delete a moment, once that is confirmed."""
    moment = fetch("contacts", f"/contact-moments/{moment_id}")
    question = _("“%(subject)s” verwijderen?", subject=moment["subject"])
    if asking := asked_first(question, back=_way_back(moment)):
        return asking
    send("contacts", "DELETE", f"/contact-moments/{moment_id}")
    return redirect(_way_back(moment, done="moment-removed"), 303)


def rows_of(items: list[dict[str, Any]], users: dict[str, str]) -> list[dict[str, Any]]:
    """Return moments as rows, with the names of their relations."""
    user = current_user()
    names = relation_names(item["relation_id"] for item in items)
    may_write = "write" in user.rights and "crm" in user.licences
    return [
        moment_row(item, users=users, relation=names.get(item["relation_id"], _("relatie")), may_write=may_write)
        for item in items
    ]


def _filters(users: dict[str, str]) -> tuple[Field, ...]:
    def anyone() -> list[tuple[str, str]]:
        return [("", anybody()), *users.items()]

    return (
        Field(path="from_user", label=_("Van"), widget="select", choices=anyone),
        Field(path="for_user", label=_("Voor"), widget="select", choices=anyone),
        Field(
            path="status",
            label=_("Status"),
            widget="select",
            choices=lambda: choices_of(MOMENT_STATUSES, first=_("alle")),
        ),
        Field(path="q", label=_("Zoekterm")),
        Field(path="date_from", label=_("Datum vanaf"), widget="date"),
        Field(path="date_to", label=_("Datum tot"), widget="date"),
    )


def _chips(sorting: Sorting, users: dict[str, str]) -> list[Chip]:
    return chips_of(
        sorting,
        {
            "from_user": lambda value: f"{_('Van')}: {word(users, value)}",
            "for_user": lambda value: f"{_('Voor')}: {word(users, value)}",
            "status": lambda value: word(MOMENT_STATUSES, value),
            "q": lambda value: f"“{value}”",
            "date_from": lambda value: f"{_('Datum vanaf')} {day(value)}",
            "date_to": lambda value: f"{_('Datum tot')} {day(value)}",
            "late": lambda _value: str(_("Te laat")),
        },
    )


def _quick_links(asked: dict[str, str]) -> list[dict[str, Any]]:
    """Return the questions that are asked every day, as chips."""
    me = current_user().username
    links: tuple[tuple[str, dict[str, str]], ...] = (
        (_("Alles"), {}),
        (_("Open voor mij"), {"for_user": me, "status": "open"}),
        (_("Te laat"), {"late": "true"}),
    )
    given = {name: value for name, value in asked.items() if value}
    return [
        {"text": text, "url": address_of("web.moments.overview", **query), "current": given == query}
        for text, query in links
    ]


def _change(moment_id: UUID, changes: Callable[[dict[str, Any]], dict[str, Any]], told: str) -> Response:
    path = f"/contact-moments/{moment_id}"
    moment = fetch("contacts", path)
    send("contacts", "PATCH", path, changes(moment), version=moment["version"])
    return redirect(_way_back(moment, done=told, about=str(moment_id)), 303)


def _way_back(moment: dict[str, Any], **told: str) -> str:
    if request.args.get("back") == "card":
        return address_of("web.card.show", relation_id=moment["relation_id"], tab="moments", **told)
    return address_of("web.moments.overview", **told)


def _new_page(relation_id: UUID, form: Form) -> str:
    relation = fetch_whole(relation_id)
    return render_template(
        "moments/form.html",
        title=_("Nieuw contactmoment"),
        form=form,
        action=request.path,
        cancel=relation_url(relation_id, "moments"),
        relation={"name": relation["display_name"], "url": relation_url(relation_id)},
        matters=_matters(str(relation_id)),
        conflict=None,
    )


def _edit_page(moment: dict[str, Any], form: Form, *, conflict: list[dict[str, str]] | None = None) -> str:
    name = relation_names([moment["relation_id"]]).get(moment["relation_id"], _("relatie"))
    return render_template(
        "moments/form.html",
        title=_("Contactmoment bewerken"),
        form=form,
        action=request.full_path.removesuffix("?"),
        cancel=_way_back(moment),
        relation={"name": name, "url": relation_url(moment["relation_id"])},
        matters=_matters(moment["relation_id"]),
        conflict=conflict,
    )


def _matters(relation_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = fetch_or("relations", f"/relations/{relation_id}/matters", {"items": []})["items"]
    return found
