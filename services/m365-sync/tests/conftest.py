"""The service m365_sync under test: real PostgreSQL, Microsoft's stand-in and an owner of relations over real HTTP."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest
import requests
from flask import Flask, request
from sqlalchemy import text
from werkzeug.serving import make_server

from m365_sync.__main__ import SERVICE
from m365_sync.app import planner_of
from m365_sync.erasure.remover import Remover
from m365_sync.runs.synchroniser import Synchroniser
from m365_sync.sight.checker import Checker
from m365_sync.worker import mailboxes_of
from sandbox.settings import Settings
from sandbox.testing import RunningSandbox, running_sandbox
from shared.auth import KeyRing, TokenIssuer
from shared.ids import new_id
from shared.testing.kit import ANNA, ServiceKit

MAILBOX = "anna@kantoor.example"
GROUPS = ["client", "prospect", "court"]


@dataclass
class RelationsOwner:
    """A small owner of relations, and of users: what the real ones answer, from dictionaries."""

    url: str = ""
    relations: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    usernames: dict[UUID, str] = field(default_factory=dict)
    down: bool = False
    once_read: Callable[[], None] = lambda: None

    def add(self, number: int = 1, *, groups: tuple[str, ...] = ("client",), **more: Any) -> list[UUID]:
        """Register persons."""
        ids = [new_id() for _ in range(number)]
        for position, id_ in enumerate(ids):
            self.relations[id_] = {
                "id": str(id_), "kind": "natural_person", "status": "active", "groups": list(groups),
                "display_name": f"Persoon {position}",
                "person": {"first_names": "Jan", "last_name": f"Peeters{position}"},
                "communications": [], "addresses": [], **more,
            }  # fmt: skip
        return ids

    def app(self) -> Flask:
        """Return the owner as a web application."""
        app = Flask("relations-owner")

        @app.before_request
        def be_down() -> tuple[str, int] | None:
            return ("", 503) if self.down else None

        @app.post("/directory/usernames")
        def usernames() -> dict[str, Any]:
            asked = map(UUID, request.json["user_ids"])
            return {"usernames": {str(each): self.usernames[each] for each in asked if each in self.usernames}}

        @app.get("/groups")
        def groups() -> dict[str, Any]:
            return {"items": [{"code": code} for code in GROUPS], "next_cursor": None}

        @app.get("/relations/index")
        def index() -> dict[str, Any]:
            wanted, limit = set(request.args["groups"].split(",")), int(request.args["limit"])
            after = request.args.get("cursor", "")
            found = sorted(
                id_ for id_, relation in self.relations.items() if wanted & set(relation["groups"]) and str(id_) > after
            )
            page = [{"id": str(id_), "version": 1, "groups": self.relations[id_]["groups"]} for id_ in found[:limit]]
            return {"items": page, "next_cursor": page[-1]["id"] if len(found) > limit else None}

        @app.post("/relations/bulk")
        def bulk() -> dict[str, Any]:
            ids = [UUID(id_) for id_ in request.json["relation_ids"]]
            found = [dict(self.relations[id_]) for id_ in ids if id_ in self.relations]
            once_read, self.once_read = self.once_read, lambda: None
            once_read()
            return {"items": found, "missing": [str(id_) for id_ in ids if id_ not in self.relations]}

        return app


class Bench:
    """The service with everything around it, and short words for what tests do."""

    def __init__(self, kit: ServiceKit, sandbox: RunningSandbox, owner: RelationsOwner) -> None:
        self.kit = kit
        self.sandbox = sandbox
        self.owner = owner
        self.anna = kit.as_user()
        mailboxes = mailboxes_of(kit.settings, kit.database)
        planner = planner_of(kit.settings, tokens=TokenIssuer(KeyRing(kit.keys_dir, "m365_sync")))
        self.synchroniser = Synchroniser(kit.database, mailboxes, planner, pauses=(0.05, 0.05))
        self.checker = Checker(kit.database, planner.owner, planner.users)
        self.remover = Remover(kit.database, mailboxes, pauses=[timedelta(0)] * 4)

    def url(self, path: str = "m365-sync", *, user_id: UUID = ANNA) -> str:
        return f"/users/{user_id}/{path}"

    def connect(self, *, address: str = MAILBOX, user_id: UUID = ANNA) -> Any:
        started = self.anna.post(
            self.url("m365-connection/start", user_id=user_id),
            json={"redirect_uri": "http://127.0.0.1:8000/m365/connect/callback", "login_hint": address},
        )
        back = requests.get(started.json["authorize_url"], allow_redirects=False, timeout=10)
        params = dict(parse_qsl(urlsplit(back.headers["Location"]).query))
        return self.anna.post(self.url("m365-connection/finish", user_id=user_id), json={"params": params})

    def choose(self, *groups: str, enabled: bool = True) -> Any:
        body = {"enabled": enabled, "synchronised_groups": list(groups), "excluded_groups": []}
        return self.anna.put(self.url(), json=body)

    def start(self) -> Any:
        return self.anna.post(self.url("m365-sync/runs")).json

    def sync(self) -> Any:
        """Start a run, carry it out, and return it."""
        run = self.start()
        assert self.synchroniser.carry_out_next()
        return self.anna.get(self.url(f"m365-sync/runs/{run['id']}")).json

    def preview(self) -> Any:
        return self.anna.get(self.url("m365-sync/preview")).json

    def contacts(self, address: str = MAILBOX) -> list[dict[str, Any]]:
        return self.sandbox.control("GET", f"/microsoft/mailboxes/{address}/contacts")["contacts"]

    def related(self) -> list[str]:
        """Return the relation ids the contacts of the mailbox carry, sorted."""
        return sorted(value for contact in self.contacts() for value in contact["extended"].values())

    def execute(self, statement: str, **values: Any) -> None:
        with self.kit.database.transaction() as session:
            session.execute(text(statement), values)


@pytest.fixture(scope="session")
def served_sandbox() -> Iterator[RunningSandbox]:
    """Serve Microsoft's stand-in once."""
    with running_sandbox(Settings()) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def served_owner() -> Iterator[RelationsOwner]:
    """Serve the owner of relations once."""
    owner = RelationsOwner()
    server = make_server("127.0.0.1", 0, owner.app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    owner.url = f"http://127.0.0.1:{server.server_port}"
    yield owner
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def m365_kit(
    kit_of: Callable[..., ServiceKit], served_sandbox: RunningSandbox, served_owner: RelationsOwner
) -> ServiceKit:
    """Build the service once."""
    return kit_of(
        SERVICE,
        relations_url=served_owner.url,
        gateway_url=served_owner.url,
        graph_base_url=f"{served_sandbox.url}/v1.0",
        login_base_url=served_sandbox.url,
        client_id="relations",
        client_secret="sandbox-secret",
        data_key="a key that is only good for tests!",
        demo=True,
    )


@pytest.fixture
def bench(m365_kit: ServiceKit, served_sandbox: RunningSandbox, served_owner: RelationsOwner) -> Bench:
    """Give each test an empty database, empty mailboxes and no relations."""
    m365_kit.clean()
    served_sandbox.reset()
    served_owner.relations.clear()
    served_owner.usernames = {ANNA: "anna"}
    served_owner.down = False
    return Bench(m365_kit, served_sandbox, served_owner)
