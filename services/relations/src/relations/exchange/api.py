"""Relations as vCards over HTTP."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from relations.exchange.card_writing import cards_of
from relations.record import queries
from relations.record.document import documents
from relations.record.domain import Picture
from relations.record.errors import UnknownRelation
from relations.record.photo import pictures_of
from relations.record.schemas import Ids
from shared.auth import requires
from shared.db import database

blueprint = Blueprint("exchange", __name__, description="Relations as vCards")


class CardQuery(Schema):
    """Which version of the standard the cards follow."""

    version = fields.String(load_default="3.0", validate=validate.OneOf(("3.0", "4.0")))


@blueprint.get("/relations/<uuid:relation_id>.vcf")
@blueprint.arguments(CardQuery(), location="query")
@blueprint.response(200, content_type="text/vcard")
@requires("read")
def card(query: dict[str, Any], relation_id: UUID) -> Response:
    """Return one relation as a vCard."""
    with database().reading() as connection:
        document = queries.document_by_id(connection, relation_id)
        pictures = pictures_of(connection, [document])
    return _file([document], pictures, version=query["version"], name=str(document["number"]))


@blueprint.post("/relations/vcf")
@blueprint.arguments(Ids())
@blueprint.arguments(CardQuery(), location="query")
@blueprint.response(200, content_type="text/vcard")
@requires("export")
def cards(body: dict[str, Any], query: dict[str, Any]) -> Response:
    """Return a selection of relations as one file of vCards, in the order asked for; raises ``UnknownRelation``."""
    wanted = list(dict.fromkeys(body["relation_ids"]))
    with database().reading() as connection:
        found = documents(connection, wanted)
        pictures = pictures_of(connection, list(found.values()))
    if len(found) < len(wanted):
        raise UnknownRelation
    chosen = [found[relation_id] for relation_id in wanted]
    return _file(chosen, pictures, version=query["version"], name="relations")


def _file(found: Sequence[dict[str, Any]], pictures: dict[UUID, Picture], *, version: Any, name: str) -> Response:
    response = Response(cards_of(found, version=version, pictures=pictures), mimetype="text/vcard")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.vcf"'
    return response
