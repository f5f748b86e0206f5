"""The web composition root."""

from flask import Flask

from gdpr.adapters.relations import RelationsGuard
from gdpr.reports.api import blueprint as reports
from gdpr.reports.seal import Seal
from gdpr.requests.api import blueprint as requests
from gdpr.requests.merging import wishes
from gdpr.settings import GdprSettings
from gdpr.tables import Tables
from shared.app import create_service_app
from shared.http import ServiceClient
from shared.merging.http import merging_blueprint
from shared.participation import privacy_blueprint
from shared.secrets import Vault
from shared.sight import look_as_the_caller

TRUSTS = {"relations": frozenset({"merge"}), "gateway": frozenset({"read"}), "gdpr": frozenset({"privacy"})}


def create_app(settings: GdprSettings) -> Flask:
    """Build the application."""
    app = create_service_app(
        "gdpr",
        settings,
        blueprints=(
            requests,
            reports,
            privacy_blueprint(Tables.metadata),
            merging_blueprint(Tables.metadata, wishes=wishes),
        ),
        trusts=TRUSTS,
    )
    client = ServiceClient(settings.relations_url, token=app.extensions["tokens"].own_token)
    look_as_the_caller(app, client)
    app.extensions["guard"] = RelationsGuard(client)
    app.extensions["seal"] = Seal(Vault(settings.data_key))
    return app
