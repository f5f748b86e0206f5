"""Editing the card in its own place, block by block, without losing what was typed or what another saved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
from gateway.web.record_questions import (
    ADDRESS_REACH,
    FIRST_LABELS,
    address_form_fields,
    holder_lists,
    known_identity,
    varia_fields,
)
from gateway.web.rows import with_lists
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
    conflict = edited.elsewhere(form, relation)
    try:
        if conflict:
            raise ChangedMeanwhile
        # Another block may have been saved meanwhile: that is no conflict with this one.
        form.version = str(relation["version"])
        if changes:
            send("relations", "PATCH", f"/relations/{relation_id}", changes, version=relation["version"])
    except Invalid as invalid:
        return make_response(_draw_block(relation_id, block, edited.redrawn(form).refuse(invalid.errors)), 422)
    except ChangedMeanwhile:
        rebased = edited.rebased(form, relation)
        return make_response(_draw_block(relation_id, block, rebased, conflict=tuple(conflict)), 412)
    return _back(relation_id, edited.tab)


@blueprint.get("/relations/<uuid:relation_id>/communications/new")
@requires("write")
def new_communication(relation_id: UUID) -> str:
    """Show the form for another way to reach the relation."""
    return _draw_part(relation_id, "communication", "new", Form.blank(communication_sections()))


@blueprint.post("/relations/<uuid:relation_id>/communications/new")
@requires("write")
def add_communication(relation_id: UUID) -> Response:
    """Add a way to reach the relation."""
    form = Form.posted(communication_sections(), request.form)
    path = f"/relations/{relation_id}/communications"
    return _save_part(
        relation_id, "communication", "new", form, lambda it: send("relations", "POST", path, it.document())
    )


@blueprint.get("/relations/<uuid:relation_id>/communications/<uuid:entry_id>")
@requires("write")
def communication(relation_id: UUID, entry_id: UUID) -> str:
    """Show the form of one way to reach the relation."""
    form = Form.of(communication_sections(), _part(relation_id, "communications", entry_id))
    return _draw_part(relation_id, "communication", str(entry_id), form)


@blueprint.post("/relations/<uuid:relation_id>/communications/<uuid:entry_id>")
@requires("write")
def save_communication(relation_id: UUID, entry_id: UUID) -> Response:
    """Save one way to reach the relation."""
    return _save_present(relation_id, COMMUNICATIONS, entry_id)


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
    label = "" if relation["addresses"] else FIRST_LABELS.get(relation["kind"], "")
    form = Form.blank(address_sections(relation), {"country": "BE", "label": label or "other"})
    form["recipient_lines"].hint(relation["display_name"])
    for use in ("matter_correspondence", "mailing"):
        form[use].value = not any(address[use] for address in relation["addresses"])
    return _draw_part(relation_id, "addresses", "new", form)


@blueprint.post("/relations/<uuid:relation_id>/addresses/new")
@requires("write")
def add_address(relation_id: UUID) -> Response:
    """Add a contact address."""
    form = Form.posted(address_sections(fetch_whole(relation_id)), request.form)
    path = f"/relations/{relation_id}/addresses"
    return _save_part(relation_id, "addresses", "new", form, lambda it: send("relations", "POST", path, it.document()))


@blueprint.get("/relations/<uuid:relation_id>/addresses/<uuid:address_id>")
@requires("write")
def address(relation_id: UUID, address_id: UUID) -> str:
    """Show the form of a contact address."""
    relation = fetch_whole(relation_id)
    present = _part_of(relation, "addresses", address_id)
    if present is None:
        raise Unknown
    form = Form.of(address_sections(relation, present), present)
    return _draw_part(relation_id, "addresses", str(address_id), form)


@blueprint.post("/relations/<uuid:relation_id>/addresses/<uuid:address_id>")
@requires("write")
def save_address(relation_id: UUID, address_id: UUID) -> Response:
    """Save a contact address."""
    return _save_present(relation_id, ADDRESSES, address_id)


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
    return _draw_identity(relation, {**current, "valid_from": utc_now().date().isoformat()})


@blueprint.post("/relations/<uuid:relation_id>/identity/new")
@requires("write")
def add_identity(relation_id: UUID) -> Response:
    """Record a new version of the legal identity, or give its lists one row more or less."""
    relation = fetch_whole(relation_id)
    lists = holder_lists(relation["kind"])
    rows = [section for each in lists for section in each.sections(each.counted(request.form))]
    form = Form.posted([Section("", identity_fields(relation["kind"])), *rows], request.form)
    remove, room = request.form.get("remove", ""), request.form.get("go", "").removeprefix("more-")
    document = with_lists(form.document(), lists, without=remove)
    if remove or room:
        return make_response(_draw_identity(relation, document, room=room))
    path = f"/relations/{relation_id}/legal-identities"
    return _save_part(relation_id, "identity", "new", form, lambda _form: send("relations", "POST", path, document))


def _draw_identity(relation: Document, document: Document, *, room: str = "") -> str:
    kind = relation["kind"]
    held = {each.path: each.opened(document, room=each.path == room) for each in holder_lists(kind)}
    rows = [section for each in holder_lists(kind) for section in each.sections(len(held[each.path]))]
    form = Form.of([Section("", identity_fields(kind)), *rows], {**document, **held})
    return _draw_part(UUID(str(relation["id"])), "identity", "new", form)


@blueprint.post("/relations/<uuid:relation_id>/addresses/preview")
@requires("read")
def preview(relation_id: UUID) -> Response:
    """Return the lines that the address being typed would print."""
    relation = fetch_whole(relation_id)
    typed = Form.posted(address_sections(relation), request.form).document()
    whom = {"addressee": relation["display_name"], "language": relation["language"]}
    try:
        lines = send("relations", "POST", "/addresses/preview", {**typed, **whom})
    except (Invalid, Conflict):
        lines = {"lines": []}
    return make_response(render_template("card/lines.html", **lines))


@blueprint.post("/relations/<uuid:relation_id>/address-form/preview")
@requires("read")
def preview_address_form(relation_id: UUID) -> Response:
    """Return what the fields of the form of address will be when they are left empty, for the form being chosen."""
    relation = fetch_whole(relation_id)
    person = relation.get("person") or {}
    known = {
        "form": request.form.get("address_form.form", ""),
        "language": relation["language"],
        "name": relation["display_name"],
        "last_name": " ".join(person[part] for part in ("prefix", "last_name") if person.get(part)),
    }
    try:
        generated = send("relations", "POST", "/address-forms/preview", known)
    except Invalid:
        generated = {}
    form = Form.blank([Section("", address_form_fields(generated))])
    hints = [control for control in form if control.field.placeholder]
    return make_response(render_template("wizard/hints.html", hints=hints))


def communication_sections() -> Sequence[Section]:
    """Return what is asked of a way to reach somebody."""
    return [Section("", (*COMMUNICATION, *VALIDITY))]


def address_sections(relation: Document, present: Document | None = None) -> Sequence[Section]:
    """Return what is asked of a contact address of a relation."""
    varia = varia_fields("address", groups=relation["groups"], held=(present or {}).get("varia"))
    return [Section("", (*address_fields(), *ADDRESS_REACH, *VALIDITY, *varia))]


@dataclass(frozen=True)
class Parts:
    """A list of a relation that is edited one by one: where it stands, and what each asks."""

    name: str
    tab: str
    new: str
    sections: Callable[[Document, Document | None], Sequence[Section]]


COMMUNICATIONS = Parts(
    "communications",
    "communication",
    "web.edit.new_communication",
    lambda _relation, _present: communication_sections(),
)
ADDRESSES = Parts("addresses", "addresses", "web.edit.new_address", address_sections)


def _save_present(relation_id: UUID, parts: Parts, part_id: UUID) -> Response:
    """Save one of a list; both versions are shown when somebody else changed the same fields first.

    One that somebody else removed meanwhile can be added anew, with what was typed in it.
    """
    relation = fetch_whole(relation_id)
    present = _part_of(relation, parts.name, part_id)
    form = Form.posted(parts.sections(relation, present), request.form)
    if present is None:
        form.was = {}
        form.errors.append(str(_("Iemand anders heeft dit intussen verwijderd. Bewaar om het opnieuw toe te voegen.")))
        action = url_for(parts.new, relation_id=relation_id)
        return make_response(_draw_part(relation_id, parts.tab, "new", form, action=action), 409)
    conflict = differences(form, present)
    try:
        if conflict:
            raise ChangedMeanwhile
        path = f"/relations/{relation_id}/{parts.name}/{part_id}"
        send("relations", "PATCH", path, form.changes(), version=relation["version"])
    except Invalid as invalid:
        return make_response(_draw_part(relation_id, parts.tab, str(part_id), form.refuse(invalid.errors)), 422)
    except ChangedMeanwhile:
        form.was = {control.field.path: drawn(control.field, at(present, control.field.path)) for control in form}
        page = _draw_part(relation_id, parts.tab, str(part_id), form, conflict=tuple(conflict))
        return make_response(page, 412)
    return _back(relation_id, parts.tab)


def _part_of(relation: Document, name: str, part_id: UUID) -> Document | None:
    return next((part for part in relation[name] if part["id"] == str(part_id)), None)


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


def _draw_part(
    relation_id: UUID, tab: str, part: str, form: Form, *, action: str = "", conflict: tuple[dict[str, str], ...] = ()
) -> str:
    back = relation_url(relation_id, tab)
    return draw(relation_id, tab, editing=Editing(part, form, action or request.path, back, conflict))


def _save_part(relation_id: UUID, tab: str, part: str, form: Form, save: Save) -> Response:
    try:
        save(form)
    except Invalid as invalid:
        return make_response(_draw_part(relation_id, tab, part, form.refuse(invalid.errors)), 422)
    return _back(relation_id, tab)


def _back(relation_id: UUID, tab: str, *, done: str = "saved") -> Response:
    where = {"tab": tab} if tab != "overview" else {}
    return redirect(address_of("web.card.show", relation_id=relation_id, done=done, **where), 303)
