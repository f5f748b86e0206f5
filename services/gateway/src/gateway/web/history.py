"""Historie: the relations this user opened last, with what one needs to reach them."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from gateway.users.sessions import current_user
from gateway.web.asking import fetch
from gateway.web.card_rows import communication_row
from gateway.web.known import office_groups, summary_row
from gateway.web.lists import Sorting
from gateway.web.marks import Page
from shared.auth import requires

blueprint = Blueprint("history", __name__)

PAGE = 50


@blueprint.get("/history")
@requires("read")
def show() -> str:
    """Show the relations this user opened last, newest first or as asked; an arrow unfolds how to reach each."""
    asked = {"q": request.args.get("q", "").strip()}
    sorting = Sorting.of("web.history.show", asked, ("opened_at", "name"), usual="-opened_at")
    found = fetch("relations", "/history", **sorting.kept, cursor=request.args.get("cursor"), limit=PAGE)
    groups = office_groups()
    return render_template(
        "history/list.html",
        rows=[_row(item, groups) for item in found["items"]],
        page=Page.of(found, "web.history.show", sorting.kept),
        sorting=sorting,
        **asked,
    )


def _row(item: dict[str, Any], groups: dict[str, str]) -> dict[str, Any]:
    """Return a relation that was opened; of a confidential one only its name is known."""
    may_write = "write" in current_user().rights and not item.get("restricted")
    reach = [communication_row(item["id"], entry) for entry in item.get("communications", [])]
    first = next((entry for entry in reach if not entry["do_not_use"]), None)
    return {
        **summary_row(item, groups),
        "opened_at": item.get("opened_at", ""),
        "reach": reach,
        "first": first["text"] if first else "",
        "edit_url": url_for("web.edit.block", relation_id=item["id"], block="name") if may_write else "",
    }
