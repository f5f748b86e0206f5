"""Brings a service's database up to date with its alembic migrations, and checks them against its models."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData, create_engine, text

from shared import plumbing

MIGRATION_LOCK = 7_310_025

OPTIONAL_INDEX = "_trigram"
"""How the name of an index ends that exists only where the extension it needs does; no model declares it."""


def migrate(database_url: str, folder: Path) -> None:
    """Apply every missing migration; two processes at once do it one after the other."""
    engine = create_engine(database_url)
    try:
        with engine.connect() as lock:
            lock.execute(text(f"SELECT pg_advisory_lock({MIGRATION_LOCK})"))
            lock.commit()
            config = Config()
            config.set_main_option("script_location", str(folder))
            config.attributes["engine"] = engine
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def draft_migration(database_url: str, folder: Path, *, message: str) -> None:
    """Write a migration into ``folder/versions`` for the differences between the models and a migrated database."""
    migrate(database_url, folder)
    engine = create_engine(database_url)
    try:
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.attributes["engine"] = engine
        command.revision(config, message=message, autogenerate=True)
    finally:
        engine.dispose()


def run_env(metadatas: Sequence[MetaData]) -> None:
    """Do the work of every service's ``migrations/env.py``."""
    from alembic import context

    engine: Engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=[*metadatas, plumbing.metadata],
            include_name=_is_compared,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


def differences(engine: Engine, metadatas: Sequence[MetaData]) -> list[str]:
    """Return what the models have and the migrated database lacks, or the other way round."""
    with engine.connect() as connection:
        migration = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _is_compared})
        together = MetaData()
        for metadata in (*metadatas, plumbing.metadata):
            for table in metadata.sorted_tables:
                table.to_metadata(together)
        return [str(difference) for difference in compare_metadata(migration, together)]


def _is_compared(name: str | None, type_: str, _: Any) -> bool:
    """Whether alembic holds something of the database against the models."""
    return not (type_ == "index" and name is not None and name.endswith(OPTIONAL_INDEX))
