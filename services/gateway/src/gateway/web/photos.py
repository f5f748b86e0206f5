"""The photo or logo on the card."""

from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.backends import ask
from gateway.web.asking import answered
from gateway.web.known import relation_url
from gateway.web.marks import address_of
from shared.auth import requires
from shared.errors import Problem

blueprint = Blueprint("photos", __name__)

PHOTO = "/relations/<uuid:relation_id>/photo"
KEPT_HEADERS = ("Content-Type", "Content-Disposition", "Content-Security-Policy")


@blueprint.get(PHOTO)
@requires("read")
def show(relation_id: UUID) -> Response:
    """Send the picture as its owner keeps it."""
    answer = answered(ask("relations", "GET", f"/relations/{relation_id}/photo"))
    response = make_response(answer.content)
    for name in KEPT_HEADERS:
        if name in answer.headers:
            response.headers[name] = answer.headers[name]
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.post(PHOTO)
@requires("write")
def keep(relation_id: UUID) -> Response:
    """Keep another picture, or none; one that is no picture is refused in words."""
    path = f"/relations/{relation_id}/photo"
    file = request.files.get("photo")
    try:
        if "remove" in request.form:
            answered(ask("relations", "DELETE", path))
        else:
            content = file.read() if file else b""
            answered(ask("relations", "PUT", path, data=content, headers={"Content-Type": "application/octet-stream"}))
    except Problem as problem:
        if problem.status != 422:
            raise
        text = _("Geef een foto of logo als PNG, JPEG of WebP, hoogstens 3 MB.")
        return make_response(
            render_template("card/refused.html", text=text, back=relation_url(relation_id, "identity")), 422
        )
    return redirect(address_of("web.card.show", relation_id=relation_id, tab="identity", done="saved"), 303)
