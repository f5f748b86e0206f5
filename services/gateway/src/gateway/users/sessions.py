"""Browser sessions: a random cookie, kept as a hash, and the token that shows a form was ours.

The CSRF token is derived from the cookie with HMAC, so it needs no place of its own: whoever does not hold the cookie
cannot make it. A visitor who has not signed in yet has such a cookie too, with no session behind it, so that the
sign-in form is protected as well; signing in replaces it.
"""

import hashlib
import hmac
import secrets
from typing import Any
from uuid import UUID

from flask import Flask, Response, current_app, g, request

from gateway.users.actions import SECRET_BYTES, begin_session, end_session, let_in
from gateway.users.domain import User
from gateway.users.passwords import Passwords
from gateway.users.queries import user_by_cookie, user_by_id
from shared.db import database
from shared.errors import Forbidden, NotSignedIn

COOKIE = "session"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def current_user() -> User:
    """Return who makes this request; raises ``NotSignedIn``."""
    user = signed_in_user()
    if user is None:
        raise NotSignedIn
    return user


def signed_in_user() -> User | None:
    """Return who makes this request, or None: for pages that are open to everybody."""
    if "user" not in g:
        cookie = request.cookies.get(COOKIE)
        g.user = None
        if cookie:
            g.user = user_by_cookie(database(), cookie)
    user: User | None = g.user
    return user


def sign_in(username: str, password: str) -> User:
    """Sign in in this browser; raises ``NotSignedIn`` and ``TooMany``."""
    passwords: Passwords = current_app.extensions["passwords"]
    user_id = let_in(database(), passwords, username=username, password=password, address=request.remote_addr or "")
    return _open_session(user_id)


def _open_session(user_id: UUID) -> User:
    earlier = request.cookies.get(COOKIE)
    with database().transaction() as session:
        if earlier:
            end_session(session, earlier)
        g.new_cookie = begin_session(session, user_id)
    g.user = user_by_id(database(), user_id)
    user: User = g.user
    return user


def sign_out() -> None:
    """Sign out in this browser."""
    cookie = request.cookies.get(COOKIE)
    if cookie:
        with database().transaction() as session:
            end_session(session, cookie)
    g.user = None
    g.new_cookie = ""


def csrf_token() -> str:
    """Return the token that forms of this browser carry in ``_csrf``, or requests in ``X-CSRF-Token``."""
    cookie = g.get("new_cookie") or request.cookies.get(COOKIE)
    if not cookie:
        cookie = g.new_cookie = secrets.token_urlsafe(SECRET_BYTES)
    return _token_of(cookie)


def refuse_forged_request(*, header_only: bool = False) -> None:
    """Raise ``Forbidden`` for an unsafe request of a browser that does not carry the browser's token."""
    if request.method in SAFE_METHODS:
        return
    sent = request.headers.get("X-CSRF-Token") or ("" if header_only else request.form.get("_csrf", ""))
    cookie = request.cookies.get(COOKIE, "")
    if not cookie or not hmac.compare_digest(sent.encode(), _token_of(cookie).encode()):
        raise Forbidden("This form is too old or not ours: open the page again")


def _token_of(cookie: str) -> str:
    return hmac.new(cookie.encode(), b"csrf", hashlib.sha256).hexdigest()


def install_sessions(app: Flask) -> None:
    """Send the session cookie whenever it changed, and give every template ``csrf_token()``."""

    @app.after_request
    def send_cookie(response: Response) -> Response:
        cookie = g.get("new_cookie")
        if cookie is not None:
            secure = request.host.rpartition(":")[0] not in LOOPBACK_HOSTS and request.host not in LOOPBACK_HOSTS
            attributes: dict[str, Any] = {"path": "/", "secure": secure, "httponly": True, "samesite": "Lax"}
            if cookie:
                response.set_cookie(COOKIE, cookie, **attributes)
            else:
                response.delete_cookie(COOKIE, **attributes)
        return response

    app.jinja_env.globals["csrf_token"] = csrf_token
