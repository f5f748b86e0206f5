"""Asking first before what cannot be taken back; a script asks in the page itself, without one a page does."""

from flask import make_response, render_template, request
from werkzeug.wrappers import Response


def asked_first(question: str, *, back: str) -> Response | None:
    """Return the page that asks the question, with the way back; None once it was answered with yes."""
    if request.form.get("confirmed"):
        return None
    return make_response(
        render_template("confirm.html", question=question, action=request.full_path.removesuffix("?"), back=back)
    )
