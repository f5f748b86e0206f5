"""Fixtures for every test of the house: one private PostgreSQL server a session, one database a service."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.service import Service
from shared.testing.kit import ServiceKit
from shared.testing.servers import PostgresServer, RabbitServer


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Start one private PostgreSQL server for the whole session."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def rabbit() -> Iterator[RabbitServer]:
    """Start one private RabbitMQ node for the whole session."""
    with RabbitServer() as server:
        yield server


@pytest.fixture(scope="session")
def kit_of(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., ServiceKit]]:
    """Return a function that builds the kit of a service; its connections are closed at the end."""
    kits: list[ServiceKit] = []

    def build(service: Service, **settings: Any) -> ServiceKit:
        folder: Path = tmp_path_factory.mktemp(service.name)
        kits.append(ServiceKit(service, postgres, folder, **settings))
        return kits[-1]

    yield build
    for kit in kits:
        kit.close()
