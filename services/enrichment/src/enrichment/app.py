"""The web composition root."""

from flask import Flask

from enrichment.accounts.api import blueprint as accounts
from enrichment.alerts.api import blueprint as alerts
from enrichment.charges.api import blueprint as charges
from enrichment.composition import compose
from enrichment.lookups.api import blueprint as lookups
from enrichment.profiles.api import blueprint as profiles
from enrichment.profiles.lookup import RelationLookup
from enrichment.profiles.merging import wishes
from enrichment.settings import EnrichmentSettings
from enrichment.tables import Tables
from shared.app import create_service_app
from shared.db import Database
from shared.http import ServiceClient
from shared.merging.http import merging_blueprint, old_ids_of, redirect_old_ids
from shared.participation import privacy_blueprint
from shared.sight import look_as_the_caller, refuse_confidential

TRUSTS = {"relations": frozenset({"merge"}), "gateway": frozenset({"read"}), "gdpr": frozenset({"privacy"})}


def create_app(settings: EnrichmentSettings) -> Flask:
    """Build the application."""
    database = Database(settings.database_url)
    app = create_service_app(
        "enrichment",
        settings,
        blueprints=(
            lookups,
            profiles,
            alerts,
            charges,
            accounts,
            privacy_blueprint(Tables.metadata),
            merging_blueprint(Tables.metadata, wishes=wishes),
        ),
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
    redirect_old_ids(app, old_ids_of(app, Tables.metadata))
    look_as_the_caller(app, ServiceClient(settings.relations_url))
    refuse_confidential(app)
    return app
