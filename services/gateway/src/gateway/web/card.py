"""The card of a relation: what one wants to know before a call, each tab at its own address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from gateway.card.composition import Merged, card_of
from gateway.users.sessions import current_user
from gateway.web import card_tabs
from gateway.web.card_tabs import Card
from gateway.web.forms import Form
from gateway.web.known import relation_url
from gateway.web.marks import status_mark
from shared.auth import requires

blueprint = Blueprint("card", __name__)


@dataclass(frozen=True)
class Editing:
    """The block that is being edited, in its own place on the card."""

    block: str
    form: Form
    action: str
    cancel: str
    conflict: tuple[dict[str, str], ...] = ()


@blueprint.get("/relations/<uuid:relation_id>")
@blueprint.get("/relations/<uuid:relation_id>/<any(" + ", ".join(list(card_tabs.TABS)[1:]) + "):tab>")
@requires("read")
def show(relation_id: UUID, tab: str = "overview") -> str | Response:
    """Show a tab of the card; a relation that was merged leads to its survivor."""
    try:
        return draw(relation_id, tab)
    except Merged as merged:
        return redirect(relation_url(merged.survivor_id, tab), 301)


def draw(
    relation_id: UUID,
    tab: str,
    *,
    editing: Editing | None = None,
    refused: bool = False,
    more: Mapping[str, Any] | None = None,
) -> str:
    """Draw the card with one of its tabs open; ``refused`` says that an order was, ``more`` is shown besides.

    Raises ``Unknown``, ``Merged`` and ``Unavailable``.
    """
    user = current_user()
    groups = card_tabs.office_groups()
    card = Card(card_of(relation_id, user), user, groups)
    if card.relation.get("restricted"):
        return render_template(
            "card/restricted.html",
            relation=card.relation,
            mark=status_mark(card.relation["status"]),
            gdpr_url=url_for("web.gdpr.ask", relation_id=relation_id) if "gdpr" in user.rights else "",
        )
    shown: dict[str, Any] = card_tabs.TABS[tab].content(card)
    return render_template(
        f"card/{tab}.html",
        head=card_tabs.head_of(card),
        tabs=card_tabs.tabs_of(card, tab),
        editing=editing,
        refused=refused,
        may_write="write" in user.rights and card.relation["status"] != "anonymised",
        rid=str(relation_id),
        **{**shown, **(more or {})},
    )
