"""What every page has around it: who looks, in which language, through which menu."""

import hashlib
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, redirect, request, send_file, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask_babel import Babel, get_locale
from werkzeug.wrappers import Response as AnyResponse

from gateway.users.domain import LANGUAGES
from gateway.users.sessions import SAFE_METHODS, signed_in_user
from gateway.web.formats import FILTERS
from gateway.web.keeping import keep_what_was_typed
from gateway.web.menu import menu_for
from gateway.web.notifications import unread
from gateway.web.toasts import toast_of_this_page

HERE = Path(__file__).parent
A_YEAR = 365 * 24 * 3600
LANGUAGE_COOKIE = "language"
OWN_NAMES = (("nl", "Nederlands"), ("fr", "Français"), ("en", "English"))


def install_frame(blueprint: Blueprint) -> None:
    """Put the frame around every page of a blueprint."""
    blueprint.record_once(_install_languages)
    blueprint.context_processor(around_the_page)


def _install_languages(state: BlueprintSetupState) -> None:
    app = state.app
    if not isinstance(app, Flask):
        raise TypeError("The pages belong to a Flask application")
    if "babel" not in app.extensions:
        Babel().init_app(
            app,
            default_locale="nl",
            default_timezone="Europe/Brussels",
            default_translation_directories=str(HERE / "translations"),
            locale_selector=language_of_the_reader,
        )
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def language_of_the_reader() -> str:
    """Return the user's own language; before signing in the one chosen, else Dutch."""
    user = signed_in_user()
    if user and user.language in LANGUAGES:
        return user.language
    chosen = request.args.get("language") or request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else "nl"


def to_sign_in() -> AnyResponse:
    """Answer a stranger: a fragment gets 401 and stays where it is, a page comes back after signing in."""
    if request.headers.get("HX-Request"):
        return Response(status=401)
    if request.method in SAFE_METHODS:
        here = request.full_path.removesuffix("?")
        return redirect(url_for("web.login.show", next=None if here == "/" else here))
    return keep_what_was_typed()


def around_the_page() -> dict[str, Any]:
    """Return what the frame draws."""
    user = signed_in_user()
    return {
        "viewer": user,
        "language": str(get_locale()),
        "page_languages": OWN_NAMES,
        "menu": menu_for(user.rights, user.licences) if user else [],
        "shortcuts_new": bool(user and "write" in user.rights),
        "asked": request.args.get("q", "") if request.endpoint == "web.relations.find" else "",
        "toast": toast_of_this_page(),
        "unread": unread() if user else 0,
        "static": static_url,
        "here": request.full_path.removesuffix("?") if request.method == "GET" else "/",
    }


def static_url(name: str) -> str:
    """Return the address of a static file, which changes when the file does."""
    return url_for("web.files.send", name=name, v=_fingerprint(name))


def send_static(name: str) -> Response:
    """Send one of our files; with its fingerprint in the address it may be kept for a year."""
    path = _path_of(name)
    if path is None:
        return Response(status=404)
    response = send_file(path, etag=_fingerprint(name))
    response.headers["Cache-Control"] = (
        f"public, max-age={A_YEAR}, immutable" if request.args.get("v") == _fingerprint(name) else "no-cache"
    )
    return response


@lru_cache(maxsize=32)
def _fingerprint(name: str) -> str:
    path = _path_of(name)
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path else ""


@lru_cache(maxsize=32)
def _path_of(name: str) -> Path | None:
    if name == "htmx.min.js":
        # The package ships the file for another framework; only the file is used.
        with as_file(files("js_lib_htmx") / "static" / "htmx" / name) as path:
            return path
    path = HERE / "static" / name
    return path if path.parent == HERE / "static" and path.is_file() else None
