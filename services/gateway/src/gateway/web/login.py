"""Signing in and out."""

from typing import Any

from flask import Blueprint, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.users.domain import LANGUAGES
from gateway.users.sessions import csrf_token, sign_in, sign_out, signed_in_user
from gateway.web.frame import A_YEAR, LANGUAGE_COOKIE
from gateway.web.keeping import kept_in, safe_way, shown_of
from shared.auth import public, requires
from shared.errors import NotSignedIn, TooMany

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
@public
def show() -> Response:
    """Show the sign-in page; who is signed in already goes on."""
    way = safe_way(request.args.get("next", "/"))
    if signed_in_user():
        return redirect(way)
    response = make_response(_page(next=way))
    if request.args.get("language") in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, request.args["language"], max_age=A_YEAR, httponly=True, samesite="Lax")
    return response


@blueprint.post("/login")
@public
def enter() -> Response:
    """Sign in and go where one was going, or show again what was being saved."""
    username, way, kept = request.form.get("username", ""), request.form.get("next", "/"), kept_in(request.form)
    try:
        sign_in(username.strip(), request.form.get("password", ""))
    except (NotSignedIn, TooMany) as problem:
        page = _page(error=_complaint(problem), next=safe_way(way), username=username, kept=kept)
        return make_response(page, problem.status)
    if kept:
        return make_response(render_template("kept.html", next=safe_way(way), kept=kept, shown=shown_of(kept)))
    return redirect(safe_way(way))


@blueprint.get("/login/again")
@public
def token() -> Response:
    """Tell a page whose session ended which token its forms carry now."""
    return jsonify({"csrf_token": csrf_token()})


@blueprint.post("/login/again")
@public
def again() -> Response:
    """Sign in from a page whose session ended, which keeps its form and takes the new token."""
    try:
        sign_in(request.form.get("username", "").strip(), request.form.get("password", ""))
    except (NotSignedIn, TooMany) as problem:
        return make_response(jsonify({"error": _complaint(problem)}), problem.status)
    return jsonify({"csrf_token": csrf_token(), "message": _("U bent weer aangemeld: bewaar nu opnieuw.")})


@blueprint.post("/logout")
@requires("")
def leave() -> Response:
    """Sign out."""
    sign_out()
    return redirect(url_for("web.login.show", done="signed-out"))


def _page(**shown: Any) -> str:
    return render_template("login.html", **{"error": "", "kept": [], "next": "/", "username": "", **shown})


def _complaint(problem: Exception) -> str:
    if isinstance(problem, TooMany):
        return str(_("Te veel pogingen: wacht vijf minuten."))
    return str(_("De gebruikersnaam of het wachtwoord klopt niet."))
