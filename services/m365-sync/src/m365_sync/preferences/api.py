"""A user's synchronisation settings over HTTP."""

from typing import Any
from uuid import UUID

import structlog
from flask import Response, current_app, jsonify
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from m365_sync.access import refuse_strangers
from m365_sync.adapters.relations import RelationsOwner
from m365_sync.connections.queries import connection_of, state_of
from m365_sync.preferences import actions, queries
from m365_sync.preferences.domain import SavePreferences, sorted_out
from m365_sync.preferences.models import Preference
from m365_sync.preferences.schemas import PreferencesIn, PreferencesOut
from m365_sync.runs.queries import last_run_of
from shared.auth import requires
from shared.clock import utc_now
from shared.concurrency import with_etag
from shared.db import database
from shared.errors import Unavailable

blueprint = Blueprint("preferences", __name__, description="Which groups a user wants in the mailbox")
log = structlog.get_logger("m365_sync")


def answer(session: Session, preference: Preference, *, known_groups: list[str]) -> Response:
    """Return the settings with the state of the mailbox and the last run."""
    synchronised, excluded = sorted_out(preference.synchronised_groups, known=known_groups)
    connection = connection_of(session, preference.user_id)
    shown: dict[str, Any] = {
        "enabled": preference.enabled,
        "synchronised_groups": synchronised,
        "excluded_groups": excluded,
        "next_run_at": preference.next_run_at,
        "connected": state_of(connection) == "connected",
        "mailbox": state_of(connection),
        "address": connection.address if connection else None,
        "last_run": last_run_of(session, preference.user_id),
    }
    return with_etag(jsonify(PreferencesOut().dump(shown)), preference.version)


@blueprint.get("/users/<uuid:user_id>/m365-sync")
@blueprint.response(200, PreferencesOut)
@requires("read", licence="m365")
def read(user_id: UUID) -> Response:
    """Return a user's settings; while the owner of the groups is down, the groups as they were last saved."""
    refuse_strangers(user_id)
    owner: RelationsOwner = current_app.extensions["relations"]
    known: list[str] | None = None
    try:
        known = owner.groups()
    except Unavailable:
        log.warning("groups not asked, their owner does not answer")
    with database().transaction() as session:
        preference = queries.preference_of(session, user_id)
        if known is None:
            known = [*preference.synchronised_groups, *preference.excluded_groups]
        return answer(session, preference, known_groups=known)


@blueprint.put("/users/<uuid:user_id>/m365-sync")
@blueprint.arguments(PreferencesIn)
@blueprint.response(200, PreferencesOut)
@requires("read", licence="m365")
def save(command: SavePreferences, user_id: UUID) -> Response:
    """Save the tick and both lists together."""
    refuse_strangers(user_id)
    owner: RelationsOwner = current_app.extensions["relations"]
    known = owner.groups()
    with database().transaction() as session:
        preference = actions.save_preferences(session, user_id, command=command, known_groups=known, now=utc_now())
        return answer(session, preference, known_groups=known)
