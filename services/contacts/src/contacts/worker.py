"""The consumer's composition root."""

from contacts.settings import ContactsSettings
from contacts.subscriptions import subscriptions
from contacts.tables import Tables
from shared.broker import Broker
from shared.db import Database
from shared.merging.forgetting import forgetting_merges
from shared.worker import Worker


def create_worker(settings: ContactsSettings, database: Database, broker: Broker) -> Worker:
    """Build the worker."""
    jobs = (forgetting_merges(database, Tables.metadata),)
    return Worker(database, broker, subscriptions, jobs, consumers=settings.consumers)
