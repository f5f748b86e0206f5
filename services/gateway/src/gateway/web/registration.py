"""New relations on one line, and what both ways of adding tell: likely doubles, and what a register refused."""

from typing import Any
from uuid import uuid4

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.web.asking import send
from gateway.web.forms import Document, Form
from gateway.web.known import relation_url
from gateway.web.questions import QUICK
from gateway.web.wording import DUPLICATE_REASONS, word
from shared.auth import requires
from shared.errors import Invalid, Problem

blueprint = Blueprint("registration", __name__)


@blueprint.app_context_processor
def for_quick_add() -> dict[str, Any]:
    """Give every page the form on one line, and the key that makes a second press do nothing."""
    return {"quick_form": lambda: Form.blank(QUICK), "once": lambda: str(uuid4())}


@blueprint.post("/relations/quick")
@requires("write")
def quick() -> Response:
    """Register a relation from one line, as a draft."""
    form = Form.posted(QUICK, request.form)
    name = form["name"].value
    if not name:
        form["name"].errors.append(str(_("Geef een naam.")))
        return make_response(render_template("relations/quick_page.html", quick=form, quick_open=True), 422)
    kind = form["quick_kind"].value
    body = {"kind": kind, "status": "draft", "groups": [form["quick_group"].value], **name_of(kind, name)}
    try:
        made = send("relations", "POST", "/relations", body, once=request.form.get("once", ""))
    except Invalid as invalid:
        form.refuse(invalid.errors)
        return make_response(render_template("relations/quick_page.html", quick=form, quick_open=True), 422)
    return _after(made)


def name_of(kind: str, name: str) -> Document:
    """Return a name typed on one line in its parts: “Janssens, Lies” and “Lies Janssens” are the same person."""
    if kind != "natural_person":
        return {"entity": {"legal_name": name}}
    if "," in name:
        last, _comma, first = name.partition(",")
    else:
        first, _space, last = name.partition(" ")
        first, last = (first, last) if last else ("", first)
    return {"person": {"first_names": first.strip(), "last_name": last.strip()}}


def country_of(address: Document) -> str:
    """Return the country code of a register's address; Company.info knows Dutch companies."""
    country = str(address.get("country") or "")
    return country if len(country) == 2 else "NL"


def double_row(item: Document) -> Document:
    """Return a likely double as it is shown."""
    return {
        "url": relation_url(item["relation_id"]),
        "name": item["display_name"],
        "number": item.get("number", ""),
        "city": item.get("city", ""),
        "score": item["score"],
        "reasons": ", ".join(word(DUPLICATE_REASONS, reason) for reason in item["reasons"]),
    }


def register_complaint(problem: Problem) -> str:
    """Return what a register's refusal means, in words."""
    words = {
        "provider-unavailable": _("Company.info antwoordt nu niet. Probeer het later opnieuw."),
        "unavailable": _("Company.info antwoordt nu niet. Probeer het later opnieuw."),
        "out-of-credit": _("Het saldo bij Company.info is op. Een beheerder kan het aanvullen."),
        "not-in-subscription": _("Dit zit niet in het abonnement bij Company.info."),
        "credentials-refused": _(
            "Company.info weigert de naam of het wachtwoord van het kantoor. Vraag een beheerder."
        ),
        "licence-required": _("De licentie voor Company.info staat uit."),
        "invalid": _("Vul eerst een KVK-nummer in: Company.info zoekt op dat nummer."),
    }
    return str(words.get(problem.type, _("Company.info kon niet antwoorden op deze vraag.")))


def _after(made: Document) -> Response:
    """Show what may be the same relation, or go to the new card."""
    if made.get("duplicates"):
        rows = [double_row(item) for item in made["duplicates"]]
        page = render_template(
            "relations/made.html", name=made["display_name"], url=relation_url(made["id"]), doubles=rows
        )
        return make_response(page, 201)
    return redirect(url_for("web.card.show", relation_id=made["id"], done="created"), 303)
