"""The service gateway under test, in front of a small real server that plays the five services."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.serving import make_server
from werkzeug.test import TestResponse
from werkzeug.wrappers import Request, Response

from gateway.__main__ import SERVICE
from gateway.users.models import Account, ApiToken
from gateway.users.queries import digest
from gateway.users.seed import seed
from shared.auth import LICENCES, RIGHTS
from shared.clock import utc_now
from shared.db import Database
from shared.ids import new_id
from shared.testing.kit import ServiceKit

RELATION = UUID("01936f2e-7c1a-7d10-8a57-0a4b4b3a9c02")


@dataclass
class Seen:
    """A call that arrived."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass
class FakeServices:
    """Five services in one: they keep panels, remember calls, and can be slow, broken or set to an answer.

    ``hidden`` are the relations of which every user but an administrator sees no more than the name.
    """

    url: str = ""
    panels: dict[tuple[str, str], Any] = field(default_factory=dict)
    answers: dict[tuple[str, str], tuple[int, Any, dict[str, str]]] = field(default_factory=dict)
    calls: list[Seen] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    hidden: set[UUID] = field(default_factory=set)
    held_up: dict[str, Event] = field(default_factory=dict)
    arrived: dict[str, Event] = field(default_factory=dict)

    def clear(self) -> None:
        """Forget everything."""
        for release in self.held_up.values():
            release.set()
        for kept in (self.panels, self.answers, self.calls, self.broken, self.hidden, self.held_up, self.arrived):
            kept.clear()

    def fill(self, relation_id: UUID, **panels: Any) -> None:
        """Let every owner know a relation."""
        known = {
            "relation": {"id": str(relation_id), "display_name": "Test BV Donald", "memo": "belt liefst na 17 u"},
            "contact_moments": {"items": [], "total": 0, "next": None},
            "register": {},
            "matters": {"items": []},
            "gdpr": {"requests": []},
            "m365": {"mailboxes": 0, "last_pushed_at": None},
        }
        for name, content in {**known, **panels}.items():
            self.panels[name, str(relation_id)] = content

    def hold_up(self, panel: str) -> tuple[Event, Event]:
        """Make a panel's answer wait, after the facts were read; return the events ``arrived`` and ``release``."""
        self.arrived[panel], self.held_up[panel] = Event(), Event()
        return self.arrived[panel], self.held_up[panel]

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.respond(Request(environ))(environ, start_response)

    def respond(self, request: Request) -> Response:
        """Answer one call."""
        self.calls.append(
            Seen(request.method, request.path, request.query_string.decode(), dict(request.headers), request.get_data())
        )
        if request.path.startswith("/panels/") and (request.method, request.path) not in self.answers:
            return self._panel(*request.path.split("/")[2:4])
        if request.path == "/openapi.json":
            return _json(200, {"paths": {}})
        if request.path == "/relations/hidden":
            return _json(200, {"relation_ids": [str(each) for each in self.hidden]})
        status, body, headers = self.answers.get((request.method, request.path), (200, {}, {}))
        return _json(status, body, headers)

    def _panel(self, name: str, relation_id: str) -> Response:
        if name in self.broken:
            return _json(500, {})
        content = self.panels.get((name, relation_id))
        answer = _json(404, {}) if content is None else _json(200, content)
        if name in self.held_up:
            self.arrived[name].set()
            self.held_up[name].wait(10)
        return answer


def _json(status: int, body: Any, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(body), status, headers, content_type="application/json")


@dataclass
class Gateway:
    """The kit of the gateway, with clients for users made on the spot."""

    kit: ServiceKit
    services: FakeServices

    def as_user(
        self, *, rights: tuple[str, ...] = RIGHTS, licences: tuple[str, ...] = LICENCES, user_id: UUID | None = None
    ) -> "TokenClient":
        """Return a client with the token of a fresh user."""
        user_id, secret = user_id or new_id(), new_id().hex
        with self.kit.database.transaction() as session:
            session.add(
                Account(
                    id=user_id,
                    username=f"user-{user_id.hex[-12:]}",
                    display_name="Iemand",
                    password_hash="",
                    rights=list(rights),
                    licences=list(licences),
                )
            )
            session.flush()
            session.add(
                ApiToken(token_hash=digest(secret), account_id=user_id, expires_at=utc_now() + timedelta(hours=1))
            )
        return TokenClient(self.kit.app.test_client(), secret, user_id)

    def seed(self) -> None:
        """Make the example users."""
        seed(self.kit.settings, self.kit.database)

    def browser(self) -> FlaskClient:
        """Return a client that keeps cookies."""
        return self.kit.app.test_client()


@dataclass
class TokenClient:
    """A client of the public API."""

    client: FlaskClient
    token: str
    user_id: UUID

    def __getattr__(self, method: str) -> Callable[..., TestResponse]:
        def call(path: str, *, headers: dict[str, str] | None = None, **arguments: Any) -> TestResponse:
            given = {"Authorization": f"Bearer {self.token}", **(headers or {})}
            return self.client.open(f"/api/v1{path}", method=method.upper(), headers=given, **arguments)

        return call


@pytest.fixture(scope="session")
def services_server() -> Iterator[FakeServices]:
    """Run the fake services in a thread."""
    fake = FakeServices()
    server = make_server("127.0.0.1", 0, fake, threaded=True)
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield fake
    fake.clear()
    server.shutdown()
    thread.join()


@pytest.fixture(scope="session")
def gateway_kit(kit_of: Callable[..., ServiceKit], services_server: FakeServices) -> ServiceKit:
    """Build the service once."""
    names = ("relations", "contacts", "enrichment", "gdpr", "m365_sync")
    return kit_of(SERVICE, demo=True, **{f"{name}_url": services_server.url for name in names})


@pytest.fixture
def gateway(gateway_kit: ServiceKit, services_server: FakeServices) -> Iterator[Gateway]:
    """Give each test the service with all licences on and nothing else."""
    gateway_kit.app.extensions["read_log"].flush()
    gateway_kit.clean()
    services_server.clear()
    _switch_on_every_licence(gateway_kit.database)
    yield Gateway(gateway_kit, services_server)
    services_server.clear()


def _switch_on_every_licence(database: Database) -> None:
    from gateway.users.actions import switch_licences

    with database.transaction() as session:
        switch_licences(session, dict.fromkeys(LICENCES, True))


@pytest.fixture
def services(gateway: Gateway) -> FakeServices:
    """Return the services behind the gateway."""
    return gateway.services


@pytest.fixture
def relation_id() -> UUID:
    """Return a relation's id."""
    return RELATION
