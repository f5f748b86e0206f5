"""What a service's own tests stand on: its real application, on a real database, with real tokens."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from contracts import Envelope
from shared.auth import LICENCES, RIGHTS, KeyRing, Principal, TokenIssuer, make_keys
from shared.clock import utc_now
from shared.context import new_traceparent
from shared.db import Database
from shared.ids import new_id
from shared.inbox import Inbox
from shared.migrations import migrate
from shared.plumbing import inbox, outbox
from shared.service import Service
from shared.subscriptions import Subscriptions

SERVICES = ("relations", "contacts", "enrichment", "gdpr", "m365_sync", "gateway")
ANNA = UUID("01936f2e-0000-7000-8000-00000000a22a")


class TestDatabases(Protocol):
    """Something that makes an empty database and returns its URL."""

    def create_database(self, name: str) -> str:
        """Make an empty database."""

    def url(self, database: str) -> str:
        """Return the URL of a database."""


class Caller:
    """A client that calls one service as somebody."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}"}

    def __getattr__(self, method: str) -> Any:
        def call(path: str, *, headers: dict[str, str] | None = None, **arguments: Any) -> TestResponse:
            return self._client.open(
                path, method=method.upper(), headers={**self._headers, **(headers or {})}, **arguments
            )

        return call


class ServiceKit:
    """One service under test."""

    def __init__(self, service: Service, server: TestDatabases, folder: Path, **settings: Any) -> None:
        make_keys(folder / "keys", SERVICES)
        self.service = service
        self.keys_dir = folder / "keys"
        name = f"test_{service.name}_{new_id().hex[-8:]}"
        server.create_database(name)
        migrate(server.url(name), service.migrations)
        self.settings = service.settings(
            database_url=server.url(name),
            broker_url=f"filesystem://{folder}/bus",
            keys_dir=self.keys_dir,
            data_dir=folder,
            port=0,
            **settings,
        )
        self.app: Flask = service.create_app(self.settings)
        self.database: Database = self.app.extensions["database"]

    def clean(self) -> None:
        """Empty every table but alembic's."""
        with self.database.transaction() as session:
            names = session.scalars(
                text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'")
            ).all()
            session.execute(text("TRUNCATE " + ", ".join(f'"{name}"' for name in names) + " RESTART IDENTITY CASCADE"))

    def close(self) -> None:
        """Close the connections."""
        self.database.close()

    def as_user(
        self,
        *,
        rights: Sequence[str] = RIGHTS,
        licences: Sequence[str] = LICENCES,
        username: str = "anna",
        user_id: UUID = ANNA,
    ) -> Caller:
        """Return a client that calls as a user of the gateway."""
        principal = Principal(
            actor=str(user_id),
            rights=frozenset(rights),
            licences=frozenset(licences),
            user_id=user_id,
            username=username,
        )
        return Caller(self.app.test_client(), TokenIssuer(KeyRing(self.keys_dir, "gateway")).token_for(principal))

    def as_service(self, name: str) -> Caller:
        """Return a client that calls as another service."""
        return Caller(self.app.test_client(), TokenIssuer(KeyRing(self.keys_dir, name)).own_token())

    def events(self, event_class: type[Any] | None = None) -> list[Any]:
        """Return the events in the outbox, oldest first."""
        with self.database.reading() as connection:
            envelopes = connection.scalars(select(outbox.c.envelope).order_by(outbox.c.position)).all()
        events = [Envelope.from_json(envelope).data for envelope in envelopes]
        return [event for event in events if event_class is None or isinstance(event, event_class)]

    def deliver(
        self,
        subscriptions: Subscriptions,
        event: Any,
        *,
        event_id: UUID | None = None,
        time: datetime | None = None,
        actor: str = "system",
    ) -> str:
        """Deliver an event as the bus would; return its status in the inbox: handled, retrying or dead."""
        envelope = Envelope(event_id or new_id(), time or utc_now(), actor, new_traceparent(), event.contract, event)
        Inbox(self.database, subscriptions).receive(envelope.to_json())
        with self.database.reading() as connection:
            return str(connection.scalar(select(inbox.c.status).where(inbox.c.event_id == envelope.id)))
