"""Profiles over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response, current_app, jsonify
from flask_smorest import Blueprint

from enrichment.adapters.relations import RelationDirectory
from enrichment.alerts.queries import alerts_of
from enrichment.alerts.schemas import row_shown
from enrichment.lookups.schemas import ReceiptOut
from enrichment.profiles.domain import LookUpRelation
from enrichment.profiles.lookup import Found, RelationLookup
from enrichment.profiles.models import Profile
from enrichment.profiles.queries import any_profile, profiles_of
from enrichment.profiles.schemas import LookupIn, LookupOut, ProfilesOut, RegisterPanelOut
from shared.auth import bearer_token, principal, requires
from shared.clock import utc_now
from shared.db import database

blueprint = Blueprint("profiles", __name__, description="What registers say of a relation")


def profile_shown(profile: Profile) -> dict[str, Any]:
    """Return a profile; facts and figures are kept in the form in which they are shown."""
    return {
        "provider": profile.provider,
        "number": profile.number,
        "status": profile.status,
        "reason": profile.reason,
        "fetched_at": profile.fetched_at,
        "facts": profile.facts,
        "figures": profile.figures,
    }


@blueprint.post("/relations/<uuid:relation_id>/register-lookups")
@blueprint.arguments(LookupIn)
@blueprint.response(200, LookupOut)
@requires("write", licence="companyinfo")
def look_up(command: LookUpRelation, relation_id: UUID) -> Response:
    """Ask a register about a relation and keep the answer; a second click within the day costs nothing."""
    lookup: RelationLookup = current_app.extensions["relation_lookup"]
    found = lookup.run(relation_id, command=command, actor=principal().actor)
    updated = command.update_legal_identity and _update_legal_identity(relation_id, found)
    language = principal().language
    return jsonify(
        {
            "profile": profile_shown(found.profile),
            "alerts": [row_shown(row, language=language) for row in found.alerts],
            "charge": ReceiptOut().dump(found.receipt),
            "legal_identity_updated": updated,
        }
    )


def _update_legal_identity(relation_id: UUID, found: Found) -> bool:
    """Bring the legal identity up to date as the user who asks; there is nothing to bring when nothing was found."""
    if found.profile.status != "found":
        return False
    directory: RelationDirectory = current_app.extensions["directory"]
    profile, today = found.profile, utc_now().date()
    directory.add_legal_identity(
        relation_id,
        facts=profile.facts,
        source=profile.provider,
        valid_from=today,
        # A second click brings the same answer, and may not make a second version.
        key=f"{profile.provider}-{relation_id}-{profile.fetched_at:%Y%m%dT%H%M%S}-{today:%Y%m%d}",
        token=bearer_token(),
    )
    return True


@blueprint.get("/relations/<uuid:relation_id>/register-profiles")
@blueprint.response(200, ProfilesOut)
@requires("read")
def profiles(relation_id: UUID) -> Response:
    """Return what every register says of a relation."""
    with database().transaction() as session:
        return jsonify({"items": [profile_shown(profile) for profile in profiles_of(session, relation_id)]})


@blueprint.get("/panels/register/<uuid:relation_id>")
@blueprint.response(200, RegisterPanelOut)
@requires("read")
def panel(relation_id: UUID) -> Response:
    """Return the register part of a relation's card, without what was ordered a moment ago."""
    language = principal().language
    if not any_profile(database(), relation_id):
        return jsonify({})
    with database().reading_objects() as session:
        found = [each for each in profiles_of(session, relation_id) if each.status != "pending" or each.reason]
        if not found:
            return jsonify({})
        alerts = [row_shown(row, language=language) for row in alerts_of(session, relation_id)]
        return jsonify({"profiles": [profile_shown(profile) for profile in found], "alerts": alerts})
