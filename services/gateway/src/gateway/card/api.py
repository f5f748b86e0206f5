"""The card over HTTP: the hot path, kept free of everything it does not need."""

from uuid import UUID

from flask import Blueprint, Response, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.card.composition import Merged, cards
from gateway.card.queries import Held, open_card
from gateway.front_door import recognised_by
from gateway.users.domain import User
from gateway.users.sessions import current_user
from shared.auth import requires
from shared.db import database

blueprint = Blueprint("card", __name__, url_prefix="/api/v1")


def owner_of_token_and_held_panels(token: str) -> User | None:
    """Return whose token this is, having read the card's panels in the same statement."""
    relation_id: UUID = (request.view_args or {})["relation_id"]
    opened = open_card(database(), token=token, relation_id=relation_id)
    if opened is None:
        return None
    user, g.held = opened
    return user


@blueprint.get("/relations/<uuid:relation_id>/card")
@recognised_by(owner_of_token_and_held_panels)
@requires("read")
def card(relation_id: UUID) -> AnyResponse:
    """Return everything the services know of a relation, panel by panel."""
    held: Held | None = g.get("held")
    try:
        return Response(cards().compose(relation_id, current_user(), held=held), mimetype="application/json")
    except Merged as merged:
        return redirect(f"/api/v1/relations/{merged.survivor_id}/card", 301)
