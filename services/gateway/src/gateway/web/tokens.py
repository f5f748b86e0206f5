"""API tokens: by which programs act for a user, made and revoked by that user."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from gateway.audit.actions import write_entries
from gateway.users import actions, queries
from gateway.users.api import entry
from gateway.users.sessions import current_user
from gateway.web.confirming import asked_first
from gateway.web.formats import day, moment
from gateway.web.forms import Field, Form, Section
from shared.auth import requires
from shared.db import database

blueprint = Blueprint("tokens", __name__)

NEW = (
    Section(
        "",
        (
            Field(
                path="label",
                label=_l("Voor welk programma"),
                required=True,
                placeholder=_l("bv. boekhouding"),
            ),
        ),
    ),
)
LONGEST_LABEL = 80


@blueprint.get("/preferences/tokens")
@requires("")
def show() -> str:
    """Show one's own tokens."""
    return _page(Form.blank(NEW))


@blueprint.post("/preferences/tokens")
@requires("")
def make() -> str | tuple[str, int]:
    """Make a token; its secret is shown on this page and nowhere else."""
    form = Form.posted(NEW, request.form)
    label = str(form["label"].value).strip()
    if not 0 < len(label) <= LONGEST_LABEL:
        form["label"].errors.append(str(_("Geef een naam van hoogstens %(most)s tekens.", most=LONGEST_LABEL)))
        return _page(form), 422
    with database().transaction() as session:
        secret, _token = actions.issue_token(session, current_user().id, label=label)
        write_entries(session, [entry("token.issued")])
    return _page(Form.blank(NEW), secret=secret)


@blueprint.post("/preferences/tokens/<token_id>/revoke")
@requires("")
def revoke(token_id: str) -> Response:
    """Make a token worthless."""
    if asking := asked_first(_("Dit token intrekken? Het programma kan dan niets meer."), back=url_for(".show")):
        return asking
    with database().transaction() as session:
        actions.revoke_own_token(session, current_user().id, token_id)
        write_entries(session, [entry("token.revoked")])
    return redirect(url_for(".show", done="token-revoked"), 303)


def _page(form: Form, *, secret: str = "") -> str:
    with database().transaction() as session:
        rows = [
            {
                "label": token.label or _("zonder naam"),
                "made": moment(token.created_at),
                "until": day(token.expires_at),
                "revoke_url": url_for(".revoke", token_id=token.id),
            }
            for token in queries.tokens_of(session, current_user().id)
        ]
    return render_template("users/tokens.html", form=form, rows=rows, secret=secret)
