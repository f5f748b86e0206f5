"""What this service does on a schedule."""

from datetime import timedelta
from threading import Event

from enrichment.composition import Parts
from enrichment.lookups.actions import forget_old_answers
from enrichment.profiles.enricher import Enricher
from enrichment.settings import EnrichmentSettings
from enrichment.tables import Tables
from shared.clock import Clock, utc_now
from shared.db import Database
from shared.jobs import Job
from shared.merging.forgetting import forgetting_merges


def jobs_of(settings: EnrichmentSettings, database: Database, *, parts: Parts, stop: Event) -> tuple[Job, ...]:
    """Return the jobs: profiles that are due, and answers that are too old to be given again."""
    enricher = Enricher(
        database=database,
        enquiries=parts.enquiries,
        directory=parts.directory,
        lease=parts.lease,
        threads=settings.lookup_threads,
        stop=stop,
    )
    window = timedelta(seconds=settings.answer_window)
    return (
        Job("enrich", timedelta(milliseconds=400), enricher.run),
        Job("forget-answers", timedelta(minutes=15), lambda: forget_answers(database, window=window)),
        forgetting_merges(database, Tables.metadata),
    )


def forget_answers(database: Database, *, window: timedelta, clock: Clock = utc_now) -> None:
    """Forget the answers whose time is over."""
    with database.transaction() as session:
        forget_old_answers(session, before=clock() - window)
