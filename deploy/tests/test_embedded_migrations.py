"""On the embedded server, which has no pg_trgm, every service gets its tables all the same."""

import importlib
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, inspect

from deployment.bus import SERVICES
from localstack.database import EmbeddedServer, make_databases, url_for
from shared.migrations import differences, migrate
from shared.service import Service

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(tmp_path_factory.mktemp("embedded") / "postgres")
    try:
        make_databases(server.url, SERVICES)
        yield server
    finally:
        server.stop()


@pytest.mark.parametrize("name", SERVICES)
def test_models_and_migrations_say_the_same(embedded: EmbeddedServer, name: str) -> None:
    service: Service = importlib.import_module(f"{name}.__main__").SERVICE
    url = url_for(embedded.url, name)
    migrate(url, service.migrations)
    engine = create_engine(url)
    try:
        assert differences(engine, [service.metadata]) == []
        indexes = {
            str(index["name"])
            for table in inspect(engine).get_table_names()
            for index in inspect(engine).get_indexes(table)
        }
    finally:
        engine.dispose()
    assert indexes
    assert not [index for index in indexes if index.endswith("_trigram")]
