"""Connecting a mailbox, for the gateway's sign-in pages."""

from typing import Any
from uuid import UUID

from flask import current_app
from flask_smorest import Blueprint

from m365_sync.access import refuse_strangers
from m365_sync.connections import actions, queries
from m365_sync.connections.models import Connection
from m365_sync.connections.schemas import ConnectionOut, FinishIn, StartIn, StartOut
from shared.auth import requires
from shared.db import database

blueprint = Blueprint("connections", __name__, description="Connections with Microsoft 365 mailboxes")


def shown(connection: Connection | None) -> dict[str, Any]:
    """Return what is told of a connection."""
    state = queries.state_of(connection)
    return {
        "connected": state == "connected",
        "mailbox": state,
        "address": connection.address if connection else None,
        "connected_at": connection.connected_at if connection else None,
    }


@blueprint.get("/users/<uuid:user_id>/m365-connection")
@blueprint.response(200, ConnectionOut)
@requires("read", licence="m365")
def read(user_id: UUID) -> dict[str, Any]:
    """Return the state of a user's connection."""
    refuse_strangers(user_id)
    with database().transaction() as session:
        return shown(queries.connection_of(session, user_id))


@blueprint.post("/users/<uuid:user_id>/m365-connection/start")
@blueprint.arguments(StartIn)
@blueprint.response(200, StartOut)
@requires("read", licence="m365")
def start(asked: dict[str, str], user_id: UUID) -> dict[str, str]:
    """Begin a sign-in; the answer says where to send the user."""
    refuse_strangers(user_id)
    if not current_app.extensions["settings"].client_id:
        raise actions.NotConfigured
    authorize_url = actions.begin_sign_in(
        database(),
        user_id,
        redirect_uri=asked["redirect_uri"],
        login_hint=asked["login_hint"],
        sign_in=current_app.extensions["sign_in"],
        vault=current_app.extensions["vault"],
    )
    return {"authorize_url": authorize_url}


@blueprint.post("/users/<uuid:user_id>/m365-connection/finish")
@blueprint.arguments(FinishIn)
@blueprint.response(200, ConnectionOut)
@requires("read", licence="m365")
def finish(answered: dict[str, dict[str, str]], user_id: UUID) -> dict[str, Any]:
    """Connect the mailbox the user signed in to."""
    refuse_strangers(user_id)
    connection = actions.finish_sign_in(
        database(),
        user_id,
        params=answered["params"],
        sign_in=current_app.extensions["sign_in"],
        vault=current_app.extensions["vault"],
    )
    return shown(connection)


@blueprint.delete("/users/<uuid:user_id>/m365-connection")
@blueprint.response(204)
@requires("read", licence="m365")
def disconnect(user_id: UUID) -> None:
    """Forget a user's mailbox; the contacts in it stay."""
    refuse_strangers(user_id)
    with database().transaction() as session:
        actions.disconnect(session, user_id)
