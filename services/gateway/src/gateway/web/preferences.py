"""What a user sets for oneself."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from gateway.users.actions import edit_user
from gateway.users.domain import LANGUAGES as PAGE_LANGUAGES
from gateway.users.domain import EditUser
from gateway.users.sessions import current_user
from gateway.web.forms import Field, Form, Section
from gateway.web.keeping import safe_way
from gateway.web.wording import LANGUAGES
from shared.auth import requires
from shared.db import database

blueprint = Blueprint("preferences", __name__)

PREFERENCES = (
    Section(
        "",
        (
            Field(
                path="language",
                label=_l("Taal van de schermen"),
                widget="select",
                choices=lambda: [(code, str(LANGUAGES[code])) for code in PAGE_LANGUAGES],
            ),
        ),
    ),
)


@blueprint.get("/preferences")
@requires("")
def show() -> str:
    """Show one's own preferences."""
    user = current_user()
    return render_template("users/preferences.html", form=Form.of(PREFERENCES, {"language": user.language}), user=user)


@blueprint.post("/preferences")
@requires("")
def save() -> Response:
    """Save one's own preferences, and go on where one was."""
    language = request.form.get("language", "")
    if language in PAGE_LANGUAGES:
        with database().transaction() as session:
            edit_user(
                session,
                current_user().id,
                command=EditUser({"language": language}),
                passwords=current_app.extensions["passwords"],
            )
    way = request.form.get("next", "")
    return redirect(safe_way(way) if way else url_for("web.preferences.show", done="saved"), 303)
