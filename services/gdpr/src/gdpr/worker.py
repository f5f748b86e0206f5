"""The consumer's composition root."""

from gdpr.jobs import jobs_of
from gdpr.settings import GdprSettings
from gdpr.subscriptions import subscriptions
from shared.broker import Broker
from shared.db import Database
from shared.worker import Worker


def create_worker(settings: GdprSettings, database: Database, broker: Broker) -> Worker:
    """Build the worker."""
    return Worker(database, broker, subscriptions, jobs=jobs_of(settings, database), consumers=settings.consumers)
