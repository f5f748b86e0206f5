"""Users, for administrators: who has access, with which rights and licences."""

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError
from werkzeug.wrappers import Response

from gateway.audit.actions import write_entries
from gateway.users import actions, queries
from gateway.users.api import entry
from gateway.users.domain import LANGUAGES as PAGE_LANGUAGES
from gateway.users.domain import EditUser, GrantRights
from gateway.users.models import Account
from gateway.users.schemas import UserDetail, UserIn, UserPatch
from gateway.web.forms import Field, Form, Section
from gateway.web.lists import Sorting
from gateway.web.marks import Page
from gateway.web.wording import LANGUAGES, LICENCES, RIGHTS, choices_of, word
from shared.auth import requires
from shared.db import database
from shared.errors import Conflict, Invalid
from shared.problems import flatten

blueprint = Blueprint("users", __name__)

PAGE = 100

NAMES = (
    Field(path="display_name", label=_l("Naam"), required=True),
    Field(
        path="language",
        label=_l("Taal"),
        widget="select",
        choices=lambda: choices_of({code: LANGUAGES[code] for code in PAGE_LANGUAGES}),
        default="nl",
    ),
)
PASSWORD = Field(
    path="password",
    label=_l("Wachtwoord"),
    widget="password",
    required=True,
    autocomplete="new-password",
    hint=_l("Minstens 10 tekens."),
)
GRANTS = (
    Field(path="rights", label=_l("Rechten"), widget="checks", choices=lambda: choices_of(RIGHTS), wide=True),
    Field(path="licences", label=_l("Licenties"), widget="checks", choices=lambda: choices_of(LICENCES), wide=True),
)
NEW_USER = (
    Section(
        "",
        (
            Field(
                path="username",
                label=_l("Gebruikersnaam"),
                required=True,
                hint=_l("Kleine letters, cijfers, punt en streepje."),
            ),
            PASSWORD,
            *NAMES,
        ),
    ),
    Section(_l("Wat deze gebruiker mag"), GRANTS),
)
USER = (Section("", (*NAMES, Field(path="active", label=_l("Heeft toegang"), widget="check", wide=True))),)
USER_GRANTS = (Section("", GRANTS),)


@blueprint.get("/users")
@requires("admin")
def everybody() -> str:
    """Show everybody who has access, or had it."""
    sorting = Sorting.of("web.users.everybody", {}, tuple(queries.SORTS), usual="username")
    with database().transaction() as session:
        query = {"total": False, "cursor": request.args.get("cursor"), "limit": PAGE}
        found = queries.list_accounts(session, {**query, "sort": sorting.chosen or sorting.usual})
        rows = [_row(account) for account in found["items"]]
    page = Page.of(found, sorting.endpoint, sorting.kept)
    return render_template("users/list.html", rows=rows, sorting=sorting, page=page)


@blueprint.get("/users/new")
@requires("admin")
def new() -> str:
    """Show the form for a new user."""
    return _new_page(Form.blank(NEW_USER, {"rights": ["read"], "licences": []}))


@blueprint.post("/users/new")
@requires("admin")
def add() -> Response:
    """Give somebody access."""
    form = Form.posted(NEW_USER, request.form)
    try:
        command = checked(UserIn(), form.document())
        with database().transaction() as session:
            account = actions.add_user(session, command, passwords=current_app.extensions["passwords"])
            session.flush()
            write_entries(session, [entry("user.added", subject=account.id)])
    except Invalid as invalid:
        return make_response(_new_page(form.refuse(invalid.errors)), 422)
    return redirect(url_for("web.users.everybody", done="user-created"), 303)


@blueprint.get("/users/<uuid:user_id>")
@requires("admin")
def show(user_id: UUID) -> str:
    """Show a user: name and access, rights and licences, and a new password."""
    return _page(user_id)


@blueprint.post("/users/<uuid:user_id>")
@requires("admin")
def save(user_id: UUID) -> Response:
    """Save a user's name, language and access."""
    form = Form.posted(USER, request.form)
    return _edit(user_id, {control.field.path: control.sent() for control in form}, form=form)


@blueprint.post("/users/<uuid:user_id>/password")
@requires("admin")
def set_password(user_id: UUID) -> Response:
    """Give a user a new password, which signs them out everywhere."""
    form = Form.posted([Section("", (PASSWORD,))], request.form)
    return _edit(user_id, {"password": form["password"].value}, password=form, done="password-set")


@blueprint.post("/users/<uuid:user_id>/rights")
@requires("admin")
def grant(user_id: UUID) -> Response:
    """Set a user's rights and licences."""
    form = Form.posted(USER_GRANTS, request.form)
    command = GrantRights(rights=tuple(form["rights"].value), licences=tuple(form["licences"].value))
    try:
        if set(command.rights or ()) - set(RIGHTS) or set(command.licences or ()) - set(LICENCES):
            raise Invalid({"rights": ["Kies er een uit de lijst."]})
        with database().transaction() as session:
            actions.grant_rights(session, user_id, command=command)
            write_entries(session, [entry("user.rights_granted", subject=user_id)])
    except Invalid as invalid:
        return make_response(_page(user_id, grants=form.refuse(invalid.errors)), 422)
    except Conflict:
        form.errors.append(str(_("Er moet één beheerder overblijven: geef dat recht eerst aan iemand anders.")))
        return make_response(_page(user_id, grants=form), 409)
    return redirect(url_for("web.users.show", user_id=user_id, done="saved"), 303)


def checked(schema: Schema, document: dict[str, Any]) -> Any:
    """Return the command in a document; raises ``Invalid`` with every complaint beside its field."""
    try:
        return schema.load(document)
    except ValidationError as error:
        raise Invalid(flatten(error.messages)) from error


def _edit(
    user_id: UUID,
    changes: dict[str, Any],
    *,
    form: Form | None = None,
    password: Form | None = None,
    done: str = "saved",
) -> Response:
    try:
        command: EditUser = checked(UserPatch(), changes)
        with database().transaction() as session:
            actions.edit_user(session, user_id, command=command, passwords=current_app.extensions["passwords"])
            write_entries(session, [entry("user.changed", subject=user_id)])
    except Invalid as invalid:
        for each in filter(None, (form, password)):
            each.refuse(invalid.errors)
        return make_response(_page(user_id, form=form, password=password), 422)
    except Conflict:
        if form:
            form.errors.append(str(_("Er moet één beheerder overblijven: geef dat recht eerst aan iemand anders.")))
        return make_response(_page(user_id, form=form, password=password), 409)
    return redirect(url_for("web.users.show", user_id=user_id, done=done), 303)


def _row(account: Account) -> dict[str, Any]:
    return {
        "url": url_for("web.users.show", user_id=account.id),
        "username": account.username,
        "name": account.display_name,
        "rights": ", ".join(word(RIGHTS, code) for code in account.rights),
        "licences": ", ".join(word(LICENCES, code) for code in account.licences),
        "active": account.active,
    }


def _new_page(form: Form) -> str:
    return render_template("users/new.html", form=form)


def _page(user_id: UUID, *, form: Form | None = None, grants: Form | None = None, password: Form | None = None) -> str:
    with database().transaction() as session:
        user: dict[str, Any] = UserDetail().dump(queries.account_by_id(session, user_id))
    return render_template(
        "users/user.html",
        user=user,
        form=form or Form.of(USER, user),
        grants=grants or Form.of(USER_GRANTS, user),
        password=password or Form.blank([Section("", (PASSWORD,))]),
        m365_url=url_for("web.m365.show", user_id=user_id) if "m365" in user["licences"] else "",
    )
