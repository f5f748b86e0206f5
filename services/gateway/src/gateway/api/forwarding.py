"""Hands a public call to the service that owns it, and its answer back, both unchanged."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import orjson
from flask import Blueprint, Response, request

from gateway.api.effects import apply_effects, relations_before
from gateway.api.routes import ROUTES, Route
from gateway.api.uploads import incoming_upload
from gateway.backends import backends, read_if_there, user_token
from gateway.users.sessions import current_user
from shared.auth import requires
from shared.errors import Forbidden, Unavailable, Unknown
from shared.http import Answer

PREFIX = "/api/v1"
SENT_ON = ("If-Match", "If-None-Match", "Idempotency-Key", "Content-Type", "Accept", "Accept-Language")
HANDED_BACK = ("ETag", "Location", "Content-Disposition", "Content-Type", "Retry-After", "Last-Modified")
PATIENCE = {"enrichment": 45.0, "gdpr": 30.0}
"""Seconds a service may take when it is not the usual: registers are slow, reports are drawn."""
UPLOAD_PATIENCE = 120.0
"""Seconds for a large file to pass and to be looked over."""

blueprint = Blueprint("public", __name__, url_prefix=PREFIX)


def view_of(route: Route) -> Callable[..., Response]:
    """Return the view that forwards a route."""

    def view(**values: Any) -> Response:
        return forward(route, values)

    return requires(route.right, licence=route.licence)(view)


def forward(route: Route, values: dict[str, Any]) -> Response:
    """Forward the current request; raises ``Unavailable`` when its service does not answer."""
    if route.own:
        _refuse_another_user(values["user_id"])
    client, path = backends().by_name(route.service), _path()
    before = relations_before(route, lambda: read_if_there(client, path))
    answer = client.request(
        request.method,
        path + (f"?{request.query_string.decode()}" if request.query_string else ""),
        token=user_token(),
        headers={name: request.headers[name] for name in SENT_ON if name in request.headers},
        timeout=UPLOAD_PATIENCE if route.upload else PATIENCE.get(route.service, 15.0),
        data=incoming_upload() if route.upload else request.get_data() or None,
        server_errors=True,
    )
    if answer.ok:
        apply_effects(route, values, body=None if route.upload else _body(), before=before, answer=answer)
    return _handed_back(answer)


def _refuse_another_user(user_id: Any) -> None:
    user = current_user()
    if user_id != user.id and "key_user" not in user.rights:
        raise Forbidden("This belongs to another user")


def _path() -> str:
    path = request.path.removeprefix(PREFIX)
    if {".", ".."} & set(path.split("/")):
        raise Unknown
    return quote(path, safe="/")


def _body() -> Any:
    try:
        return orjson.loads(request.get_data())
    except ValueError:
        return None


def _handed_back(answer: Answer) -> Response:
    """Return a service's answer; its own faults are named only when it names them itself, as a problem."""
    is_problem = answer.headers.get("Content-Type", "").startswith("application/problem+json")
    if answer.status_code >= 500 and not (is_problem and answer.status_code > 500):
        raise Unavailable("A service answered with an error")
    response = Response(answer.content, status=answer.status_code)
    for name in HANDED_BACK:
        if name in answer.headers:
            response.headers[name] = answer.headers[name]
    location = answer.headers.get("Location", "")
    if location.startswith("/") and not location.startswith(PREFIX):
        response.headers["Location"] = PREFIX + location
    return response


for _route in ROUTES:
    blueprint.add_url_rule(_route.path, endpoint=_route.endpoint, view_func=view_of(_route), methods=[_route.method])
