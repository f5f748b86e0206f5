"""The web composition root."""

from flask import Flask

from contacts.moments.api import blueprint as moments
from contacts.settings import ContactsSettings
from contacts.tables import Tables
from shared.app import create_service_app
from shared.http import ServiceClient
from shared.merging.http import merging_blueprint
from shared.participation import privacy_blueprint
from shared.sight import look_as_the_caller, refuse_confidential

TRUSTS = {"relations": frozenset({"merge"}), "gateway": frozenset({"read"}), "gdpr": frozenset({"privacy"})}


def create_app(settings: ContactsSettings) -> Flask:
    """Build the application."""
    app = create_service_app(
        "contacts",
        settings,
        blueprints=(moments, privacy_blueprint(Tables.metadata), merging_blueprint(Tables.metadata)),
        trusts=TRUSTS,
    )
    app.extensions["relations"] = relations = ServiceClient(settings.relations_url)
    look_as_the_caller(app, relations)
    refuse_confidential(app)
    return app
