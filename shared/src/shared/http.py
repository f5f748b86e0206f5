"""Calls to other services: with deadlines, a token, the trace, and one meaning of "does not answer"."""

from collections.abc import Callable, Mapping
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from shared.context import acting
from shared.errors import Unavailable

CONNECT_TIMEOUT = 2.0
READ_TIMEOUT = 15.0
SAFE_TO_REPEAT = ("GET", "HEAD", "PUT", "DELETE")


class ServiceClient:
    """Talks to one service; raises ``Unavailable`` when it is down, late, or answers with a server error."""

    def __init__(self, base_url: str, *, token: Callable[[], str] | None = None, pool: int = 32) -> None:
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.mount("http://", HTTPAdapter(pool_connections=4, pool_maxsize=pool))
        self._session.mount("https://", HTTPAdapter(pool_connections=4, pool_maxsize=pool))

    def request(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = READ_TIMEOUT,
        server_errors: bool = False,
        **arguments: Any,
    ) -> requests.Response:
        """Send a request and return whatever the service answered below 500, with ``server_errors`` also above."""
        who = acting()
        sent = {"Traceparent": who.traceparent, "X-Request-ID": who.request_id, **(headers or {})}
        if token or self._token:
            sent["Authorization"] = f"Bearer {token or (self._token() if self._token else '')}"
        is_stream = hasattr(arguments.get("data"), "read")  # what was read of it once is gone
        repeatable = (method in SAFE_TO_REPEAT or "Idempotency-Key" in sent) and not is_stream
        for last_try in (not repeatable, True):
            try:
                answer = self._session.request(
                    method, self._base_url + path, headers=sent, timeout=(CONNECT_TIMEOUT, timeout),
                    allow_redirects=False, **arguments,
                )  # fmt: skip
                break
            except requests.Timeout as error:
                raise Unavailable("A service did not answer in time") from error
            except requests.RequestException as error:
                if last_try:
                    raise Unavailable("A service does not answer") from error
        if answer.status_code >= 500 and not server_errors:
            raise Unavailable("A service answered with an error")
        return answer

    def get(self, path: str, *, timeout: float = READ_TIMEOUT, token: str | None = None, **params: Any) -> Any:
        """Return the JSON of a GET; raises ``Unavailable`` for any answer but 200."""
        answer = self.request("GET", path, token=token, timeout=timeout, params=params)
        if answer.status_code != 200:
            raise Unavailable(f"A service answered {answer.status_code}")
        return answer.json()

    def post(self, path: str, body: Any, *, timeout: float = READ_TIMEOUT, token: str | None = None) -> Any:
        """Return the JSON of a POST; raises ``Unavailable`` for any answer but a 2xx."""
        answer = self.request("POST", path, token=token, timeout=timeout, json=body)
        if not answer.ok:
            raise Unavailable(f"A service answered {answer.status_code}")
        return answer.json()
