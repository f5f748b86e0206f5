"""The card of a relation: what one wants to know before a call, each tab at its own address."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from gateway.card.composition import Merged, card_of
from gateway.users.sessions import current_user
from gateway.web import card_tabs
from gateway.web.card_tabs import Card
from gateway.web.forms import Form
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
@blueprint.get(
    "/relations/<uuid:relation_id>/<any(communication,addresses,identity,matters,moments,companyinfo,gdpr):tab>"
)
@requires("read")
def show(relation_id: UUID, tab: str = "overview") -> str | Response:
    """Show a tab of the card; a relation that was merged leads to its survivor."""
    try:
        return draw(relation_id, tab)
    except Merged as merged:
        return redirect(url_for("web.card.show", relation_id=merged.survivor_id), 301)


def draw(relation_id: UUID, tab: str, *, editing: Editing | None = None) -> str:
    """Draw the card with one of its tabs open; raises ``Unknown``, ``Merged`` and ``Unavailable``."""
    user = current_user()
    groups = card_tabs.office_groups()
    card = Card(card_of(relation_id, user), user, groups)
    if tab not in card_tabs.TABS:
        abort(404)
    shown: dict[str, Any] = card_tabs.TABS[tab].content(card)
    return render_template(
        f"card/{tab}.html",
        head=card_tabs.head_of(card),
        tabs=card_tabs.tabs_of(card, tab),
        editing=editing,
        may_write="write" in user.rights and card.relation["status"] != "anonymised",
        rid=str(relation_id),
        **shown,
    )
