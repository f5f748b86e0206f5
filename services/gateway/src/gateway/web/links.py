"""Linking relations: what one is to the other, found by name or number, read from both ends."""

from typing import Any
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from gateway.web.asking import fetch, fetch_or, send
from gateway.web.card import Editing, draw
from gateway.web.conflicts import differences
from gateway.web.forms import Choices, Document, Field, Form, Section, drawn
from gateway.web.known import relation_url
from gateway.web.marks import address_of
from gateway.web.record_questions import label_in_language, period_fields
from shared.auth import requires
from shared.errors import Invalid, Unknown

blueprint = Blueprint("links", __name__)

MOST = 10
REVERSE = ":reverse"


@blueprint.get("/relations/<uuid:relation_id>/links/new")
@requires("write")
def new(relation_id: UUID) -> str:
    """Show the form for another link."""
    return _draw(relation_id, Form.blank([Section("", questions())]))


@blueprint.post("/relations/<uuid:relation_id>/links/new")
@requires("write")
def add(relation_id: UUID) -> Response:
    """Link the relation to the one that was named; when several may be meant, ask which."""
    found = _found(request.form.get("other", ""))
    form = Form.posted([Section("", questions(found))], request.form)
    chosen = request.form.get("other_id") or (found[0][0] if len(found) == 1 else "")
    if not chosen:
        words = (
            _("Kies hieronder welke u bedoelt.") if found else _("Niemand gevonden: typ een stukje naam of een nummer.")
        )
        form["other"].errors.append(str(words))
        return make_response(_draw(relation_id, form), 422)
    code, _sign, direction = form["type"].value.partition(":")
    ends = (chosen, str(relation_id)) if direction else (str(relation_id), chosen)
    body = {"other_id": ends[1], "type": code, "note": form["note"].value}
    body |= {name: form[name].value for name in ("from", "to") if form[name].value}
    try:
        send("relations", "POST", f"/relations/{ends[0]}/links", body)
    except Invalid as invalid:
        renamed = {("other" if path == "other_id" else path): words for path, words in invalid.errors.items()}
        return make_response(_draw(relation_id, form.refuse(renamed)), 422)
    return _back(relation_id, "added")


@blueprint.get("/relations/<uuid:relation_id>/links/<uuid:link_id>")
@requires("write")
def present(relation_id: UUID, link_id: UUID) -> str:
    """Show the form of a link."""
    link = _link(relation_id, link_id)
    return _draw_present(relation_id, link, Form.of([Section("", PRESENT)], link))


@blueprint.post("/relations/<uuid:relation_id>/links/<uuid:link_id>")
@requires("write")
def save(relation_id: UUID, link_id: UUID) -> Response:
    """Save the days and the note of a link; both versions are shown when somebody else was first."""
    link = _link(relation_id, link_id)
    form = Form.posted([Section("", PRESENT)], request.form)
    if conflict := differences(form, link):
        form.was = {control.field.path: drawn(control.field, link.get(control.field.path)) for control in form}
        return make_response(_draw_present(relation_id, link, form, conflict=tuple(conflict)), 412)
    try:
        send("relations", "PATCH", f"/relations/{relation_id}/links/{link_id}", form.changes())
    except Invalid as invalid:
        return make_response(_draw_present(relation_id, link, form.refuse(invalid.errors)), 422)
    return _back(relation_id, "saved")


@blueprint.post("/relations/<uuid:relation_id>/links/<uuid:link_id>/remove")
@requires("write")
def remove(relation_id: UUID, link_id: UUID) -> Response:
    """Remove a link."""
    send("relations", "DELETE", f"/relations/{relation_id}/links/{link_id}")
    return _back(relation_id, "removed")


@blueprint.get("/relations/choices")
@requires("read")
def choices() -> str:
    """Return the relations that may be meant, to choose from while typing."""
    return render_template("parts/choices.html", choices=[name for _id, name in _found(request.args.get("other", ""))])


PRESENT = (*period_fields(), Field(path="note", label=_l("Opmerking"), wide=True))
"""What may change of a link once it is there."""


def questions(found: Choices = ()) -> tuple[Field, ...]:
    """Return what is asked of a link; ``found`` are the relations that may be meant when there are several."""
    which = Field(
        path="other_id", label=_l("Wie bedoelt u?"), widget="select", choices=lambda: [("", ""), *found], wide=True
    )
    return (
        Field(path="type", label=_l("Deze relatie…"), widget="select", choices=link_choices),
        Field(
            path="other",
            label=_l("Andere relatie"),
            required=True,
            suggested_by="choices",
            hint=_l("Stukje naam, of # en het nummer."),
        ),
        *([which] if len(found) > 1 else []),
        *PRESENT,
    )


def link_choices() -> Choices:
    """Return the kinds of link from both ends; those that read alike from either end once."""
    found = fetch_or("relations", "/link-types", {"items": []})["items"]
    both = [
        pair
        for each in found
        for pair in (
            (each["code"], label_in_language(each)),
            (f"{each['code']}{REVERSE}", label_in_language(each, labels="labels_reverse")),
        )
    ]
    seen: dict[str, str] = {}
    for code, label in both:
        seen.setdefault(label, code)
    return [(code, label) for label, code in seen.items()]


def _found(asked: str) -> list[tuple[str, str]]:
    """Return the relations a text may mean: the one with the number it begins with, or those found by it."""
    asked = asked.strip()
    if not asked:
        return []
    number = asked.removeprefix("#").partition(" ")[0] if asked.startswith("#") else ""
    items: list[Document] = fetch("relations", "/relations", q=number or asked, limit=MOST)["items"]
    exact = [item for item in items if number and str(item["number"]) == number]
    return [(item["id"], f"#{item['number']} {item['display_name']}") for item in exact or items]


def _link(relation_id: UUID, link_id: UUID) -> Document:
    items: list[Document] = fetch("relations", f"/relations/{relation_id}/links")["items"]
    found = next((each for each in items if each["id"] == str(link_id)), None)
    if found is None:
        raise Unknown
    return found


def _draw_present(relation_id: UUID, link: Document, form: Form, *, conflict: tuple[dict[str, str], ...] = ()) -> str:
    back = relation_url(relation_id, "links")
    return draw(relation_id, "links", editing=Editing(link["id"], form, request.path, back, conflict))


def _draw(relation_id: UUID, form: Form) -> str:
    return draw(relation_id, "links", editing=Editing("new", form, request.path, relation_url(relation_id, "links")))


def _back(relation_id: UUID, done: str) -> Response:
    more: dict[str, Any] = {"relation_id": relation_id, "tab": "links", "done": done}
    return redirect(address_of("web.card.show", **more), 303)
