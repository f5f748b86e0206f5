"""The web application every service is: request ids, rights, errors, health, metrics, OpenAPI and JSON."""

import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_instance
from flask import Flask, Response, g, request
from flask.json.provider import JSONProvider
from flask_smorest import Api, Blueprint
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared.auth import KeyRing, Requirement, TokenIssuer, TokenVerifier, bearer_token, check, public
from shared.context import Acting, begin, new_traceparent
from shared.db import Database
from shared.errors import Forbidden
from shared.metrics import install_metrics
from shared.problems import install_problems
from shared.settings import ServiceSettings

REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}$")
TRACEPARENT = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")
LARGEST_BODY = 4 * 1024 * 1024


class OrjsonProvider(JSONProvider):
    """JSON by orjson: fast, and at home with UUIDs, dates and dataclasses."""

    def dumps(self, obj: Any, **_: Any) -> str:
        """Return the JSON text of an object."""
        return orjson.dumps(obj, default=str).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """Return the object of a JSON text."""
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """Return a JSON response."""
        body = orjson.dumps(self._prepare_response_obj(args, kwargs), default=str)
        return Response(body, mimetype="application/json")


def schema_name_resolver(schema: Any) -> str:
    """Name a schema in the OpenAPI document; the same one with every field optional is its patch."""
    resolved = resolve_schema_instance(schema)
    name = type(resolved).__name__
    return f"{name}Patch" if resolved.partial and not name.endswith("Patch") else name


class ProblemApi(Api):
    """Flask-smorest's Api, leaving errors to ``shared.problems``."""

    def _register_error_handlers(self) -> None:
        """Leave them alone."""


def create_service_app(
    service: str,
    settings: ServiceSettings,
    *,
    blueprints: Iterable[Blueprint],
    trusts: Mapping[str, frozenset[str]] | None = None,
    database: Database | None = None,
) -> Flask:
    """Build a service's application; ``trusts`` gives each calling service the rights it has here."""
    app = create_bare_app(service, database or Database(settings.database_url))
    keys = KeyRing(settings.keys_dir, service)
    app.extensions["tokens"] = TokenIssuer(keys)
    app.extensions["settings"] = settings
    verifier = TokenVerifier(keys, trusts or {})

    @app.before_request
    def know_the_caller() -> None:
        requirement = requirement_of(app)
        if requirement.public:
            return
        g.principal = verifier.principal(bearer_token())
        begin(acting_in_request(actor=g.principal.actor))
        check(requirement, g.principal)

    api = ProblemApi(app, spec_kwargs={"marshmallow_plugin": MarshmallowPlugin(schema_name_resolver)})
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    return app


def create_bare_app(service: str, database: Database, *, also_ready: Callable[[], list[str]] = list) -> Flask:
    """Build an application with request ids, errors, health and metrics, and no idea yet of who may call.

    ``also_ready`` returns further reasons, beside the database, why the service is not ready.
    """
    app = Flask(service)
    app.json = OrjsonProvider(app)
    app.config.update(
        API_TITLE=service,
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
        MAX_CONTENT_LENGTH=LARGEST_BODY,
    )
    app.extensions["database"] = database

    @app.before_request
    def begin_request() -> None:
        begin(acting_in_request(actor="anonymous"))

    @app.after_request
    def name_the_request(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.request_id
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    install_problems(app)
    install_metrics(app, service, database)
    _install_health(app, database, also_ready)
    return app


def acting_in_request(*, actor: str) -> Acting:
    """Return that ``actor`` acts in the current request, under the request id and trace it came with."""
    if "request_id" not in g:
        asked = request.headers.get("X-Request-ID", "")
        traceparent = request.headers.get("Traceparent", "")
        g.request_id = asked if REQUEST_ID.match(asked) else secrets.token_hex(12)
        g.traceparent = traceparent if TRACEPARENT.match(traceparent) else new_traceparent()
    return Acting(actor, g.request_id, g.traceparent)


def requirement_of(app: Flask) -> Requirement:
    """Return what the current endpoint requires; one that states nothing is open to nobody, static files to all."""
    endpoint = request.endpoint
    if endpoint is None or endpoint.startswith("api-docs.") or endpoint.rpartition(".")[2] == "static":
        return Requirement(public=True)
    view = app.view_functions[endpoint]
    requirement = getattr(getattr(view, "view_class", view), "__requirement__", None)
    if requirement is None:
        raise Forbidden("This endpoint states no right")
    return requirement  # type: ignore[no-any-return]


def _install_health(app: Flask, database: Database, also_ready: Callable[[], list[str]]) -> None:
    @app.get("/health/live")
    @public
    def live() -> dict[str, str]:
        return {"status": "live"}

    @app.get("/health/ready")
    @public
    def ready() -> tuple[dict[str, Any], int]:
        reasons = database_reasons(database) + also_ready()
        return {"status": "ready" if not reasons else "not ready", "reasons": reasons}, 503 if reasons else 200


def database_reasons(database: Database) -> list[str]:
    """Return why the database keeps this service from being ready; empty when it does not."""
    try:
        with database.reading() as connection:
            connection.execute(text("SELECT 1 FROM outbox LIMIT 1"))
    except SQLAlchemyError as error:
        return [f"database: {type(error).__name__}"]
    return []
