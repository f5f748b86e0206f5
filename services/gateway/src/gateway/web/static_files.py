"""Our own style, script and icons."""

from flask import Blueprint, Response

from gateway.web.frame import send_static
from shared.auth import public

blueprint = Blueprint("files", __name__, url_prefix="/static")


@blueprint.get("/<name>")
@public
def send(name: str) -> Response:
    """Send a static file."""
    return send_static(name)
