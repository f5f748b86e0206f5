"""Editing the card in its own place, block by block, without losing what was typed or what another saved."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.web.asking import fetch, fetch_whole, send
from gateway.web.blocks import BLOCKS
from gateway.web.card import Editing, draw
from gateway.web.confirming import asked_first
from gateway.web.conflicts import differences
from gateway.web.forms import Document, Form, Section, at, drawn
from gateway.web.known import relation_url
from gateway.web.marks import address_of
from gateway.web.questions import COMMUNICATION, VALIDITY, address_fields, identity_fields
from gateway.web.record_questions import ADDRESS_REACH, varia_fields
from shared.auth import requires
from shared.clock import utc_now
from shared.errors import ChangedMeanwhile, Conflict, Invalid, Unknown

blueprint = Blueprint("edit", __name__)

BLOCK = "/relations/<uuid:relation_id>/edit/<any(" + ", ".join(BLOCKS) + "):block>"

Save = Callable[[Form], Any]


@blueprint.get(BLOCK)
@requires("write")
def block(relation_id: UUID, block: str) -> str:
    """Show the card with one block open for editing."""
    relation = fetch_whole(relation_id)
    return _draw_block(relation_id, block, BLOCKS[block].opened(relation, room="more" in request.args))


@blueprint.post(BLOCK)
@requires("write")
def save_block(relation_id: UUID, block: str) -> Response:
    """Save a block; when somebody else changed the same fields first, show both versions and keep what was typed."""
    relation = fetch_whole(relation_id)
    edited = BLOCKS[block]
    form = edited.posted(relation, request.form)
    if "remove" in request.form or request.form.get("go") == "more":
        form = edited.redrawn(form, without=request.form.get("remove", ""), room="remove" not in request.form)
        return make_response(_draw_block(relation_id, block, form))
    changes = edited.changes(form)
    conflict = differences(form, relation)
    # Another block may have been saved meanwhile: that is no conflict with this one.
    version = form.version if conflict else relation["version"]
    form.version = str(relation["version"])
    try:
        if changes:
            send("relations", "PATCH", f"/relations/{relation_id}", changes, version=version)
    except Invalid as invalid:
        return make_response(_draw_block(relation_id, block, edited.redrawn(form).refuse(invalid.errors)), 422)
    except ChangedMeanwhile:
        form.was = {control.field.path: drawn(control.field, at(relation, control.field.path)) for control in form}
        return make_response(_draw_block(relation_id, block, form, conflict=tuple(conflict)), 412)
    return _back(relation_id, edited.tab)


@blueprint.get("/relations/<uuid:relation_id>/communications/new")
@requires("write")
def new_communication(relation_id: UUID) -> str:
    """Show the form for another way to reach the relation."""
    form = Form.blank([Section("", COMMUNICATION)])
    return _draw_part(relation_id, "communication", "new", form)


@blueprint.post("/relations/<uuid:relation_id>/communications/new")
@requires("write")
def add_communication(relation_id: UUID) -> Response:
    """Add a way to reach the relation."""
    form = Form.posted([Section("", COMMUNICATION)], request.form)
    path = f"/relations/{relation_id}/communications"
    return _save_part(
        relation_id, "communication", "new", form, lambda it: send("relations", "POST", path, it.document())
    )


@blueprint.get("/relations/<uuid:relation_id>/communications/<uuid:entry_id>")
@requires("write")
def communication(relation_id: UUID, entry_id: UUID) -> str:
    """Show the form of one way to reach the relation."""
    form = Form.of([Section("", COMMUNICATION)], _part(relation_id, "communications", entry_id))
    return _draw_part(relation_id, "communication", str(entry_id), form)


@blueprint.post("/relations/<uuid:relation_id>/communications/<uuid:entry_id>")
@requires("write")
def save_communication(relation_id: UUID, entry_id: UUID) -> Response:
    """Save one way to reach the relation."""
    form = Form.posted([Section("", COMMUNICATION)], request.form)
    path = f"/relations/{relation_id}/communications/{entry_id}"
    return _save_part(
        relation_id, "communication", str(entry_id), form, lambda it: send("relations", "PATCH", path, it.changes())
    )


@blueprint.post("/relations/<uuid:relation_id>/communications/<uuid:entry_id>/remove")
@requires("write")
def remove_communication(relation_id: UUID, entry_id: UUID) -> Response:
    """Remove one way to reach the relation, once that is confirmed."""
    question = _("Dit communicatiegegeven verwijderen?")
    if asking := asked_first(question, back=relation_url(relation_id, "communication")):
        return asking
    send("relations", "DELETE", f"/relations/{relation_id}/communications/{entry_id}")
    return _back(relation_id, "communication", done="removed")


@blueprint.get("/relations/<uuid:relation_id>/addresses/new")
@requires("write")
def new_address(relation_id: UUID) -> str:
    """Show the form for another contact address."""
    relation = fetch_whole(relation_id)
    form = Form.blank(address_sections(), {"country": "BE", "recipient_lines": [relation["display_name"]]})
    for use in ("matter_correspondence", "mailing"):
        form[use].value = not any(address[use] for address in relation["addresses"])
    return _draw_part(relation_id, "addresses", "new", form)


@blueprint.post("/relations/<uuid:relation_id>/addresses/new")
@requires("write")
def add_address(relation_id: UUID) -> Response:
    """Add a contact address."""
    form = Form.posted(address_sections(), request.form)
    path = f"/relations/{relation_id}/addresses"
    return _save_part(relation_id, "addresses", "new", form, lambda it: send("relations", "POST", path, it.document()))


@blueprint.get("/relations/<uuid:relation_id>/addresses/<uuid:address_id>")
@requires("write")
def address(relation_id: UUID, address_id: UUID) -> str:
    """Show the form of a contact address."""
    form = Form.of(address_sections(), _part(relation_id, "addresses", address_id))
    return _draw_part(relation_id, "addresses", str(address_id), form)


@blueprint.post("/relations/<uuid:relation_id>/addresses/<uuid:address_id>")
@requires("write")
def save_address(relation_id: UUID, address_id: UUID) -> Response:
    """Save a contact address."""
    form = Form.posted(address_sections(), request.form)
    path = f"/relations/{relation_id}/addresses/{address_id}"
    return _save_part(
        relation_id, "addresses", str(address_id), form, lambda it: send("relations", "PATCH", path, it.changes())
    )


@blueprint.post("/relations/<uuid:relation_id>/addresses/<uuid:address_id>/remove")
@requires("write")
def remove_address(relation_id: UUID, address_id: UUID) -> Response:
    """Remove a contact address, once that is confirmed."""
    if asking := asked_first(_("Dit adres verwijderen?"), back=relation_url(relation_id, "addresses")):
        return asking
    send("relations", "DELETE", f"/relations/{relation_id}/addresses/{address_id}")
    return _back(relation_id, "addresses", done="removed")


@blueprint.get("/relations/<uuid:relation_id>/identity/new")
@requires("write")
def new_identity(relation_id: UUID) -> str:
    """Show the form for a new version of the legal identity, filled with the current one."""
    relation = fetch_whole(relation_id)
    versions = fetch("relations", f"/relations/{relation_id}/legal-identities")["items"]
    current = next((version for version in versions if version.get("current")), known_identity(relation))
    form = Form.blank(
        [Section("", identity_fields(relation["kind"]))],
        {**current, "valid_from": utc_now().date().isoformat()},
    )
    return _draw_part(relation_id, "identity", "new", form)


@blueprint.post("/relations/<uuid:relation_id>/identity/new")
@requires("write")
def add_identity(relation_id: UUID) -> Response:
    """Record a new version of the legal identity."""
    relation = fetch_whole(relation_id)
    form = Form.posted([Section("", identity_fields(relation["kind"]))], request.form)
    path = f"/relations/{relation_id}/legal-identities"
    return _save_part(relation_id, "identity", "new", form, lambda it: send("relations", "POST", path, it.document()))


@blueprint.post("/addresses/preview")
@requires("read")
def preview() -> Response:
    """Return the lines that the address being typed would print."""
    try:
        lines = send(
            "relations", "POST", "/addresses/preview", Form.posted(address_sections(), request.form).document()
        )
    except (Invalid, Conflict):
        lines = {"lines": []}
    return make_response(render_template("card/lines.html", **lines))


def address_sections() -> Sequence[Section]:
    """Return what is asked of a contact address."""
    return [Section("", (*address_fields(), *ADDRESS_REACH, *VALIDITY, *varia_fields("address")))]


def known_identity(relation: Document) -> Document:
    """Return what the relation itself already tells of its legal identity."""
    person, entity = relation.get("person") or {}, relation.get("entity") or {}
    names = (person.get("first_names"), person.get("prefix"), person.get("last_name"))
    return {
        **{kind: value for kind, value in relation["identifiers"].items() if value},
        "legal_name": entity.get("legal_name", ""),
        "legal_form": entity.get("legal_form", ""),
        "official_names": " ".join(name for name in names if name),
        "birth_date": person.get("birth_date"),
    }


def _part(relation_id: UUID, kind: str, part_id: UUID) -> Document:
    parts: list[Document] = fetch("relations", f"/relations/{relation_id}/{kind}")["items"]
    found = next((part for part in parts if part["id"] == str(part_id)), None)
    if found is None:
        raise Unknown
    return found


def _draw_block(relation_id: UUID, block: str, form: Form, *, conflict: tuple[dict[str, str], ...] = ()) -> str:
    tab = BLOCKS[block].tab
    action = url_for("web.edit.save_block", relation_id=relation_id, block=block)
    return draw(relation_id, tab, editing=Editing(block, form, action, relation_url(relation_id, tab), conflict))


def _draw_part(relation_id: UUID, tab: str, part: str, form: Form) -> str:
    return draw(relation_id, tab, editing=Editing(part, form, request.path, relation_url(relation_id, tab)))


def _save_part(relation_id: UUID, tab: str, part: str, form: Form, save: Save) -> Response:
    try:
        save(form)
    except Invalid as invalid:
        return make_response(_draw_part(relation_id, tab, part, form.refuse(invalid.errors)), 422)
    return _back(relation_id, tab)


def _back(relation_id: UUID, tab: str, *, done: str = "saved") -> Response:
    where = {"tab": tab} if tab != "overview" else {}
    return redirect(address_of("web.card.show", relation_id=relation_id, done=done, **where), 303)
