"""What somebody was saving when the session ended: kept in the sign-in page, ready to be saved after it.

It travels through the browser that typed it and is never stored here. A form that another site sent is not kept, so
nobody can be made to save something they did not type.
"""

from typing import Any
from urllib.parse import urlsplit

from flask import make_response, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

Pairs = list[tuple[str, str]]

PREFIX = "kept."
NOT_KEPT = ("_csrf",)
NOT_SHOWN = ("version", "was", "once")


def keep_what_was_typed() -> Response:
    """Return the sign-in page with what was typed in it."""
    return make_response(render_template("login.html", error="", kept=_typed(), next=request.path, username=""), 401)


def what_was_typed() -> dict[str, Any]:
    """Return what a page needs to send the same once more, after a part of the system did not answer."""
    kept = _typed()
    return {"next": request.path, "kept": kept, "shown": shown_of(kept)}


def _typed() -> Pairs:
    return [(name, value) for name, value in request.form.items(multi=True) if is_ours() and name not in NOT_KEPT]


def kept_in(form: MultiDict[str, str]) -> Pairs:
    """Return what the sign-in form carried along."""
    return [(name.removeprefix(PREFIX), value) for name, value in form.items(multi=True) if name.startswith(PREFIX)]


def shown_of(kept: Pairs) -> Pairs:
    """Return what is worth showing of it: never a password."""
    return [
        (name, value)
        for name, value in kept
        if value and name.rpartition(".")[2] not in NOT_SHOWN and "password" not in name
    ]


def is_ours() -> bool:
    """Tell whether a page of ours sent this request."""
    origin = request.headers.get("Origin", "")
    site = request.headers.get("Sec-Fetch-Site", "same-origin" if not origin else "")
    return site in ("same-origin", "none") or urlsplit(origin).netloc == request.host


def safe_way(target: str) -> str:
    """Return a path on this server to go to; anything else becomes the first page."""
    parts = urlsplit(target)
    local = target.startswith("/") and not target.startswith(("//", "/\\")) and not (parts.scheme or parts.netloc)
    return target if local and "\\" not in target and not any(ord(sign) < 32 for sign in target) else "/"
