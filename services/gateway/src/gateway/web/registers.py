"""What registers say: asking Company.info about a relation, and the alerts that hold now."""

from typing import Any
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response

from gateway.web.asking import fetch, send
from gateway.web.formats import day
from gateway.web.known import relation_names, relation_url
from gateway.web.marks import Page
from gateway.web.registration import register_complaint
from shared.auth import requires
from shared.errors import Conflict, Invalid, Problem, Unavailable, Unknown

blueprint = Blueprint("registers", __name__)


@blueprint.post("/relations/<uuid:relation_id>/companyinfo/look-up")
@requires("write", licence="companyinfo")
def look_up(relation_id: UUID) -> Response:
    """Ask Company.info about a relation; a refusal is told in words and the card stays."""
    back = relation_url(relation_id, "companyinfo")
    try:
        send("enrichment", "POST", f"/relations/{relation_id}/register-lookups", {"provider": "companyinfo"})
    except Problem as problem:
        if isinstance(problem, Unknown):
            raise
        page = render_template(
            "registers/refused.html", text=register_complaint(problem), back=back, again=request.path
        )
        return make_response(page, problem.status if isinstance(problem, Unavailable | Conflict | Invalid) else 409)
    return redirect(url_for("web.card.show", relation_id=relation_id, tab="companyinfo", done="looked-up"), 303)


@blueprint.get("/alerts")
@requires("read")
def alerts() -> str:
    """Show the alerts that hold now, latest first."""
    found = fetch("enrichment", "/alerts", cursor=request.args.get("cursor"))
    return render_template(
        "registers/alerts.html", rows=alert_rows(found["items"]), page=Page.of(found, "web.registers.alerts", {})
    )


def alert_rows(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return alerts with the names of their relations."""
    names = relation_names(item["relation_id"] for item in items)
    language = str(get_locale())
    return [
        {
            "name": names.get(item["relation_id"], ""),
            "url": relation_url(item["relation_id"], "companyinfo"),
            "text": (item.get("texts") or {}).get(language) or item.get("text", ""),
            "since": day(item.get("since")),
            "red": item.get("severity") == "red",
            "provider": {"companyinfo": "Company.info"}.get(item.get("provider", ""), item.get("provider", "")),
        }
        for item in items
        if item["relation_id"] in names
    ]
