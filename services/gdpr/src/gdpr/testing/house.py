"""The service under test, with the other services played by a server that speaks their interfaces."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask, Response, jsonify, request

from gdpr.reports.gathering import Gatherer
from gdpr.requests.sending import Sender
from shared.testing.confidants import Confidants
from shared.testing.kit import ServiceKit

OTHERS = ("relations", "contacts", "enrichment", "m365_sync", "gateway")


@dataclass
class Neighbours:
    """The other services, as far as gdpr asks them anything: one server, a path for each."""

    verdicts: dict[UUID, str] = field(default_factory=dict)
    candidates: list[UUID] = field(default_factory=list)
    held: dict[str, dict[UUID, dict[str, list[dict[str, Any]]]]] = field(default_factory=dict)
    catalogues: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    confidants: Confidants = field(default_factory=Confidants)
    while_told: Callable[[str], None] = lambda _: None

    def app(self) -> Flask:
        """Return the application that plays them."""
        app = Flask("neighbours")
        app.register_blueprint(self.confidants.blueprint(), url_prefix="/relations")

        @app.before_request
        def be_down() -> Response | None:
            return Response(status=503) if request.path.split("/")[1] in self.down else None

        @app.post("/relations/erasure-verdicts")
        def verdicts() -> Response:
            asked = [UUID(each) for each in request.json["relation_ids"]]
            refused = [
                {"relation_id": str(each), "reason": self.verdicts[each]} for each in asked if each in self.verdicts
            ]
            return jsonify(allowed=[str(each) for each in asked if each not in self.verdicts], refused=refused)

        @app.get("/relations/erasure-candidates")
        def candidates() -> Response:
            start, limit = int(request.args.get("cursor", 0)), int(request.args["limit"])
            items = [
                {"relation_id": str(each), "number": number, "display_name": "Iemand"}
                for number, each in enumerate(self.candidates)
            ]
            more = str(start + limit) if len(items) > start + limit else None
            return jsonify(items=items[start : start + limit], next_cursor=more)

        @app.get("/<service>/privacy/catalogue")
        def catalogue(service: str) -> Response:
            return jsonify(self.catalogues.get(service, []))

        @app.post("/<service>/privacy/export")
        def export(service: str) -> Response:
            held = self.held.get(service, {})
            self.while_told(service)
            return jsonify({each: held.get(UUID(each), {}) for each in request.json["relation_ids"]})

        return app


class Clock:
    """A clock that moves when told, a minute ahead so that what a test asks for is due."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC) + timedelta(minutes=1)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)


@dataclass
class House:
    """The service with everything around it."""

    kit: ServiceKit
    neighbours: Neighbours
    clock: Clock
    sender: Sender
    gatherer: Gatherer
