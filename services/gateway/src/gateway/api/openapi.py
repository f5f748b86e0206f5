"""The public API described: what the services say of their own calls, put together for the calls that are public."""

import re
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template

from gateway.api.routes import ROUTES, Route
from gateway.backends import SERVICES, Backends
from shared.auth import public
from shared.errors import Unavailable
from shared.service import openapi_of

PREFIX = "/api/v1"
PATIENCE = 2.0
"""Seconds a service has to describe itself."""

ASK_AGAIN = 30.0
"""Seconds before a service that did not answer is asked again."""

PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    },
}

CARD: dict[str, Any] = {
    "summary": "Return everything the services know of a relation, panel by panel",
    "tags": ["card"],
    "description": "Needs the right `read`. A panel that cannot be shown says why.",
    "parameters": [
        {"name": "relation_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    ],
    "responses": {"200": {"description": "The card", "content": {"application/json": {"schema": {"type": "object"}}}}},
}

blueprint = Blueprint("api_documents", __name__, url_prefix="/api", template_folder="templates", static_folder="static")

Document = dict[str, Any]


class ApiDocument:
    """Describes the public API; each service is asked once, one that was silent is asked again later."""

    def __init__(self, backends: Backends) -> None:
        self._backends = backends
        self._known: dict[str, Document] = {}
        self._asked_at = -ASK_AGAIN

    def build(self, app: Flask) -> Document:
        """Return the OpenAPI document."""
        self._ask_the_unknown()
        own = openapi_of(app)
        paths: Document = {path: item for path, item in own["paths"].items() if path.startswith(PREFIX)}
        for item in paths.values():
            _add_problem(item)
        schemas: Document = {"Problem": PROBLEM, **own.get("components", {}).get("schemas", {})}
        paths[f"{PREFIX}/relations/{{relation_id}}/card"] = {"get": _with_problem(dict(CARD))}
        for route in ROUTES:
            path, operation = _described(route, self._known.get(route.service, {}))
            paths.setdefault(path, {})[route.method.lower()] = operation
        for service, document in self._known.items():
            for name, schema in document.get("components", {}).get("schemas", {}).items():
                schemas[f"{service}.{name}"] = _renamed(schema, service)
        return {
            "openapi": "3.1.0",
            "info": {"title": "Relations", "version": "1"},
            "security": [{"token": []}],
            "paths": dict(sorted(paths.items())),
            "components": {
                "schemas": dict(sorted(schemas.items())),
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            },
        }

    def _ask_the_unknown(self) -> None:
        unknown = [name for name in SERVICES if name not in self._known]
        if not unknown or time.monotonic() - self._asked_at < ASK_AGAIN:
            return
        with ThreadPoolExecutor(len(unknown)) as askers:
            asked = {name: askers.submit(copy_context().run, self._ask, name) for name in unknown}
            self._known.update({name: document for name, future in asked.items() if (document := future.result())})
        self._asked_at = time.monotonic()

    def _ask(self, service: str) -> Document | None:
        try:
            document: Document = self._backends.by_name(service).get("/openapi.json", timeout=PATIENCE)
        except (Unavailable, ValueError):
            return None
        return document


def _described(route: Route, document: Mapping[str, Any]) -> tuple[str, Document]:
    """Return a route's public path and its operation, as its service describes it or as the table alone can."""
    own_path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.path)
    for path, item in document.get("paths", {}).items():
        if _shape(path) == _shape(own_path) and route.method.lower() in item:
            operation = _renamed(item[route.method.lower()], route.service)
            parameters = [_renamed(parameter, route.service) for parameter in item.get("parameters", ())]
            if parameters:
                operation["parameters"] = parameters + operation.get("parameters", [])
            return PREFIX + path, _with_rights(operation, route)
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", own_path)
    ]
    operation = {"tags": [route.service], "parameters": parameters, "responses": {"default": {"description": ""}}}
    return PREFIX + own_path, _with_rights(operation, route)


def _with_rights(operation: Document, route: Route) -> Document:
    needs = f"Needs the right `{route.right}`" + (f" and the licence `{route.licence}`." if route.licence else ".")
    operation["description"] = " ".join(filter(None, (operation.get("description", ""), needs)))
    return _with_problem(operation)


def _add_problem(item: Document) -> None:
    for method, operation in item.items():
        if method != "parameters":
            _with_problem(operation)


def _with_problem(operation: Document) -> Document:
    schema = {"$ref": "#/components/schemas/Problem"}
    problem = {"description": "A problem", "content": {"application/problem+json": {"schema": schema}}}
    operation["responses"] = {**operation.get("responses", {}), "default": problem}
    return operation


def _shape(path: str) -> str:
    return re.sub(r"{[^}]*}", "{}", path)


def _renamed(value: Any, service: str) -> Any:
    """Return a part of a service's document whose references name the service, as two may use one schema name."""
    if isinstance(value, dict):
        return {
            key: re.sub(r"^#/components/schemas/", rf"#/components/schemas/{service}.", inner)
            if key == "$ref"
            else _renamed(inner, service)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_renamed(inner, service) for inner in value]
    return value


def api_document() -> Document:
    """Return the OpenAPI document of the public API."""
    found: ApiDocument = current_app.extensions["api_document"]
    return found.build(current_app)


@blueprint.get("/v1/openapi.json")
@public
def document() -> Response:
    """Return the OpenAPI document."""
    return jsonify(api_document())


@blueprint.get("/docs")
@public
def docs() -> str:
    """Show the public API as a page."""
    described = api_document()
    operations = [
        {"path": path, "method": method, **operation}
        for path, item in described["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    ]
    by_tag: dict[str, list[Document]] = {}
    for operation in operations:
        by_tag.setdefault((operation.get("tags") or ["other"])[0], []).append(operation)
    return render_template("api/docs.html", info=described["info"], by_tag=dict(sorted(by_tag.items())))
