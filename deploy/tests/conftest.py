"""What the tests of the deployment stand on."""

from collections.abc import Iterator

import pytest

from contacts.__main__ import SERVICE as CONTACTS
from deployment.testing import Office
from gdpr.__main__ import SERVICE as GDPR
from relations.__main__ import SERVICE as RELATIONS
from shared.migrations import migrate
from shared.testing.servers import PostgresServer


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Make an office's databases on a server of their own, three of them with their tables."""
    with PostgresServer() as server:
        if not server.has_trigram:
            pytest.skip("a deployment's PostgreSQL has pg_trgm, this one has not")
        office = Office(server, tmp_path_factory.mktemp("office"))
        for service in (RELATIONS, CONTACTS, GDPR):
            migrate(office.url(f"{service.name}-migration"), service.migrations)
        yield office
