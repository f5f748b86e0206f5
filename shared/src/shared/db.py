"""The database of a service: one engine, explicit sessions, and transactions that say so."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app
from sqlalchemy import Connection, Engine, MetaData, create_engine
from sqlalchemy.orm import DeclarativeBase, Session

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def tables_of_service() -> type[DeclarativeBase]:
    """Return a fresh declarative base with its own metadata, for the tables of one service."""

    class Tables(DeclarativeBase):
        metadata = MetaData(naming_convention=NAMING)

    return Tables


class Database:
    """A service's own database; nobody else connects to it."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self.engine: Engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=10,
            pool_timeout=10,
            pool_pre_ping=False,
            pool_recycle=1800,
            hide_parameters=True,
            connect_args={"connect_timeout": 5, "application_name": "relations"},
        )
        self.autocommit_engine: Engine = self.engine.execution_options(isolation_level="AUTOCOMMIT")

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

    def dispose_after_fork(self) -> None:
        """Forget connections inherited from the parent process without closing them there."""
        self.engine.dispose(close=False)

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def database() -> Database:
    """Return the database of the service that answers the current request."""
    found: Database = current_app.extensions["database"]
    return found
