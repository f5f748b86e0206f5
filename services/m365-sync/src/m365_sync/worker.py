"""The consumer's composition root."""

from threading import Event

from m365_sync.app import planner_of, sign_in_of
from m365_sync.connections.mailboxes import Mailboxes, over_graph
from m365_sync.erasure.remover import Remover
from m365_sync.jobs import jobs_of
from m365_sync.runs.synchroniser import Synchroniser
from m365_sync.settings import M365SyncSettings
from m365_sync.sight.checker import Checker
from m365_sync.subscriptions import subscriptions
from shared.auth import KeyRing, TokenIssuer
from shared.broker import Broker
from shared.db import Database
from shared.secrets import Vault
from shared.worker import Worker


def create_worker(settings: M365SyncSettings, database: Database, broker: Broker) -> Worker:
    """Build the worker."""
    stop = Event()
    mailboxes = mailboxes_of(settings, database)
    planner = planner_of(settings, tokens=TokenIssuer(KeyRing(settings.keys_dir, "m365_sync")))
    synchroniser = Synchroniser(database, mailboxes, planner, stop=stop)
    remover = Remover(database, mailboxes, stop=stop)
    checker = Checker(database, planner.owner, planner.users)
    return Worker(
        database,
        broker,
        subscriptions,
        jobs=jobs_of(database, synchroniser, remover=remover, checker=checker),
        consumers=settings.consumers,
        stop=stop,
    )


def mailboxes_of(settings: M365SyncSettings, database: Database) -> Mailboxes:
    """Return the mailboxes of all connected users."""
    return Mailboxes(
        database,
        Vault(settings.data_key),
        sign_in=sign_in_of(settings),
        opener=over_graph(settings.graph_base_url),
    )
