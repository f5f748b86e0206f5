"""The web composition root."""

from flask import Flask

from relations.duplicates.api import blueprint as duplicates
from relations.erasure.api import blueprint as erasure
from relations.history.api import blueprint as history
from relations.identities.api import blueprint as identities
from relations.lifecycle.api import blueprint as lifecycle
from relations.matters.api import blueprint as matters
from relations.record.api import blueprint as record
from relations.record.parts_api import blueprint as parts
from relations.settings import RelationsSettings
from relations.tables import Tables
from shared.app import create_service_app
from shared.participation import privacy_blueprint

TRUSTS = {
    "gateway": frozenset({"read"}),
    "contacts": frozenset({"read"}),
    "enrichment": frozenset({"read"}),
    "m365_sync": frozenset({"read"}),
    "gdpr": frozenset({"read", "gdpr", "privacy"}),
}


def create_app(settings: RelationsSettings) -> Flask:
    """Build the application."""
    return create_service_app(
        "relations",
        settings,
        blueprints=(
            lifecycle, record, parts, duplicates, identities, matters, history, erasure,
            privacy_blueprint(Tables.metadata),
        ),
        trusts=TRUSTS,
    )  # fmt: skip
