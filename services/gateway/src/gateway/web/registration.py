"""New relations: on one line, or with everything at once."""

from typing import Any
from uuid import uuid4

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.web.asking import fetch, send
from gateway.web.forms import Document, Form
from gateway.web.known import relation_url
from gateway.web.questions import QUICK, REACH, REGISTRATION
from gateway.web.wording import DUPLICATE_REASONS, word
from shared.auth import requires
from shared.errors import Conflict, Invalid, Problem, Unknown

blueprint = Blueprint("registration", __name__)

TELLING = ("recipient_lines", "building", "street", "zip", "city")
"""What makes an address one; a country alone does not."""


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


@blueprint.get("/relations/new")
@requires("write")
def new() -> str:
    """Show the form for a new relation."""
    return _page(Form.blank(REGISTRATION, {"kind": request.args.get("kind", "natural_person")}))


@blueprint.post("/relations/new")
@requires("write")
def register() -> Response:
    """Register the relation that was typed."""
    form = Form.posted(REGISTRATION, request.form)
    try:
        made = send("relations", "POST", "/relations", document_of(form), once=request.form.get("once", ""))
    except Invalid as invalid:
        return make_response(_page(form.refuse(_errors_on_the_form(form, invalid.errors))), 422)
    return _after(made)


@blueprint.post("/relations/new/companyinfo")
@requires("write", licence="companyinfo")
def fill_from_register() -> Response:
    """Fill the form with what Company.info knows of the number; nothing that was typed is lost silently."""
    form = Form.posted(REGISTRATION, request.form)
    number = "".join(sign for sign in form["identifiers.kvk"].value if sign.isdigit())
    if len(number) != 8:
        form["identifiers.kvk"].errors.append(str(_("Geef eerst het KVK-nummer: acht cijfers.")))
        return make_response(_page(form), 422)
    try:
        company = fetch("enrichment", f"/registers/companyinfo/companies/{number}")
    except Unknown:
        form["identifiers.kvk"].errors.append(str(_("Company.info kent geen onderneming met dit nummer.")))
        return make_response(_page(form), 422)
    except Problem as problem:
        form["identifiers.kvk"].errors.append(register_complaint(problem))
        return make_response(_page(form), 422)
    filled = fill(form, company["facts"])
    return make_response(_page(form, company=company, filled=filled))


@blueprint.post("/relations/new/duplicates")
@requires("read")
def doubles() -> str:
    """Return the panel of relations that may be the one being typed."""
    form = Form.posted(REGISTRATION, request.form)
    try:
        found = send("relations", "POST", "/duplicates/check", document_of(form))["items"]
    except (Invalid, Conflict):
        found = []
    return render_template("relations/doubles.html", doubles=[double_row(item) for item in found])


@blueprint.post("/relations/new/preview")
@requires("read")
def preview() -> str:
    """Return the lines that the address being typed would print."""
    given = document_of(Form.posted(REGISTRATION, request.form)).get("addresses")
    lines: list[str] = []
    if given:
        try:
            lines = send("relations", "POST", "/addresses/preview", given[0])["lines"]
        except Invalid:
            lines = []
    return render_template("card/lines.html", lines=lines)


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


def document_of(form: Form) -> Document:
    """Return the relation that was typed as the service wants it."""
    document = form.document()
    document["communications"] = [
        {"kind": kind, **document["communications"][kind]} for kind in _reached(document.get("communications", {}))
    ]
    address = document.pop("addresses", {}).get("0", {})
    document["addresses"] = [address] if any(address.get(part) for part in TELLING) else []
    return document


def fill(form: Form, facts: Document) -> list[str]:
    """Put a register's facts into the form, only where nothing was typed; return what was filled."""
    address = facts.get("visiting_address") or facts.get("postal_address") or {}
    known = {
        "entity.legal_name": facts.get("legal_name"),
        "entity.legal_form": facts.get("legal_form"),
        "entity.trade_names": "\n".join(facts.get("trade_names") or []),
        "identifiers.vat": facts.get("vat_number"),
        "communications.phone.value": facts.get("telephone"),
        "communications.web.value": facts.get("website"),
        "addresses.0.street": address.get("street"),
        "addresses.0.number": address.get("house_number"),
        "addresses.0.box": address.get("house_number_addition"),
        "addresses.0.zip": address.get("postcode"),
        "addresses.0.city": address.get("city"),
    }
    filled = []
    for path, value in known.items():
        if value and not form[path].value:
            form[path].value = value
            filled.append(str(form[path].field.label))
    if "kind" in (control.field.path for control in form) and form["kind"].value == "natural_person":
        form["kind"].value = "legal_entity"
    if address and any(form[f"addresses.0.{part}"].value == address.get(part) for part in ("street", "city")):
        form["addresses.0.label"].value = "seat"
        form["addresses.0.country"].value = country_of(address)
    return filled


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


def _page(form: Form, *, company: Document | None = None, filled: list[str] | None = None) -> str:
    alerts = [alert.get("text", "") for alert in (company or {}).get("alerts", [])]
    return render_template("relations/new.html", form=form, alerts=alerts, filled=filled, asked_register=bool(company))


def _reached(given: Document) -> list[str]:
    return [kind for kind in REACH if given.get(kind)]


def _errors_on_the_form(form: Form, errors: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return complaints about the n-th communication under the kind that was the n-th."""
    kinds = _reached(form.document().get("communications", {}))
    renamed = {}
    for path, messages in errors.items():
        head, _dot, rest = path.partition("communications.")
        place, _dot, tail = rest.partition(".")
        known = not head and place.isdecimal() and int(place) < len(kinds)
        renamed[f"communications.{kinds[int(place)]}.{tail}" if known else path] = messages
    return renamed
