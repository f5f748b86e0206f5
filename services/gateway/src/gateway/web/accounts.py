"""The office's account with Company.info, for administrators."""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from gateway.web.asking import fetch, send
from gateway.web.conflicts import differences
from gateway.web.formats import amount, moment
from gateway.web.forms import Field, Form, Section
from gateway.web.registration import register_complaint
from shared.auth import requires
from shared.errors import ChangedMeanwhile, Invalid, Problem

blueprint = Blueprint("accounts", __name__)

PATH = "/settings/registers/companyinfo"

ACCOUNT = (
    Section(
        "",
        (
            Field(path="username", label=_l("Gebruikersnaam bij Company.info"), required=True),
            Field(
                path="password",
                label=_l("Wachtwoord bij Company.info"),
                widget="password",
                autocomplete="new-password",
                hint=_l("Laat leeg om het huidige te houden. Het wordt versleuteld bewaard en nooit getoond."),
            ),
            Field(
                path="price_cents",
                label=_l("Prijs per opvraging, in eurocent"),
                widget="number",
                empty=0,
                hint=_l("Voor de doorrekening op dossiers."),
            ),
            Field(
                path="monthly_cap",
                label=_l("Hoogstens zoveel automatische opvragingen per maand"),
                widget="number",
                empty=None,
                hint=_l("Leeg is geen grens."),
            ),
            Field(
                path="auto_enrich",
                label=_l("Nieuwe relaties met KVK-nummer vanzelf opvragen"),
                widget="check",
                wide=True,
            ),
            Field(path="licensed", label=_l("Het kantoor heeft een licentie"), widget="check", wide=True),
        ),
    ),
)


@blueprint.get("/settings/registers/companyinfo")
@requires("admin")
def show() -> str:
    """Show the office's account, without its password."""
    account = fetch("enrichment", PATH)
    return _page(account, Form.of(ACCOUNT, account, version=account.get("version", 0)))


@blueprint.post("/settings/registers/companyinfo")
@requires("admin")
def save() -> Response:
    """Save the office's account; an empty password keeps the present one."""
    form = Form.posted(ACCOUNT, request.form)
    body = {control.field.path: control.sent() for control in form}
    if not body["password"]:
        del body["password"]
    account = fetch("enrichment", PATH)
    if account.get("base_urls"):
        body["base_urls"] = account["base_urls"]
    kept = {name: account[name] for name in ("search_price_cents",) if name in account}
    try:
        send("enrichment", "PUT", PATH, {**kept, **body}, version=form.version)
    except Invalid as invalid:
        return make_response(_page(account, form.refuse(invalid.errors)), 422)
    except ChangedMeanwhile:
        conflict = differences(form, account)
        form.version = str(account["version"])
        return make_response(_page(account, form, conflict=conflict), 412)
    return redirect(url_for("web.accounts.show", done="saved"), 303)


@blueprint.get("/settings/registers/companyinfo/balance")
@requires("admin")
def balance() -> str:
    """Return what the account has left, or why nobody can tell."""
    try:
        found = fetch("enrichment", f"{PATH}/balance")
    except Problem as problem:
        return render_template("registers/balance.html", refused=register_complaint(problem))
    left = amount(found["balance"], found.get("currency", "EUR"))
    return render_template("registers/balance.html", left=left, at=moment(found.get("asked_at")))


def _page(account: dict[str, Any], form: Form, *, conflict: list[dict[str, str]] | None = None) -> str:
    return render_template(
        "registers/account.html",
        form=form,
        conflict=conflict,
        is_set=account.get("configured", False),
        used=account.get("queries_this_month", 0),
    )
