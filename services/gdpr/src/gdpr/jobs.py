"""What runs on a schedule."""

from datetime import timedelta

from gdpr.adapters.relations import RelationsGuard
from gdpr.adapters.sources import OwnSource, ServiceSource, Source
from gdpr.reports.gathering import Gatherer
from gdpr.reports.seal import Seal
from gdpr.requests.sending import Sender
from gdpr.settings import GdprSettings
from gdpr.tables import Tables
from shared.auth import KeyRing, TokenIssuer
from shared.clock import Clock, utc_now
from shared.db import Database
from shared.http import ServiceClient
from shared.jobs import Job
from shared.merging.forgetting import forgetting_merges
from shared.secrets import Vault

TURN = timedelta(milliseconds=800)


def jobs_of(settings: GdprSettings, database: Database) -> list[Job]:
    """Return the jobs of this service."""
    tokens = TokenIssuer(KeyRing(settings.keys_dir, "gdpr"))
    sender, gatherer = sender_of(settings, database, tokens), gatherer_of(settings, database, tokens)
    return [
        Job("send-erasures", TURN, sender.send_due),
        Job("ask-again", timedelta(seconds=1), sender.ask_again),
        Job("gather-reports", TURN, gatherer.run),
        Job("expire-reports", timedelta(hours=1), gatherer.forget_expired),
        forgetting_merges(database, Tables.metadata),
    ]


def sender_of(settings: GdprSettings, database: Database, tokens: TokenIssuer, *, clock: Clock = utc_now) -> Sender:
    """Build what sends erasures out."""
    return Sender(
        database,
        RelationsGuard(ServiceClient(settings.relations_url, token=tokens.own_token)),
        participants=settings.erasure_participants,
        pauses=settings.erasure_pauses,
        batches_per_turn=settings.batches_per_turn,
        clock=clock,
    )


def gatherer_of(settings: GdprSettings, database: Database, tokens: TokenIssuer, *, clock: Clock = utc_now) -> Gatherer:
    """Build what gathers reports."""

    def source(name: str, setting: str) -> Source:
        if name == "gdpr":
            return OwnSource(database, Tables.metadata)
        return ServiceSource(ServiceClient(settings.source_url(setting), token=tokens.own_token))

    names = zip(settings.source_names, settings.report_sources, strict=True)
    return Gatherer(
        database,
        Seal(Vault(settings.data_key)),
        sources={name: source(name, setting) for name, setting in names},
        pauses=settings.report_pauses,
        keep=timedelta(days=settings.report_days),
        clock=clock,
    )
