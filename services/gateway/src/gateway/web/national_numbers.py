"""The national number of a person on the card: masked, shown whole on request, kept and removed."""

from typing import Any
from uuid import UUID

from flask import Blueprint, make_response, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from gateway.users.sessions import current_user
from gateway.web.asking import fetch, send
from gateway.web.card import Editing, draw
from gateway.web.confirming import asked_first
from gateway.web.forms import Field, Form, Section
from gateway.web.known import relation_url
from gateway.web.marks import address_of
from gateway.web.wording import choices_of, word
from shared.auth import requires
from shared.errors import Invalid, Problem, Unknown

blueprint = Blueprint("national_numbers", __name__)

PAGE = "/relations/<uuid:relation_id>/national-number"
KINDS = {"rrn": _l("Rijksregisternummer"), "bis": _l("BIS-nummer"), "bsn": _l("BSN")}
QUESTIONS = (
    Section(
        "",
        (
            Field(path="kind", label=_l("Soort"), widget="select", choices=lambda: choices_of(KINDS), default="rrn"),
            Field(path="value", label=_l("Nummer"), required=True, starts=True),
        ),
    ),
)


@blueprint.get(PAGE)
@requires("national_number")
def show(relation_id: UUID) -> str:
    """Show the form for a number; the present one stays masked."""
    return _draw(relation_id, Form.blank(QUESTIONS))


@blueprint.post(PAGE)
@requires("national_number")
def keep(relation_id: UUID) -> Response:
    """Keep a number in the place of any earlier one."""
    form = Form.posted(QUESTIONS, request.form)
    try:
        send("relations", "PUT", f"/relations/{relation_id}/national-number", form.document())
    except Invalid as invalid:
        return make_response(_draw(relation_id, form.refuse(invalid.errors)), 422)
    return _back(relation_id, "saved")


@blueprint.post(f"{PAGE}/whole")
@requires("national_number")
def whole(relation_id: UUID) -> str:
    """Show the whole number once, which is written down in the audit log."""
    found = send("relations", "POST", f"/relations/{relation_id}/national-number/readings")
    return draw(relation_id, "identity", more={"national_number": _shown(found["kind"], found["value"], whole=True)})


@blueprint.post(f"{PAGE}/remove")
@requires("national_number")
def remove(relation_id: UUID) -> Response:
    """Forget the number, once that is confirmed."""
    if asking := asked_first(_("Dit nummer verwijderen?"), back=relation_url(relation_id, "identity")):
        return asking
    send("relations", "DELETE", f"/relations/{relation_id}/national-number")
    return _back(relation_id, "removed")


@blueprint.app_context_processor
def for_the_card() -> dict[str, Any]:
    """Let the card ask for the masked number when it draws the identity of a person, and only then."""
    return {"national_number_of": _masked_number_of}


def _masked_number_of(relation_id: str) -> dict[str, Any] | None:
    """Return what may be shown of a number; None for who has no right to it or where none are kept."""
    if "national_number" not in current_user().rights:
        return None
    try:
        found = fetch("relations", f"/relations/{relation_id}/national-number")
    except Unknown:
        return _shown("", "")
    except Problem:
        return None
    return _shown(found["kind"], found["masked"])


def _shown(kind: str, text: str, *, whole: bool = False) -> dict[str, Any]:
    return {"kind": word(KINDS, kind), "text": text, "whole": whole}


def _draw(relation_id: UUID, form: Form) -> str:
    editing = Editing("national_number", form, request.path, relation_url(relation_id, "identity"))
    return draw(relation_id, "identity", editing=editing)


def _back(relation_id: UUID, done: str) -> Response:
    return redirect(address_of("web.card.show", relation_id=relation_id, tab="identity", done=done), 303)
