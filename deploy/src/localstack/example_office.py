"""The example office: about forty relations of every group, their matters and moments, loaded through the public API.

The story: Kantoor De Wilde & Partners in Ghent follows a building quarrel across the border, a bankruptcy, a divorce
and a handful of prospects. Every name, number and address is made up or a public test number of a register.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import requests

from localstack.example_relations import MATTERS, MOMENTS, RELATIONS
from localstack.settings import CannotStart, StackSettings

NAMESPACE = uuid.UUID("6c0a3c1e-5a0c-4d0e-9d0d-0f0a1b2c3d4e")
"""Namespace of the idempotency keys, so that a loading cut short goes on without doubles."""


def load_once(settings: StackSettings, watch: Callable[[], None]) -> None:
    """Load the example office unless this data folder has it already."""
    marker = settings.data / "example-office"
    if not marker.exists():
        _Loader(settings.url_of("gateway"), watch).load()
        marker.touch()


class _Loader:
    def __init__(self, gateway: str, watch: Callable[[], None]) -> None:
        self._url = f"{gateway}/api/v1"
        self._watch = watch
        self._session = requests.Session()
        self._session.trust_env = False
        login = {"username": "anna", "password": "demo", "label": "example office"}
        token = self._send("POST", "/tokens", login)["token"]
        self._session.headers["Authorization"] = f"Bearer {token}"

    def load(self) -> None:
        """Register everybody, then what happened between them."""
        ids = {key: self._send("POST", "/relations", body, key=key)["id"] for key, body in RELATIONS.items()}
        for number, (title, status, parties) in MATTERS.items():
            parts = [{"relation_id": ids[key], "role": role} for key, role in parties]
            self._send("PUT", f"/matters/{number}", {"title": title, "status": status, "parties": parts})
        today = dt.datetime.now(dt.UTC).date()
        for place, (key, days, moment) in enumerate(MOMENTS):
            day = (today + dt.timedelta(days=days)).isoformat()
            body = {"relation_id": ids[key], "date": day, **moment}
            self._send("POST", "/contact-moments", body, key=f"moment-{place}")
        self._send("DELETE", "/tokens/current", None)

    def _send(self, method: str, path: str, body: Any, *, key: str = "") -> Any:
        self._watch()
        headers = {"Idempotency-Key": str(uuid.uuid5(NAMESPACE, key))} if key else {}
        answer = self._session.request(method, self._url + path, json=body, headers=headers, timeout=30)
        if not answer.ok:
            raise CannotStart(f"The example office could not be loaded: {method} {path} answered {answer.text[:300]}")
        return answer.json() if answer.content else None
