"""The box on top of every page: relations, pages and actions while typing."""

import re
import unicodedata

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gateway.users.sessions import current_user
from gateway.web.asking import fetch, fetch_or
from gateway.web.known import office_groups, summary_row
from gateway.web.menu import Entry, Link, is_open, link_of, menu_for
from shared.auth import requires
from shared.errors import Unavailable

blueprint = Blueprint("search", __name__)

MOST = 8
MOST_PAGES = 4

ACTIONS = (
    Entry(_l("Nieuwe relatie"), "web.wizard.new", right="write"),
    Entry(_l("Bestand importeren"), "web.imports.show", right="write"),
    Entry(_l("Dubbels nakijken"), "web.duplicates.show"),
    Entry(_l("Leidraad van het kantoor"), "web.hygiene.rules", right="key_user"),
    Entry(_l("Nieuwe gebruiker"), "web.users.new", right="admin"),
    Entry(_l("Taal van de schermen"), "web.preferences.show"),
    Entry(_l("Outlook synchroniseren"), "web.m365.mine", licences=("m365",)),
)
"""What can be done from anywhere, by the name one would type."""


@blueprint.get("/search")
@requires("read")
def found() -> str:
    """Return what the box shows: what matches, or the relations opened last while it is empty."""
    q = request.args.get("q", "").strip()
    groups = office_groups()
    if not q:
        recent = fetch_or("relations", "/history", {"items": []}, limit=MOST)["items"]
        rows = [summary_row(item, groups) for item in recent[:MOST]]
        return render_template("search.html", q=q, heading=_("Laatst geopend"), rows=rows)
    try:
        rows = [summary_row(item, groups) for item in fetch("relations", "/relations", q=q, limit=MOST)["items"]]
        failed = False
    except Unavailable:
        rows, failed = [], True
    pages, actions = pages_and_actions(q)
    return render_template(
        "search.html",
        q=q,
        heading=_("Relaties"),
        rows=rows,
        failed=failed,
        pages=pages,
        actions=actions,
        everything=url_for("web.relations.find", q=q) if len(rows) == MOST else "",
    )


def pages_and_actions(q: str) -> tuple[list[Link], list[Link]]:
    """Return the pages and the actions that are called so and that this user may use."""
    user = current_user()
    open_to = (link_of(entry) for entry in ACTIONS if is_open(entry, user.rights, user.licences))
    actions = [link for link in open_to if is_called(q, link.label)][:MOST_PAGES]
    known = {action.label for action in actions}
    pages = [
        link
        for heading, links in menu_for(user.rights, user.licences)
        for link in links
        if link.label not in known and is_called(q, f"{heading} {link.label}")
    ]
    return pages[:MOST_PAGES], actions


def is_called(q: str, name: str) -> bool:
    """Tell whether words of a name begin with everything that was typed; accents and case do not count."""
    pieces, words = words_of(q), words_of(name)
    return bool(pieces) and all(any(word.startswith(piece) for word in words) for piece in pieces)


def words_of(text: str) -> list[str]:
    """Return the words of a text, without accents and case."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[^\W_]+", "".join(sign for sign in bare if not unicodedata.combining(sign)))
