"""The consumer's composition root."""

from contacts.settings import ContactsSettings
from contacts.subscriptions import subscriptions
from shared.broker import Broker
from shared.db import Database
from shared.worker import Worker


def create_worker(settings: ContactsSettings, database: Database, broker: Broker) -> Worker:
    """Build the worker."""
    return Worker(database, broker, subscriptions, consumers=settings.consumers)
