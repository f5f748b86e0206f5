"""The box on top of every page: relations, pages and actions while typing."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from gateway.users.sessions import current_user
from gateway.web.asking import fetch, fetch_or
from gateway.web.known import office_groups, summary_row
from gateway.web.menu import menu_for
from shared.auth import requires
from shared.errors import Unavailable

blueprint = Blueprint("search", __name__)

MOST = 8


@blueprint.get("/search")
@requires("read")
def found() -> str:
    """Return what the box shows: what matches, or the relations opened last while it is empty."""
    q = request.args.get("q", "").strip()
    groups = office_groups()
    if not q:
        recent = fetch_or("relations", "/history", {"items": []}, limit=MOST)["items"]
        rows = [summary_row(item, groups) for item in recent[:MOST]]
        return render_template("search.html", q=q, heading=_("Laatst geopend"), rows=rows, pages=[], everything="")
    try:
        rows = [summary_row(item, groups) for item in fetch("relations", "/relations", q=q, limit=MOST)["items"]]
        failed = False
    except Unavailable:
        rows, failed = [], True
    return render_template(
        "search.html",
        q=q,
        heading=_("Relaties"),
        rows=rows,
        failed=failed,
        pages=_pages(q),
        everything=url_for("web.relations.find", q=q) if len(rows) == MOST else "",
    )


def _pages(q: str) -> list[Any]:
    user = current_user()
    links = [link for heading, links in menu_for(user.rights, user.licences) for link in links]
    return [link for link in links if q.casefold() in link.label.casefold()][:3]
