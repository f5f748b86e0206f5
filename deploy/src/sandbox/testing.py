"""A sandbox for the length of a test, over real HTTP on a free port of this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import requests
from werkzeug.serving import make_server

from sandbox.app import create_app
from sandbox.settings import Settings


@dataclass(frozen=True)
class RunningSandbox:
    """A sandbox that answers at this address, and its controls."""

    url: str

    def control(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        """Use a control address below /_sandbox; a refusal raises requests.HTTPError."""
        answer = requests.request(method, f"{self.url}/_sandbox{path}", json=body or None, timeout=10)
        answer.raise_for_status()
        return cast("dict[str, Any]", answer.json())

    def behave(self, provider: str, **knobs: Any) -> None:
        """Turn knobs of a stand-in."""
        self.control("PATCH", f"/behaviour/{provider}", **knobs)

    def advance(self, seconds: float) -> None:
        """Push the sandbox's time forward."""
        self.control("POST", "/clock", seconds=seconds)

    def reset(self) -> None:
        """Be as fresh as on the first day."""
        self.control("POST", "/reset")

    def paid(self, operation: str) -> dict[str, int]:
        """How often each company number was paid for."""
        paid = self.control("GET", "/counters").get("companyinfo", {}).get("paid", {})
        return cast("dict[str, int]", paid.get(operation, {}))


@contextmanager
def running_sandbox(settings: Settings) -> Iterator[RunningSandbox]:
    """Serve a sandbox on a free port until the block ends."""
    server = make_server(settings.host, 0, create_app(settings), threaded=True)
    thread = threading.Thread(target=server.serve_forever, name="sandbox", daemon=True)
    thread.start()
    try:
        yield RunningSandbox(f"http://{settings.host}:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
