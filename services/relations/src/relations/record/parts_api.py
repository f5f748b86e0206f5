"""Addresses and communications of a relation over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response, current_app, jsonify, make_response
from flask_smorest import Blueprint

from relations.record import moving, parts, queries
from relations.record.addressing import address_somebody
from relations.record.document import printed_lines
from relations.record.errors import UnknownPart
from relations.record.models import Address, Communication
from relations.record.part_schemas import TypedAddress, TypedAddressForm
from relations.record.schemas import AddressFields, CommunicationFields, GeneratedAddressing, MoveFields, PreviewOut
from shared.auth import requires
from shared.db import database
from shared.idempotency import create_once

blueprint = Blueprint("parts", __name__, description="Addresses and communications of a relation")


def home_country() -> str:
    """Return the country from which the office posts its letters and reads phone numbers."""
    return str(current_app.extensions["settings"].home_country)


def one_of(document: dict[str, Any], kind: str, part_id: UUID) -> dict[str, Any]:
    """Return an address or communication of a relation document; raises ``UnknownPart``."""
    for part in document[kind]:
        if part["id"] == str(part_id):
            return dict(part)
    raise UnknownPart


@blueprint.get("/relations/<uuid:relation_id>/addresses")
@blueprint.response(200)
@requires("read")
def addresses(relation_id: UUID) -> Response:
    """Return the contact addresses of a relation."""
    return _list(relation_id, "addresses")


@blueprint.post("/relations/<uuid:relation_id>/addresses")
@blueprint.arguments(AddressFields())
@blueprint.response(201, AddressFields)
@requires("write")
def add_address(fields: dict[str, Any], relation_id: UUID) -> Response:
    """Add a contact address."""
    with database().transaction() as session:
        address = create_once(
            session,
            lambda: parts.add_address(session, relation_id, fields=fields),
            again=lambda part_id: session.get_one(Address, part_id),
            id_of=lambda made: made.id,
        )
        return make_response(jsonify(AddressFields().dump(address)), 201)


@blueprint.patch("/relations/<uuid:relation_id>/addresses/<uuid:address_id>")
@blueprint.arguments(AddressFields(partial=True))
@blueprint.response(200, AddressFields)
@requires("write")
def edit_address(fields: dict[str, Any], relation_id: UUID, address_id: UUID) -> Response:
    """Change the given fields of an address."""
    with database().transaction() as session:
        address = parts.edit_address(session, relation_id, address_id, fields=fields)
        return jsonify(AddressFields().dump(address))


@blueprint.delete("/relations/<uuid:relation_id>/addresses/<uuid:address_id>")
@blueprint.response(204)
@requires("write")
def remove_address(relation_id: UUID, address_id: UUID) -> None:
    """Remove an address."""
    with database().transaction() as session:
        parts.remove_address(session, relation_id, address_id)


@blueprint.get("/relations/<uuid:relation_id>/addresses/<uuid:address_id>/preview")
@blueprint.response(200, PreviewOut)
@requires("read")
def preview(relation_id: UUID, address_id: UUID) -> Response:
    """Return exactly the lines that a letter or label prints."""
    with database().reading() as connection:
        document = queries.document_by_id(connection, relation_id)
    address = one_of(document, "addresses", address_id)
    return _lines(address, language=document["language"], addressee=document["display_name"])


@blueprint.post("/addresses/preview")
@blueprint.arguments(TypedAddress())
@blueprint.response(200, PreviewOut)
@requires("read")
def preview_of_typed(fields: dict[str, Any]) -> Response:
    """Return the lines that an address being typed would print."""
    return _lines(fields, language=fields.pop("language"), addressee=fields.pop("addressee"))


@blueprint.post("/address-forms/preview")
@blueprint.arguments(TypedAddressForm())
@blueprint.response(200, GeneratedAddressing)
@requires("read")
def preview_of_address_form(fields: dict[str, str]) -> Response:
    """Return how somebody would be addressed whose name or form of address is being typed."""
    return jsonify(vars(address_somebody(**fields)))


@blueprint.get("/relations/<uuid:relation_id>/addresses/<uuid:address_id>/shared")
@blueprint.response(200)
@requires("read")
def shared_with(relation_id: UUID, address_id: UUID) -> Response:
    """Return who else uses this address."""
    with database().reading() as connection:
        queries.require_seen(connection, relation_id)
        items = moving.users_of_address(connection, relation_id, address_id)
    return jsonify({"items": items, "next_cursor": None})


@blueprint.post("/relations/<uuid:relation_id>/addresses/<uuid:address_id>/move")
@blueprint.arguments(MoveFields())
@blueprint.response(200)
@requires("write")
def move(command: dict[str, Any], relation_id: UUID, address_id: UUID) -> Response:
    """Give this address, and the same one of other relations, a new place."""
    with database().transaction() as session:
        moved = moving.move_address(
            session, relation_id, address_id, fields=command["place"], others=command["relation_ids"]
        )
    return jsonify({"items": moved})


@blueprint.get("/relations/<uuid:relation_id>/communications")
@blueprint.response(200)
@requires("read")
def communications(relation_id: UUID) -> Response:
    """Return the ways to reach a relation."""
    return _list(relation_id, "communications")


@blueprint.post("/relations/<uuid:relation_id>/communications")
@blueprint.arguments(CommunicationFields())
@blueprint.response(201, CommunicationFields)
@requires("write")
def add_communication(fields: dict[str, Any], relation_id: UUID) -> Response:
    """Add a way to reach the relation."""
    with database().transaction() as session:
        entry = create_once(
            session,
            lambda: parts.add_communication(session, relation_id, fields=fields),
            again=lambda part_id: session.get_one(Communication, part_id),
            id_of=lambda made: made.id,
        )
        return make_response(jsonify(CommunicationFields().dump(entry)), 201)


@blueprint.patch("/relations/<uuid:relation_id>/communications/<uuid:entry_id>")
@blueprint.arguments(CommunicationFields(partial=True))
@blueprint.response(200, CommunicationFields)
@requires("write")
def edit_communication(fields: dict[str, Any], relation_id: UUID, entry_id: UUID) -> Response:
    """Change the given fields of a communication."""
    with database().transaction() as session:
        entry = parts.edit_communication(session, relation_id, entry_id, fields=fields, region=home_country())
        return jsonify(CommunicationFields().dump(entry))


@blueprint.delete("/relations/<uuid:relation_id>/communications/<uuid:entry_id>")
@blueprint.response(204)
@requires("write")
def remove_communication(relation_id: UUID, entry_id: UUID) -> None:
    """Remove a communication."""
    with database().transaction() as session:
        parts.remove_communication(session, relation_id, entry_id)


def _list(relation_id: UUID, kind: str) -> Response:
    with database().reading() as connection:
        return jsonify({"items": queries.document_by_id(connection, relation_id)[kind], "next_cursor": None})


def _lines(address: dict[str, Any], *, language: str, addressee: str) -> Response:
    lines = printed_lines(address, home_country=home_country(), language=language, addressee=addressee)
    return jsonify({"lines": lines})
