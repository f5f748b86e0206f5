"""The database of a service: one engine, explicit sessions, and transactions that say so."""

import select
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from flask import current_app
from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.orm import Session

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


Parameters = Sequence[Any] | Mapping[str, Any]


def named_metadata() -> MetaData:
    """Return a fresh metadata whose constraints have predictable names, for the tables of one service."""
    return MetaData(naming_convention=NAMING)


class Database:
    """A service's own database; nobody else connects to it."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self.engine = self._connections(pool_size)
        # A pool of its own: to switch a connection to single statements and back costs as much as a small query.
        self.autocommit_engine = self._connections(pool_size, isolation_level="AUTOCOMMIT", pool_reset_on_return=None)

    def _connections(self, pool_size: int, **more: Any) -> Engine:
        engine = create_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=10,
            pool_timeout=10,
            pool_pre_ping=False,
            pool_recycle=1800,
            hide_parameters=True,  # they may hold personal data, and errors are passed on
            connect_args={"connect_timeout": 5, "options": "-c timezone=UTC", "application_name": "relations"},
            **more,
        )
        event.listen(engine, "checkout", _refuse_what_the_server_closed)
        return engine

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session whose changes commit together at the end of the block, or not at all."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection for single statements that only read: no transaction round trips."""
        with self.autocommit_engine.connect() as connection:
            yield connection

    @contextmanager
    def reading_objects(self) -> Iterator[Session]:
        """Open a session for single statements that only read: no transaction round trips."""
        with Session(self.autocommit_engine) as session:
            yield session

    def row(self, statement: str, parameters: Parameters) -> tuple[Any, ...] | None:
        """Return the first row of one statement that may be sent twice, or None; where every microsecond counts.

        It goes to the driver directly, with ``%s`` for parameters. A connection lost while idle is replaced once;
        raises SQLAlchemy's ``OperationalError`` when the database does not answer.
        """
        try:
            return self._first_row(statement, parameters)
        except psycopg.OperationalError:
            self.autocommit_engine.dispose()
        try:
            return self._first_row(statement, parameters)
        except psycopg.OperationalError as error:
            raise OperationalError(None, None, error) from error

    def run(self, statement: str, parameters: Parameters) -> None:
        """Run one statement that commits by itself; for paths where every microsecond counts.

        It goes to the driver directly, with ``%s`` for parameters, and is never sent twice; raises SQLAlchemy's
        ``OperationalError`` when the database does not answer.
        """
        try:
            with self._driver() as driver:
                driver.execute(statement, parameters)
        except psycopg.OperationalError as error:
            raise OperationalError(None, None, error) from error

    def _first_row(self, statement: str, parameters: Parameters) -> tuple[Any, ...] | None:
        with self._driver() as driver:
            return driver.execute(statement, parameters).fetchone()

    @contextmanager
    def _driver(self) -> Iterator["psycopg.Connection[tuple[Any, ...]]"]:
        pooled = self.autocommit_engine.raw_connection()
        driver = cast("psycopg.Connection[tuple[Any, ...]]", pooled.driver_connection)
        try:
            yield driver
        finally:
            if driver.broken:
                pooled.invalidate()
            pooled.close()

    def dispose_after_fork(self) -> None:
        """Forget connections inherited from the parent process without closing them there."""
        self.engine.dispose(close=False)
        self.autocommit_engine.dispose(close=False)

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
        self.autocommit_engine.dispose()


def _refuse_what_the_server_closed(driver: Any, *_: object) -> None:
    """Let the pool replace its connections after the server went away, before a request finds out.

    An idle connection has nothing to read but its end; to look costs microseconds, where a ping costs a round trip.
    """
    if driver.closed:
        raise InvalidatePoolError
    readable = select.poll()
    readable.register(driver.fileno(), select.POLLIN | select.POLLHUP)
    if readable.poll(0):
        raise InvalidatePoolError


def database() -> Database:
    """Return the database of the service that answers the current request."""
    found: Database = current_app.extensions["database"]
    return found
