"""The audit log as a page: who did what and who read what, for those who may look back."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, render_template, request
from flask_babel import gettext as _

from gateway.audit.buffer import ReadLog
from gateway.audit.queries import search_audit
from gateway.web.audit_words import deed_words
from gateway.web.formats import day, midnight, moment
from gateway.web.forms import Field
from gateway.web.known import office_users, people_names, relation_names, relation_url
from gateway.web.lists import Sorting, chips_of, filters_of
from gateway.web.marks import Page
from gateway.web.toasts import is_uuid
from gateway.web.typed_times import typed_day
from gateway.web.wording import anybody, word
from shared.auth import requires
from shared.db import database

blueprint = Blueprint("audit", __name__)

FILTERS = ("actor", "relation_id", "from", "to")
PAGE = 50


@blueprint.get("/audit")
@requires("audit")
def show() -> str:
    """Show who did and read what, latest first; by person, by relation and by day."""
    asked = {name: request.args.get(name, "").strip() for name in FILTERS}
    asked |= {name: typed_day(asked[name]) for name in ("from", "to")}
    if not is_uuid(asked["relation_id"]):
        asked["relation_id"] = ""
    users = office_users()
    sorting = Sorting.of("web.audit.show", asked, (), usual="")
    found = _found(asked)
    names = relation_names([asked["relation_id"], *(item["relation_id"] for item in found["items"])])
    return render_template(
        "audit/list.html",
        rows=[_row(item, names, people_names()) for item in found["items"]],
        filters=filters_of(_filters(users), asked),
        chips=chips_of(
            sorting,
            {
                "actor": lambda value: word(users, value),
                "relation_id": lambda value: names.get(value, _("een relatie")),
                "from": lambda value: f"{_('Vanaf')} {day(value)}",
                "to": lambda value: f"{_('Tot en met')} {day(value)}",
            },
        ),
        relation_id=asked["relation_id"],
        page=Page.of(found, "web.audit.show", asked),
    )


def _found(asked: Mapping[str, str]) -> dict[str, Any]:
    query: dict[str, Any] = {name: asked[name] for name in ("actor", "relation_id") if asked[name]}
    if since := midnight(asked["from"]):
        query["since"] = since
    if until := midnight(asked["to"]):
        query["until"] = until + timedelta(days=1)
    log: ReadLog = current_app.extensions["read_log"]
    log.flush()
    with database().transaction() as session:
        return search_audit(session, {**query, "cursor": request.args.get("cursor"), "limit": PAGE, "total": False})


def _filters(users: dict[str, str]) -> tuple[Field, ...]:
    return (
        Field(path="actor", label=_("Wie"), widget="select", choices=lambda: [("", anybody()), *users.items()]),
        Field(path="from", label=_("Vanaf"), widget="date"),
        Field(path="to", label=_("Tot en met"), widget="date"),
    )


def _row(item: dict[str, Any], names: dict[str, str], people: dict[str, str]) -> dict[str, Any]:
    relation_id = str(item["relation_id"] or "")
    return {
        "at": moment(item["at"]),
        "who": people.get(item["actor"], item["actor"]),
        "deed": deed_words(item["action"]),
        "relation": names.get(relation_id, _("verwijderd of gewist") if relation_id else ""),
        "relation_url": relation_url(relation_id) if relation_id in names else "",
        "failed": item["status"] >= 400,
    }
