"""The migrations make what the models say, with the extension for pieces of words and without it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine import make_url

from relations.__main__ import SERVICE
from relations.search.queries import BY_DIGITS, BY_PIECE
from shared.ids import new_id
from shared.migrations import differences, migrate
from shared.secrets import Vault
from shared.settings import SettingsMissing
from shared.testing.kit import ServiceKit
from shared.testing.servers import PostgresServer

A_PERSON = """
    INSERT INTO relation (id, kind, status, language, display_name, display_name_is_own, sort_name, search_text, title,
      initials, first_names, call_name, prefix, last_name, birth_name, suffix, legal_name, trade_names, short_name,
      legal_form, memo, warning, varia, version, created_by)
    VALUES ('00000000-0000-7000-8000-000000000001', 'natural_person', 'active', 'nl', 'Lies', false, 'lies', '', '', '',
      '', '', '', '', '', '', '', '{}', '', '', '', '', '{}', 1, '')
"""
A_PLAIN_NUMBER = """
    INSERT INTO national_number (relation_id, kind, value, recorded_by)
    VALUES ('00000000-0000-7000-8000-000000000001', 'rrn', '85073003328', 'anna')
"""
TRIGRAM_INDEXES = {"relation_search_text_trigram", "communication_normalised_trigram"}


@pytest.fixture
def account_without_extensions(postgres: PostgresServer) -> Iterator[str]:
    """Make a database for an account that may make tables in it and no extension; return its URL."""
    name = f"modest_{new_id().hex[-8:]}"
    url = postgres.create_database(name)
    with _connected(url) as engine, engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN"))
        connection.execute(text(f"GRANT CREATE, USAGE ON SCHEMA public TO {name}"))
    yield make_url(url).set(username=name).render_as_string()
    postgres.drop_database(name)


@contextmanager
def _connected(url: str) -> Iterator[Engine]:
    engine = create_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _trigram_indexes(engine: Engine) -> set[str]:
    names = {
        str(index["name"]) for table in ("relation", "communication") for index in inspect(engine).get_indexes(table)
    }
    return names & TRIGRAM_INDEXES


def test_where_the_server_has_the_extension_pieces_of_names_and_numbers_are_found_by_index(
    postgres: PostgresServer, relations_kit: ServiceKit
) -> None:
    if not postgres.has_trigram:
        pytest.skip("this PostgreSQL comes without pg_trgm")
    engine = relations_kit.database.engine
    assert _trigram_indexes(engine) == TRIGRAM_INDEXES
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        piece = {
            "low": "anss", "high": "anst", "longest": "%anss%", "pieces": ["%anss%", "%jan%"], "most": 20,
            "whole": "% | anss jan | %", "begins": "% | anss jan%", "words": ["anss", "jan"],
            "sees_everything": True, "username": "",
        }  # fmt: skip
        names = connection.scalars(text(f"EXPLAIN {BY_PIECE.text}"), piece).all()
        numbers = connection.scalars(text(f"EXPLAIN {BY_DIGITS.text}"), {"inside": "%4567%", "most": 20}).all()
    assert any("relation_search_text_trigram" in line for line in names)
    assert any("communication_normalised_trigram" in line for line in numbers)


def test_an_account_that_may_not_create_extensions_gets_every_table_all_the_same(
    account_without_extensions: str,
) -> None:
    migrate(account_without_extensions, SERVICE.migrations)
    with _connected(account_without_extensions) as engine:
        assert _trigram_indexes(engine) == set()
        assert differences(engine, [SERVICE.metadata]) == []


def test_national_numbers_that_were_kept_plain_are_sealed_and_without_a_key_nothing_is_lost(
    postgres: PostgresServer, relations_kit: ServiceKit, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.create_database(name := f"plain_{new_id().hex[-8:]}")
    for variable, value in {"DATABASE_URL": url, "BROKER_URL": "memory://", "KEYS_DIR": "/", "PORT": "1"}.items():
        monkeypatch.setenv(variable, value)
    with _connected(url) as engine:
        alembic = Config()
        alembic.set_main_option("script_location", str(SERVICE.migrations))
        alembic.attributes["engine"] = engine
        command.upgrade(alembic, "0009")
        with engine.begin() as connection:
            connection.execute(text(A_PERSON))
            connection.execute(text(A_PLAIN_NUMBER))
        with pytest.raises(SettingsMissing, match="DATA_KEY"):
            migrate(url, SERVICE.migrations)
        monkeypatch.setenv("DATA_KEY", key := "k" * 32)
        migrate(url, SERVICE.migrations)
        with engine.begin() as connection:
            kept = connection.execute(text("SELECT masked, sealed_value FROM national_number")).one()
        assert (kept.masked, Vault(key).open(kept.sealed_value)) == ("•••••••••28", "85073003328")
        command.downgrade(alembic, "0009")
        with engine.begin() as connection:
            assert connection.scalar(text("SELECT value FROM national_number")) == "85073003328"
    postgres.drop_database(name)


def test_models_and_migrations_say_the_same_and_nothing_is_asked_of_the_optional_indexes(
    relations_kit: ServiceKit,
) -> None:
    assert differences(relations_kit.database.engine, [SERVICE.metadata]) == []
