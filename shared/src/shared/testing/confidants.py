"""A stand-in for the owner of relations, over real HTTP: it knows who is named on which confidential relation."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from flask import Blueprint, Flask, request
from joserfc import jws
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.serving import make_server


@dataclass
class Confidants:
    """The users named on each confidential relation; every other relation is open, and there, to all."""

    named: dict[UUID, set[str]] = field(default_factory=dict)
    down: bool = False
    asked: int = 0

    def is_hidden(self, relation_id: UUID) -> bool:
        """Tell whether a relation is hidden from the user whose token the current request brings."""
        return relation_id in self.named and self._username() not in self.named[relation_id]

    def blueprint(self) -> Blueprint:
        """Return the part of the owner's API that tells who may see what."""
        blueprint = Blueprint("confidants", __name__)

        @blueprint.before_request
        def count() -> None:
            self.asked += 1
            if self.down:
                raise ServiceUnavailable

        @blueprint.get("/relations/hidden")
        def hidden() -> dict[str, Any]:
            return {"relation_ids": [str(each) for each in self.named if self.is_hidden(each)]}

        @blueprint.get("/relations/<uuid:relation_id>/presence")
        def presence(relation_id: UUID) -> tuple[dict[str, Any], int]:
            return ({"type": "confidential"}, 403) if self.is_hidden(relation_id) else ({"present": True}, 200)

        return blueprint

    def _username(self) -> str:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        claims: dict[str, Any] = orjson.loads(jws.extract_compact(token.encode()).payload)
        return str(claims["username"])


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application on a free loopback port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
