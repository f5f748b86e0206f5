"""The ledger over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify
from flask_smorest import Blueprint

from enrichment.charges import actions, queries
from enrichment.charges.domain import LedgerQuery
from enrichment.charges.schemas import BookingIn, ChargeOut, ChargePage, ChargesQuery
from shared.auth import principal, requires
from shared.db import database
from shared.sight import hidden_relations

blueprint = Blueprint("charges", __name__, description="What queries cost")


@blueprint.patch("/charges/<uuid:charge_id>")
@blueprint.arguments(BookingIn)
@blueprint.response(200, ChargeOut)
@requires("write")
def book(booking: dict[str, Any], charge_id: UUID) -> Response:
    """Book one's own query, made before its relation existed, on that relation and the matter that pays for it."""
    with database().transaction() as session:
        charge = actions.book_charge(session, charge_id, actor=principal().actor, **booking)
        return jsonify(ChargeOut().dump(charge))


@blueprint.get("/charges")
@blueprint.arguments(ChargesQuery, location="query")
@blueprint.response(200, ChargePage)
@requires("read")
def ledger(query: LedgerQuery) -> Response:
    """Return the ledger of queries, latest first; of a confidential relation what was paid, and not for whom."""
    hidden = hidden_relations()
    with database().transaction() as session:
        page = queries.ledger(session, query)
    items = ChargeOut(many=True).dump(page["items"])
    for item, charge in zip(items, page["items"], strict=True):
        if charge.relation_id in hidden:
            item["relation_id"] = item["matter_number"] = None
    return jsonify({**page, "items": items})
