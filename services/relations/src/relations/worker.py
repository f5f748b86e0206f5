"""The consumer's composition root."""

from datetime import timedelta

from relations.history.actions import forget_old_openings
from relations.settings import RelationsSettings
from relations.subscriptions import subscriptions
from shared.broker import Broker
from shared.db import Database
from shared.idempotency import forget_old_keys
from shared.jobs import Job
from shared.worker import Worker


def create_worker(settings: RelationsSettings, database: Database, broker: Broker) -> Worker:
    """Build the worker."""
    jobs = (
        Job("forget-old-openings", timedelta(hours=1), lambda: forget_old_openings(database)),
        Job("forget-old-keys", timedelta(hours=1), lambda: forget_old_keys(database)),
    )
    return Worker(database, broker, subscriptions, jobs, consumers=settings.consumers)
