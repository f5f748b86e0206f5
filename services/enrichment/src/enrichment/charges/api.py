"""The ledger over HTTP."""

from flask import Response, jsonify
from flask_smorest import Blueprint

from enrichment.charges import queries
from enrichment.charges.domain import LedgerQuery
from enrichment.charges.schemas import ChargeOut, ChargePage, ChargesQuery
from shared.auth import requires
from shared.db import database
from shared.sight import hidden_relations

blueprint = Blueprint("charges", __name__, description="What queries cost")


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
