"""The consumer's composition root."""

from threading import Event

from m365_sync.adapters.relations import RelationsOwner
from m365_sync.app import sign_in_of
from m365_sync.connections.mailboxes import Mailboxes, over_graph
from m365_sync.erasure.remover import Remover
from m365_sync.jobs import jobs_of
from m365_sync.runs.planning import Planner
from m365_sync.runs.synchroniser import Synchroniser
from m365_sync.settings import M365SyncSettings
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
    synchroniser = Synchroniser(database, mailboxes, planner_of(settings), stop=stop)
    remover = Remover(database, mailboxes, stop=stop)
    return Worker(
        database,
        broker,
        subscriptions,
        jobs=jobs_of(database, synchroniser, remover=remover),
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


def planner_of(settings: M365SyncSettings) -> Planner:
    """Return what compares relations with mailboxes, asking the owner of the relations as this service."""
    issuer = TokenIssuer(KeyRing(settings.keys_dir, "m365_sync"))
    owner = RelationsOwner(settings.relations_url, token=issuer.own_token)
    return Planner(owner, Vault(settings.data_key).fingerprint)
