"""The service enrichment under test, with the real sandbox and a small stand-in of the service relations over HTTP."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from time import sleep
from typing import Any
from uuid import UUID

import pytest
import requests
from flask import Flask, Response, jsonify, request
from sqlalchemy import func, select, update

from enrichment.__main__ import SERVICE
from enrichment.charges.models import Charge
from enrichment.composition import compose
from enrichment.lookups.models import Lookup
from enrichment.profiles.enricher import Enricher
from enrichment.profiles.models import Profile
from sandbox.app import create_app as create_sandbox
from sandbox.settings import Settings as SandboxSettings
from shared.auth import KeyRing, TokenIssuer
from shared.clock import utc_now
from shared.ids import new_id
from shared.testing.confidants import Confidants, served
from shared.testing.kit import Caller, ServiceKit

ACCOUNT = {"username": "demo", "password": "demo", "price_cents": 85, "search_price_cents": 10, "auto_enrich": True}


@dataclass
class Relations:
    """What the service relations would know; ``up`` False makes it answer with an error."""

    numbers: dict[UUID, dict[str, str]] = field(default_factory=dict)
    identities: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    identity_status: int = 201
    up: bool = True
    confidants: Confidants = field(default_factory=Confidants)

    def add(self, **identifiers: str) -> UUID:
        relation_id = new_id()
        self.numbers[relation_id] = identifiers
        return relation_id

    def app(self) -> Flask:
        app = Flask("relations-stand-in")
        app.register_blueprint(self.confidants.blueprint())

        @app.post("/relations/bulk")
        def bulk() -> tuple[Response, int]:
            if not self.up:
                return jsonify({}), 503
            wanted = [UUID(relation_id) for relation_id in request.get_json()["relation_ids"]]
            items = [{"id": str(one), "identifiers": self.numbers[one]} for one in wanted if one in self.numbers]
            return jsonify({"items": items, "missing": [str(one) for one in wanted if one not in self.numbers]}), 200

        @app.post("/relations/<uuid:_relation_id>/legal-identities")
        def add_identity(_relation_id: UUID) -> tuple[Response, int]:
            self.identities.append(request.get_json())
            self.tokens.append(request.headers["Authorization"])
            self.keys.append(request.headers["Idempotency-Key"])
            return jsonify({}), self.identity_status

        return app


@dataclass
class Sandbox:
    """The sandbox's controls."""

    url: str

    def behave(self, **knobs: Any) -> None:
        requests.patch(f"{self.url}/_sandbox/behaviour/companyinfo", json=knobs, timeout=5).raise_for_status()

    def account(self, **facts: Any) -> None:
        requests.patch(f"{self.url}/_sandbox/companyinfo/accounts/demo", json=facts, timeout=5).raise_for_status()

    def company(self, number: str, **facts: Any) -> None:
        answer = requests.post(f"{self.url}/_sandbox/companyinfo/companies/{number}", json={"facts": facts}, timeout=5)
        answer.raise_for_status()

    def paid(self, number: str) -> int:
        counters = requests.get(f"{self.url}/_sandbox/counters", timeout=5).json()
        paid: dict[str, int] = counters.get("companyinfo", {}).get("paid", {}).get("dutchBusinessGetDossierV3", {})
        return paid.get(number, 0)

    def calls(self) -> int:
        counters = requests.get(f"{self.url}/_sandbox/counters", timeout=5).json()
        return sum(counters.get("companyinfo", {}).get("calls", {}).values())

    def reset(self) -> None:
        requests.post(f"{self.url}/_sandbox/reset", timeout=5).raise_for_status()


@dataclass
class Stopwatch:
    """The worker's sense of time that passes."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Stage:
    """The service with everything around it."""

    kit: ServiceKit
    sandbox: Sandbox
    relations: Relations
    enricher: Enricher
    stopwatch: Stopwatch

    @property
    def anna(self) -> Caller:
        return self.kit.as_user()

    def work(self) -> None:
        """Let the worker's job take one turn."""
        self.enricher.run()

    def hurry(self) -> None:
        """Let what waits be due, and what is being asked be given up: time passes."""
        hour = timedelta(hours=1)
        with self.kit.database.transaction() as session:
            session.execute(update(Profile).where(Profile.due_at.is_not(None)).values(due_at=utc_now()))
            session.execute(update(Lookup).where(Lookup.state == "asking").values(asked_at=Lookup.asked_at - hour))

    def pass_a_day(self) -> None:
        """Let every answer become too old to be given again."""
        with self.kit.database.transaction() as session:
            day = timedelta(days=1, seconds=1)
            session.execute(update(Lookup).values(answered_at=Lookup.answered_at - day, asked_at=Lookup.asked_at - day))

    def ledger(self) -> list[tuple[str, int]]:
        """Return outcome and price of every query, oldest first."""
        with self.kit.database.transaction() as session:
            return [(row.outcome, row.price_cents) for row in session.scalars(select(Charge).order_by(Charge.id))]

    def wait_until_asked(self) -> None:
        """Return as soon as one question is on its way to the register; fail when none ever is."""
        for _ in range(500):
            if self.ledger() == [("asked", 85)]:
                return
            sleep(0.01)
        raise AssertionError("nothing was asked")

    def rows(self, table: Any) -> int:
        with self.kit.database.transaction() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def panel(self, relation_id: UUID) -> dict[str, Any]:
        found: dict[str, Any] = self.anna.get(f"/panels/register/{relation_id}").json
        return found


@pytest.fixture(scope="session")
def relations() -> Relations:
    return Relations()


@pytest.fixture(scope="session")
def relations_url(relations: Relations) -> Iterator[str]:
    with served(relations.app()) as url:
        yield url


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with served(create_sandbox(SandboxSettings())) as url:
        yield Sandbox(url)


@pytest.fixture(scope="session")
def kit(kit_of: Callable[..., ServiceKit], sandbox: Sandbox, relations_url: str) -> ServiceKit:
    """Build the service once."""
    return kit_of(
        SERVICE,
        relations_url=relations_url,
        data_key="a-key-for-tests-of-32-characters-or-more",
        companyinfo_urls=(f"{sandbox.url}/ws1/soap_doclit", f"{sandbox.url}/ws2/soap_doclit"),
    )


@pytest.fixture
def stage(kit: ServiceKit, sandbox: Sandbox, relations: Relations) -> Stage:
    """Give each test the service with an empty database, an account, a fresh sandbox and no relations."""
    kit.clean()
    sandbox.reset()
    vars(relations).update({**vars(Relations()), "confidants": relations.confidants})
    vars(relations.confidants).update(vars(Confidants()))
    answer = kit.as_user().put("/settings/registers/companyinfo", json=ACCOUNT)
    assert answer.status_code == 200
    stopwatch = Stopwatch()
    tokens = TokenIssuer(KeyRing(kit.keys_dir, "enrichment"))
    parts = compose(kit.settings, kit.database, tokens=tokens, monotonic=stopwatch)
    enricher = Enricher(database=kit.database, enquiries=parts.enquiries, directory=parts.directory, lease=parts.lease)
    return Stage(kit, sandbox, relations, enricher, stopwatch)
