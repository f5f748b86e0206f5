"""Who else uses an address, and giving all of them the new one when a company moves."""

from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from gateway.web.asking import fetch, send
from gateway.web.forms import Document, Field, Form, Section
from gateway.web.known import relation_url
from gateway.web.marks import address_of
from gateway.web.questions import address_fields
from gateway.web.record_questions import one_line
from gateway.web.wording import ADDRESS_LABELS, word
from shared.auth import requires
from shared.errors import Invalid, Unknown

blueprint = Blueprint("shared_addresses", __name__)

PLACE = ("building", "street", "number", "box", "zip", "city", "country")
SHARED = "/relations/<uuid:relation_id>/addresses/<uuid:address_id>/shared"


@blueprint.get(SHARED)
@requires("write")
def show(relation_id: UUID, address_id: UUID) -> str:
    """Show who else uses the address, and the form for the new one."""
    return _page(relation_id, address_id, Form.of(_sections(), _address(relation_id, address_id)))


@blueprint.post(SHARED)
@requires("write")
def move(relation_id: UUID, address_id: UUID) -> Response:
    """Give the address its new place, here and with those that were ticked."""
    form = Form.posted(_sections(), request.form)
    body = {
        "fields": {control.field.path: control.sent() for control in form},
        "relation_ids": request.form.getlist("relation_ids"),
    }
    try:
        send("relations", "POST", f"/relations/{relation_id}/addresses/{address_id}/move", body)
    except Invalid as invalid:
        errors = {path.removeprefix("fields."): words for path, words in invalid.errors.items()}
        return make_response(_page(relation_id, address_id, form.refuse(errors)), 422)
    return redirect(address_of("web.card.show", relation_id=relation_id, tab="addresses", done="moved"), 303)


def _page(relation_id: UUID, address_id: UUID, form: Form) -> str:
    address = _address(relation_id, address_id)
    items = fetch("relations", f"/relations/{relation_id}/addresses/{address_id}/shared")["items"]
    ticked = request.form.getlist("relation_ids") if request.method == "POST" else [str(item["id"]) for item in items]
    return render_template(
        "card/shared_address.html",
        form=form,
        address=one_line(address),
        users=[
            {
                "id": item["id"],
                "name": item["display_name"],
                "number": item["number"],
                "url": relation_url(item["id"], "addresses"),
                "label": word(ADDRESS_LABELS, item.get("label", "")),
                "ticked": str(item["id"]) in ticked,
            }
            for item in items
        ],
        back=relation_url(relation_id, "addresses"),
    )


def _sections() -> list[Section]:
    asked = {field.path: field for field in address_fields()}
    fields: tuple[Field, ...] = tuple(asked[name] for name in PLACE)
    return [Section(_l("Nieuwe plaats"), fields)]


def _address(relation_id: UUID, address_id: UUID) -> Document:
    addresses: list[Document] = fetch("relations", f"/relations/{relation_id}/addresses")["items"]
    found = next((each for each in addresses if each["id"] == str(address_id)), None)
    if found is None:
        raise Unknown
    return found
