"""The web composition root."""

from flask import Flask

from relations.changes.api import blueprint as changes
from relations.drafts.api import blueprint as drafts
from relations.duplicates.api import blueprint as duplicates
from relations.erasure.api import blueprint as erasure
from relations.exchange.api import blueprint as exchange
from relations.history.api import blueprint as history
from relations.hygiene.api import blueprint as hygiene
from relations.identities.api import blueprint as identities
from relations.imports.api import blueprint as imports
from relations.lifecycle.api import blueprint as lifecycle
from relations.links.api import blueprint as links
from relations.matters.api import blueprint as matters
from relations.merging.api import blueprint as merging
from relations.merging.participants import participants_of
from relations.national_numbers.actions import opened_row
from relations.national_numbers.api import blueprint as national_number
from relations.photos.api import blueprint as photos
from relations.record.api import blueprint as record
from relations.record.api import refuse_confidential
from relations.record.parts_api import blueprint as parts
from relations.record.survivors import survivor_of
from relations.settings import RelationsSettings, vault_of
from relations.tables import Tables
from relations.varia.api import blueprint as varia
from shared.app import create_service_app
from shared.merging.http import redirect_old_ids
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
    opened = {"national_number": lambda row: opened_row(row, vault_of(settings))}
    app = create_service_app(
        "relations",
        settings,
        blueprints=(
            lifecycle, record, parts, duplicates, identities, matters, history, hygiene, erasure, merging,
            drafts, photos, links, changes, varia, national_number,
            imports, exchange,
            privacy_blueprint(Tables.metadata, opened=opened),
        ),
        trusts=TRUSTS,
    )  # fmt: skip
    if settings.national_number:
        app.extensions["vault"] = vault_of(settings)
    app.extensions["merge_participants"] = participants_of(settings, token=app.extensions["tokens"].own_token)
    redirect_old_ids(app, lambda relation_id: survivor_of(app.extensions["database"], relation_id))
    refuse_confidential(app)
    return app
