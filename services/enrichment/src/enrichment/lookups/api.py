"""Asking a register before a relation exists."""

from typing import Any

from flask import Response, current_app, jsonify
from flask_smorest import Blueprint

from enrichment.accounts.domain import is_number_of
from enrichment.accounts.problems import refuse_unknown_provider
from enrichment.alerts.schemas import alert_shown
from enrichment.charges.domain import Occasion
from enrichment.lookups.domain import Question, plain_name, plain_number
from enrichment.lookups.enquiries import Enquiries
from enrichment.lookups.problems import MalformedNumber, UnknownCompany
from enrichment.lookups.schemas import CompanyOut, ReceiptOut, SearchOut, SearchQuery
from shared.auth import principal, requires

blueprint = Blueprint("lookups", __name__, url_prefix="/registers", description="Companies as registers know them")


@blueprint.get("/<provider>/companies/<number>")
@blueprint.response(200, CompanyOut)
@requires("read", licence="companyinfo")
def look_up(provider: str, number: str) -> Response:
    """Return a company by its number in the register; paid once in a day, whoever asks."""
    refuse_unknown_provider(provider)
    plain = plain_number(number)
    if not is_number_of(provider, plain):
        raise MalformedNumber
    enquiries: Enquiries = current_app.extensions["enquiries"]
    question = Question(provider=provider, operation="company", subject=plain)
    answer = enquiries.ask(question, occasion=Occasion(actor=principal().actor))
    if answer.outcome == "not_found":
        raise UnknownCompany(UnknownCompany.title)
    content = answer.content
    return jsonify(
        {
            "provider": provider,
            "number": question.subject,
            "fetched_at": answer.fetched_at,
            "facts": content["facts"],
            "figures": content["figures"],
            "alerts": [
                alert_shown(**alert, provider=provider, language=principal().language) for alert in content["alerts"]
            ],
            "charge": ReceiptOut().dump(answer.receipt),
        }
    )


@blueprint.get("/<provider>/search")
@blueprint.arguments(SearchQuery, location="query")
@blueprint.response(200, SearchOut)
@requires("read", licence="companyinfo")
def search(query: dict[str, Any], provider: str) -> Response:
    """Return the companies whose name has this piece; the first page of the register's own search."""
    refuse_unknown_provider(provider)
    enquiries: Enquiries = current_app.extensions["enquiries"]
    question = Question(provider=provider, operation="search", subject=plain_name(query["q"]))
    answer = enquiries.ask(question, occasion=Occasion(actor=principal().actor))
    return jsonify(
        {
            "provider": provider,
            "fetched_at": answer.fetched_at,
            "items": answer.content["items"],
            "charge": ReceiptOut().dump(answer.receipt),
        }
    )
