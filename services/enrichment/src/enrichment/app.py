"""The web composition root."""

from flask import Flask

from enrichment.accounts.api import blueprint as accounts
from enrichment.alerts.api import blueprint as alerts
from enrichment.charges.api import blueprint as charges
from enrichment.composition import compose
from enrichment.lookups.api import blueprint as lookups
from enrichment.profiles.api import blueprint as profiles
from enrichment.profiles.lookup import RelationLookup
from enrichment.settings import EnrichmentSettings
from enrichment.tables import Tables
from shared.app import create_service_app
from shared.db import Database
from shared.participation import privacy_blueprint

TRUSTS = {"gateway": frozenset({"read"}), "gdpr": frozenset({"privacy"})}


def create_app(settings: EnrichmentSettings) -> Flask:
    """Build the application."""
    database = Database(settings.database_url)
    app = create_service_app(
        "enrichment",
        settings,
        blueprints=(lookups, profiles, alerts, charges, accounts, privacy_blueprint(Tables.metadata)),
        trusts=TRUSTS,
        database=database,
    )
    parts = compose(settings, database, tokens=app.extensions["tokens"])
    app.extensions["vault"] = parts.vault
    app.extensions["registers"] = parts.registers
    app.extensions["enquiries"] = parts.enquiries
    app.extensions["directory"] = parts.directory
    app.extensions["relation_lookup"] = RelationLookup(
        database=database, enquiries=parts.enquiries, directory=parts.directory, patience=2 * parts.lease
    )
    return app
