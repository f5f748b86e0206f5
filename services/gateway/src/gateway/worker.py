"""The consumer's composition root."""

from datetime import timedelta

from gateway.notifications.actions import forget_old_notifications
from gateway.settings import GatewaySettings
from gateway.subscriptions import subscriptions
from gateway.users.actions import forget_what_expired
from shared.broker import Broker
from shared.db import Database
from shared.jobs import Job
from shared.worker import Worker


def create_worker(settings: GatewaySettings, database: Database, broker: Broker) -> Worker:
    """Build the worker."""
    forgetting = Job("forget-sign-ins", timedelta(hours=1), lambda: forget_what_expired(database))
    tidying = Job("forget-notifications", timedelta(hours=1), lambda: forget_old_notifications(database))
    return Worker(database, broker, subscriptions, jobs=(forgetting, tidying), consumers=settings.consumers)
