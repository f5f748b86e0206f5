"""Turns every error into problem+json (RFC 9457), in one place."""

from typing import Any

import orjson
import structlog
from flask import Flask, Response
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from werkzeug.exceptions import HTTPException

from shared.context import acting
from shared.errors import Problem, Unavailable

log = structlog.get_logger("web")


def problem_response(problem: Problem) -> Response:
    """Return the response of a problem."""
    body = {
        "type": problem.type,
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "request_id": acting().request_id,
        **problem.extra,
    }
    response = Response(orjson.dumps(body, default=str), status=problem.status, content_type="application/problem+json")
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if problem.status in (429, 503):
        response.headers.setdefault("Retry-After", str(problem.extra.get("retry_after", 5)))
    return response


def install_problems(app: Flask) -> None:
    """Answer every raised error as a problem, without internals and without personal data."""

    @app.errorhandler(Problem)
    def of_problem(problem: Problem) -> Response:
        return problem_response(problem)

    @app.errorhandler(HTTPException)
    def of_http(error: HTTPException) -> Response:
        return problem_response(problem_of_http(error))

    @app.errorhandler(OperationalError)
    @app.errorhandler(InterfaceError)
    @app.errorhandler(PoolExhausted)
    def of_database(error: Exception) -> Response:
        log.error("database does not answer", exc_info=error)
        return problem_response(Unavailable("The database does not answer: try again in a moment"))

    @app.errorhandler(Exception)
    def of_fault(error: Exception) -> Response:
        log.error("unexpected error", exc_info=error)
        return problem_response(Problem("Something went wrong on our side; mention the request id when you report it"))


def problem_of_http(error: HTTPException) -> Problem:
    """Return an error of HTTP itself, such as an unknown address, as a problem."""
    data: dict[str, Any] = getattr(error, "data", None) or {}
    extra: dict[str, Any] = {}
    if "messages" in data:
        extra["errors"] = flatten(data["messages"])
    problem = Problem(_detail(error), **extra)
    problem.status = error.code or 500
    problem.type = "invalid" if "errors" in extra else (error.name or "error").lower().replace(" ", "-")
    problem.title = "Some fields need attention" if "errors" in extra else error.name
    return problem


def _detail(error: HTTPException) -> str:
    return {
        400: "The request cannot be read: is the body valid JSON?",
        404: "There is nothing at this address",
        405: "This address does not know that method",
        413: "The upload is too large",
        415: "Send JSON, with Content-Type application/json",
        422: "Mend the fields named in errors and send it again",
    }.get(error.code or 500, "")


def flatten(messages: Any, *, prefix: str = "") -> dict[str, list[str]]:
    """Return marshmallow's nested messages as ``{"field.path": [messages]}``, without the place (json, query)."""
    if isinstance(messages, dict):
        flat: dict[str, list[str]] = {}
        for key, inner in messages.items():
            is_place = not prefix and key in ("json", "query", "form", "files", "headers")
            path = "" if is_place or key == "_schema" else str(key)
            flat.update(flatten(inner, prefix=".".join(part for part in (prefix, path) if part)))
        return flat
    return {prefix or "body": [str(message) for message in (messages if isinstance(messages, list) else [messages])]}
