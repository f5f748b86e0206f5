"""A client of the public API as a real one would be: it signs in, and it sends again what got lost."""

from __future__ import annotations

from time import monotonic, sleep
from typing import Any
from uuid import UUID, uuid4

import requests

LOST_FOR_NOW = (502, 503, 504)
PAUSE = 0.2


class ApiClient:
    """Calls the public API as one user."""

    def __init__(self, url: str, username: str = "anna", *, password: str = "demo") -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False
        answer = self.persist("POST", "/tokens", json={"username": username, "password": password})
        assert answer.status_code == 201, answer.text
        self.session_token = str(answer.json()["token"])
        self._session.headers["Authorization"] = f"Bearer {self.session_token}"

    def call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """Send one request and return whatever comes back; raises what ``requests`` raises."""
        arguments.setdefault("timeout", 30)
        return self._session.request(method, f"{self.url}/api/v1{path}", allow_redirects=False, **arguments)

    def get(self, path: str, **params: Any) -> Any:
        """Return the JSON of a GET that must succeed."""
        answer = self.call("GET", path, params=params)
        assert answer.status_code == 200, f"GET {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def send(self, method: str, path: str, body: Any = None, **arguments: Any) -> Any:
        """Return the JSON of a write that must succeed."""
        answer = self.call(method, path, json=body, **arguments)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def persist(self, method: str, path: str, *, seconds: float = 60.0, **arguments: Any) -> requests.Response:
        """Send a request again until it gets an answer that is not about something being down."""
        arguments.setdefault("timeout", 10)
        deadline = monotonic() + seconds
        while True:
            try:
                answer = self.call(method, path, **arguments)
                if answer.status_code not in LOST_FOR_NOW or monotonic() > deadline:
                    return answer
            except requests.RequestException:
                if monotonic() > deadline:
                    raise
            sleep(PAUSE)

    def register(self, body: dict[str, Any], *, key: UUID | None = None) -> dict[str, Any]:
        """Register a relation, sending it again under the same key until it is answered."""
        headers = {"Idempotency-Key": str(key or uuid4())}
        answer = self.persist("POST", "/relations", json=body, headers=headers)
        assert answer.status_code in (200, 201), f"{answer.status_code} {answer.text}"
        relation: dict[str, Any] = answer.json()
        return relation
