"""Calls to other services: with deadlines, a token, the trace, and one meaning of "does not answer".

They go through urllib3 itself: every request costs several of these calls, and what ``requests`` adds for a browser's
needs (cookies, proxies, redirects) takes twice as long as the call.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import orjson
from urllib3 import HTTPResponse, Timeout
from urllib3.connectionpool import connection_from_url
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as TookTooLong
from urllib3.filepost import encode_multipart_formdata
from urllib3.util import parse_url

from shared.context import acting
from shared.errors import Unavailable

CONNECT_TIMEOUT = 2.0
READ_TIMEOUT = 15.0
SAFE_TO_REPEAT = ("GET", "HEAD", "PUT", "DELETE")

Form = Mapping[str, Any]
"""The parts of a form with files, by name: a text, or a file's name, its content and perhaps its type."""


@dataclass(frozen=True)
class Answer:
    """What a service answered; the names of ``headers`` are found in any case."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def ok(self) -> bool:
        """Whether the service did as it was asked, or sends on to where that can be had."""
        return self.status_code < 400

    @cached_property
    def _document(self) -> Any:
        return orjson.loads(self.content)

    def json(self) -> Any:
        """Return the content as JSON; raises ``ValueError`` when it is none."""
        return self._document


class ServiceClient:
    """Talks to one service; raises ``Unavailable`` when it is down, late, or answers with a server error."""

    def __init__(self, base_url: str, *, token: Callable[[], str] | None = None, pool: int = 32) -> None:
        self._token = token
        self._pool = connection_from_url(base_url, maxsize=pool)
        self._prefix = (parse_url(base_url).path or "").rstrip("/")

    def request(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        data: Any = None,
        files: Form | None = None,
        timeout: float = READ_TIMEOUT,
        server_errors: bool = False,
    ) -> Answer:
        """Send a request and return whatever the service answered below 500, with ``server_errors`` also above.

        The body is ``json``, a form with ``files``, or ``data``: bytes, or something to read with a length. Of
        ``params`` those that are None are left out.
        """
        who = acting()
        sent = {"Traceparent": who.traceparent, "X-Request-ID": who.request_id, **(headers or {})}
        if token or self._token:
            sent["Authorization"] = f"Bearer {token or (self._token() if self._token else '')}"
        if json is not None:
            data, sent["Content-Type"] = orjson.dumps(json, default=str), "application/json"
        elif files is not None:
            data, sent["Content-Type"] = encode_multipart_formdata(files)
        is_stream = hasattr(data, "read")  # what was read of it once is gone
        if is_stream:
            sent["Content-Length"] = str(len(data))
        repeatable = (method in SAFE_TO_REPEAT or "Idempotency-Key" in sent) and not is_stream
        answer = self._send(method, self._target(path, params), sent, data, timeout, tries=2 if repeatable else 1)
        if answer.status >= 500 and not server_errors:
            raise Unavailable("A service answered with an error")
        return Answer(answer.status, answer.headers, answer.data)

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

    def _target(self, path: str, params: Mapping[str, Any] | None) -> str:
        given = {name: value for name, value in (params or {}).items() if value is not None}
        target = self._prefix + path
        return f"{target}{'&' if '?' in target else '?'}{urlencode(given, doseq=True)}" if given else target

    def _send(
        self, method: str, target: str, headers: Mapping[str, str], body: Any, timeout: float, *, tries: int
    ) -> HTTPResponse:
        while True:
            try:
                return self._pool.urlopen(  # type: ignore[return-value]  # read whole, so it is no bare connection's
                    method, target, body=body, headers=headers, redirect=False, retries=False,
                    timeout=Timeout(connect=CONNECT_TIMEOUT, read=timeout),
                )  # fmt: skip
            except HTTPError as error:
                # A refused connection counts as a late one there.
                if isinstance(error, TookTooLong) and not isinstance(error, NewConnectionError):
                    raise Unavailable("A service did not answer in time") from error
                tries -= 1
                if not tries:
                    raise Unavailable("A service does not answer") from error
