"""The front door: who comes in by token, cookie or service key, and what everybody gets told about safety."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, g, request

from gateway.users.domain import User
from gateway.users.queries import user_by_token
from gateway.users.sessions import current_user, refuse_forged_request
from shared.app import acting_in_request, requirement_of
from shared.auth import Principal, TokenVerifier, bearer_token, check
from shared.context import begin
from shared.db import database
from shared.errors import NotSignedIn

API = "/api/v1/"
FOR_SERVICES = ("/privacy/", "/directory/")

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
ONLY_ENCRYPTED = "max-age=31536000; includeSubDomains"

Recognise = Callable[[str], User | None]
View = TypeVar("View", bound=Callable[..., Any])


def recognised_by(recognise: Recognise) -> Callable[[View], View]:
    """Let an endpoint find the owner of the caller's token in its own way."""

    def mark(view: View) -> View:
        view.__recognise__ = recognise  # type: ignore[attr-defined]
        return view

    return mark


def owner_of_token(token: str) -> User | None:
    """Return whose token this is."""
    return user_by_token(database(), token)


def install_front_door(app: Flask, verifier: TokenVerifier) -> None:
    """Recognise every caller, check forms and rights, and send the security headers."""

    @app.before_request
    def know_the_caller() -> None:
        requirement = requirement_of(app)
        is_page = not request.path.startswith((API, *FOR_SERVICES))
        if is_page:
            refuse_forged_request()
        if requirement.public:
            return
        if request.path.startswith(FOR_SERVICES):
            g.principal = verifier.principal(bearer_token())
        else:
            g.user = current_user() if is_page else _caller_of_api(app)
            g.principal = principal_of(g.user)
        begin(acting_in_request(actor=g.principal.actor))
        check(requirement, g.principal)

    @app.after_request
    def send_security_headers(response: Response) -> Response:
        response.headers.extend(HEADERS)
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = ONLY_ENCRYPTED
        return response


def _caller_of_api(app: Flask) -> User:
    """Return the owner of the bearer token, or, for the pages' own scripts, of the cookie."""
    if "Authorization" not in request.headers:
        user = current_user()
        refuse_forged_request(header_only=True)
        return user
    recognise: Recognise = getattr(app.view_functions[str(request.endpoint)], "__recognise__", owner_of_token)
    found = recognise(bearer_token())
    if found is None:
        raise NotSignedIn("The token is not valid: get a new one")
    return found


def principal_of(user: User) -> Principal:
    """Return a user as the services are told of one."""
    return Principal(
        actor=str(user.id),
        rights=user.rights,
        licences=user.licences,
        user_id=user.id,
        username=user.username,
        language=user.language,
    )
