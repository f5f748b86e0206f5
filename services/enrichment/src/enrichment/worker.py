"""The consumer's composition root."""

from threading import Event

from enrichment.composition import compose
from enrichment.jobs import jobs_of
from enrichment.settings import EnrichmentSettings
from enrichment.subscriptions import subscriptions
from shared.auth import KeyRing, TokenIssuer
from shared.broker import Broker
from shared.db import Database
from shared.worker import Worker


def create_worker(settings: EnrichmentSettings, database: Database, broker: Broker) -> Worker:
    """Build the worker."""
    stop = Event()
    parts = compose(settings, database, tokens=TokenIssuer(KeyRing(settings.keys_dir, "enrichment")))
    jobs = jobs_of(settings, database, parts=parts, stop=stop)
    return Worker(database, broker, subscriptions, jobs=jobs, consumers=settings.consumers, stop=stop)
