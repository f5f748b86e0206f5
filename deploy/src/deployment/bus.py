"""The bus as RabbitMQ is told of it, derived from the contracts and from what each service subscribes to.

Every account may do its own part and no more. It publishes to its own exchange, under its own keys; it reads its own
queues; it binds its own queue to the events it subscribes to, and to no others. It makes and deletes nothing.
"""

import importlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from contracts import all_events
from shared.broker.rabbit import OWNER_EXCHANGE, QUORUM, UNROUTED, UNROUTED_QUEUE, dead_queue, queue_arguments
from shared.subscriptions import Subscriptions

SERVICES = ("relations", "contacts", "enrichment", "gdpr", "m365_sync", "gateway")
VHOST = "/"
NOTHING = "^$"


def subscriptions_of_all() -> list[Subscriptions]:
    """Return what every service subscribes to."""
    return [importlib.import_module(f"{name}.subscriptions").subscriptions for name in SERVICES]


def definitions_text() -> str:
    """Return the file ``deploy/rabbitmq/definitions.json``."""
    return json.dumps(definitions(subscriptions_of_all()), indent=2) + "\n"


def definitions(services: Iterable[Subscriptions]) -> dict[str, Any]:
    """Return RabbitMQ's definitions; the accounts have no password yet, so nobody can use them."""
    services = list(services)
    owners = sorted({contract.exchange for contract in all_events()} | {each.service for each in services})
    bound = {each.service: each for each in services}
    return {
        "vhosts": [{"name": VHOST}],
        "users": [
            {"name": owner, "password_hash": "", "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": []}
            for owner in owners
        ],
        "permissions": [_permission(owner, bound.get(owner)) for owner in owners],
        "topic_permissions": [
            permission for owner in owners for permission in _topic_permissions(owner, bound.get(owner))
        ],
        "exchanges": [
            _exchange(UNROUTED, "fanout", {}),
            *(_exchange(owner, "topic", OWNER_EXCHANGE) for owner in owners),
        ],
        "queues": [_queue(UNROUTED, UNROUTED_QUEUE), *(queue for each in services for queue in _queues(each))],
        "bindings": [_binding(UNROUTED, UNROUTED, ""), *(binding for each in services for binding in _bindings(each))],
    }


def _permission(owner: str, subscriptions: Subscriptions | None) -> dict[str, str]:
    writes, reads = [owner], []
    if subscriptions:
        # RabbitMQ asks of whoever binds a queue that they may write to the queue and read from the exchange.
        writes.append(subscriptions.queue)
        reads = [subscriptions.queue, dead_queue(owner), *sorted(_types_by_exchange(subscriptions))]
    return {
        "user": owner,
        "vhost": VHOST,
        "configure": NOTHING,
        "write": _any_of(writes),
        "read": _any_of(reads) if reads else NOTHING,
    }


def _topic_permissions(owner: str, subscriptions: Subscriptions | None) -> list[dict[str, str]]:
    types = _types_by_exchange(subscriptions) if subscriptions else {}
    published = {contract.type for contract in all_events() if contract.exchange == owner}
    return [
        {
            "user": owner,
            "vhost": VHOST,
            "exchange": exchange,
            "write": _any_of(published) if exchange == owner and published else NOTHING,
            "read": _any_of(types[exchange]) if exchange in types else NOTHING,
        }
        for exchange in sorted({owner, *types})
    ]


def _types_by_exchange(subscriptions: Subscriptions) -> dict[str, set[str]]:
    types: dict[str, set[str]] = defaultdict(set)
    for contract in subscriptions.contracts():
        types[contract.exchange].add(contract.type)
    return types


def _any_of(names: Iterable[str]) -> str:
    return "^(" + "|".join(re.escape(name) for name in sorted(names)) + ")$"


def _exchange(name: str, type_: str, arguments: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "vhost": VHOST,
        "type": type_,
        "durable": True,
        "auto_delete": False,
        "internal": False,
        "arguments": arguments,
    }


def _queue(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "vhost": VHOST, "durable": True, "auto_delete": False, "arguments": arguments}


def _queues(subscriptions: Subscriptions) -> list[dict[str, Any]]:
    return [
        _queue(subscriptions.queue, queue_arguments(subscriptions.service)),
        _queue(dead_queue(subscriptions.service), QUORUM),
    ]


def _bindings(subscriptions: Subscriptions) -> list[dict[str, Any]]:
    return [_binding(subscriptions.queue, contract.exchange, contract.type) for contract in subscriptions.contracts()]


def _binding(queue: str, exchange: str, key: str) -> dict[str, Any]:
    return {
        "source": exchange,
        "vhost": VHOST,
        "destination": queue,
        "destination_type": "queue",
        "routing_key": key,
        "arguments": {},
    }
