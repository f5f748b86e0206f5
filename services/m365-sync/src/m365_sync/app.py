"""The web composition root."""

from flask import Flask

from m365_sync.adapters.relations import RelationsOwner
from m365_sync.adapters.sign_in import MsalSignIn
from m365_sync.adapters.users import UserDirectory
from m365_sync.connections.api import blueprint as connections
from m365_sync.preferences.api import blueprint as preferences
from m365_sync.runs.api import blueprint as runs
from m365_sync.runs.planning import Planner
from m365_sync.settings import M365SyncSettings
from m365_sync.tables import Tables
from shared.app import create_service_app
from shared.auth import TokenIssuer
from shared.merging.http import merging_blueprint
from shared.participation import privacy_blueprint
from shared.secrets import Vault

TRUSTS = {"relations": frozenset({"merge"}), "gdpr": frozenset({"privacy"}), "gateway": frozenset({"read"})}


def create_app(settings: M365SyncSettings) -> Flask:
    """Build the application."""
    app = create_service_app(
        "m365_sync",
        settings,
        blueprints=(
            connections,
            preferences,
            runs,
            privacy_blueprint(Tables.metadata),
            merging_blueprint(Tables.metadata),
        ),
        trusts=TRUSTS,
    )
    planner = planner_of(settings, tokens=app.extensions["tokens"])
    app.extensions["vault"] = Vault(settings.data_key)
    app.extensions["relations"] = planner.owner
    app.extensions["planner"] = planner
    app.extensions["sign_in"] = sign_in_of(settings)
    return app


def sign_in_of(settings: M365SyncSettings) -> MsalSignIn:
    """Return how users sign in at the office's Microsoft 365."""
    return MsalSignIn(
        authority=settings.login_authority,
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        login_base_url=settings.login_base_url,
    )


def planner_of(settings: M365SyncSettings, *, tokens: TokenIssuer) -> Planner:
    """Return what compares relations with mailboxes, asking the owners of relations and users as this service."""
    return Planner(
        RelationsOwner(settings.relations_url, token=tokens.own_token),
        UserDirectory(settings.gateway_url, token=tokens.own_token),
        Vault(settings.data_key).fingerprint,
    )
