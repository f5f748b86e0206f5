"""Whole systems for the tests that cross services, each started once: on its own means, and on real servers."""

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from shared.testing.client import ApiClient
from shared.testing.kit import SERVICES, ServiceKit
from shared.testing.servers import PostgresServer, RabbitServer
from shared.testing.stack import LocalStack

SHORT_LEASE = {"REGISTER_CONNECT_TIMEOUT": "1", "REGISTER_RESPONSE_TIMEOUT": "4", "LOOKUP_LEASE": "11"}
"""A killed look-up is put again after this lease; the usual half minute is only longer."""


@pytest.fixture(scope="session")
def embedded_stack() -> Iterator[LocalStack]:
    """Start the system as a newcomer does: embedded PostgreSQL and the bus in folders."""
    with LocalStack(**SHORT_LEASE) as stack:
        yield stack


@pytest.fixture(scope="session")
def own_postgres() -> Iterator[PostgresServer]:
    """Start a PostgreSQL server that these tests may stop and start."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def own_rabbit() -> Iterator[RabbitServer]:
    """Start a RabbitMQ node that these tests may stop and start."""
    with RabbitServer() as server:
        yield server


@pytest.fixture(scope="session")
def served_stack(own_postgres: PostgresServer, own_rabbit: RabbitServer) -> Iterator[LocalStack]:
    """Start the system on RabbitMQ and a PostgreSQL server."""
    with LocalStack(
        broker_url=own_rabbit.create_vhost("house"), database_url=own_postgres.url(), **SHORT_LEASE
    ) as stack:
        yield stack


@pytest.fixture(scope="session")
def killable_stack() -> Iterator[LocalStack]:
    """Start one more embedded system, for the tests that kill it whole."""
    with LocalStack(**SHORT_LEASE) as stack:
        yield stack


@pytest.fixture(params=["embedded_stack", "served_stack"])
def stack(request: pytest.FixtureRequest) -> LocalStack:
    """Give the test each of the two systems in turn."""
    found: LocalStack = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def anna(stack: LocalStack) -> ApiClient:
    """Sign in as the lawyer who may do all but administer."""
    return ApiClient(stack.url)


@pytest.fixture(autouse=True)
def well_behaved_providers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the stand-ins of the providers behave well again after a test that told them not to."""
    yield
    for name in ("embedded_stack", "served_stack"):
        if name in request.fixturenames or name in str(request.node.name):
            requests.delete(f"{request.getfixturevalue(name).sandbox_url}/_sandbox/behaviour", timeout=10)


NOBODY = "http://127.0.0.1:9"
"""An address at which nothing ever listens, so that no test can reach the outside."""

OUTSIDE: dict[str, dict[str, Any]] = {
    "relations": {"national_number": True, "data_key": "a key that is only good for tests!"},
    "enrichment": {"data_key": "a key that is only good for tests!", "companyinfo_urls": (NOBODY,)},
    "gdpr": {"data_key": "a key that is only good for tests!"},
    "m365_sync": {
        "data_key": "a key that is only good for tests!",
        "graph_base_url": NOBODY,
        "login_base_url": NOBODY,
    },
}


@pytest.fixture(scope="session")
def kits(kit_of: Callable[..., ServiceKit]) -> dict[str, ServiceKit]:
    """Build every service, each on a migrated database of its own and with nobody around it."""
    neighbours = {f"{name}_url": NOBODY for name in SERVICES if name != "gateway"}
    return {
        name: kit_of(importlib.import_module(f"{name}.__main__").SERVICE, **neighbours, **OUTSIDE.get(name, {}))
        for name in SERVICES
    }
