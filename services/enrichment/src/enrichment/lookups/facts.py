"""What is kept and shown of a company's facts, as JSON.

The register's own answer is not kept: it names contact persons that nobody asked for.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields

from enrichment.providers.alerts import alerts_of
from enrichment.providers.port import CompanyFacts, CompanyHit, Money


class AddressOut(Schema):
    """An address in parts; what the register does not know is empty."""

    street = fields.String()
    house_number = fields.String()
    house_number_addition = fields.String()
    postcode = fields.String()
    city = fields.String()
    country = fields.String()


class ActivityOut(Schema):
    """A code of the standard industrial classification with its text."""

    code = fields.String()
    text = fields.String()


class InsolvencyEventOut(Schema):
    """One publication about an insolvency."""

    publication = fields.String()
    description = fields.String()
    on = fields.Date(allow_none=True)


class RelatedCompanyOut(Schema):
    """Another company of the same group."""

    number = fields.String()
    name = fields.String()


class FactsOut(Schema):
    """What the register says of a company; null is what it does not say."""

    number = fields.String()
    number_kind = fields.String()
    legal_name = fields.String()
    trade_names = fields.List(fields.String())
    legal_form = fields.String()
    rsin = fields.String(allow_none=True)
    vat_number = fields.String(allow_none=True)
    establishment_number = fields.String(allow_none=True)
    visiting_address = fields.Nested(AddressOut, allow_none=True)
    postal_address = fields.Nested(AddressOut, allow_none=True)
    telephone = fields.String()
    website = fields.String()
    activities = fields.List(fields.Nested(ActivityOut))
    founded_on = fields.Date(allow_none=True)
    discontinued_on = fields.Date(allow_none=True)
    economically_active = fields.Boolean(allow_none=True)
    bankruptcy = fields.Boolean()
    suspension_of_payments = fields.Boolean()
    insolvency_events = fields.List(fields.Nested(InsolvencyEventOut))
    parent = fields.Nested(RelatedCompanyOut, allow_none=True)


class FiguresOut(Schema):
    """The figures of the latest financial year, in whole units of the currency; empty when none are known."""

    year = fields.Integer()
    currency = fields.String()
    turnover = fields.Float(allow_none=True)
    profit = fields.Float(allow_none=True)
    assets = fields.Float(allow_none=True)
    personnel = fields.Integer(allow_none=True)


class HitOut(Schema):
    """One company found by its name."""

    number = fields.String()
    number_kind = fields.String()
    name = fields.String()
    street = fields.String()
    city = fields.String()
    economically_active = fields.Boolean(allow_none=True)


def content_of_company(facts: CompanyFacts) -> dict[str, Any]:
    """Return what is kept of a company: facts, figures and the alerts that follow from them."""
    alerts = [
        {
            "code": alert.code,
            "severity": alert.severity,
            "since": alert.since.isoformat() if alert.since else None,
        }
        for alert in alerts_of(facts)
    ]
    return {"facts": FactsOut().dump(facts), "figures": _figures_of(facts), "alerts": alerts}


def content_of_search(hits: Sequence[CompanyHit]) -> dict[str, Any]:
    """Return what is kept of a search."""
    return {"items": HitOut(many=True).dump(hits)}


def _figures_of(facts: CompanyFacts) -> dict[str, Any]:
    year, found = facts.annual_figures, {}
    if year is not None:
        amounts = {"turnover": year.turnover, "profit": year.profit, "assets": year.assets}
        currencies = [money.currency for money in amounts.values() if money]
        found = {"year": year.year, "currency": currencies[0] if currencies else "EUR"}
        found |= {name: _plain(money) for name, money in amounts.items()}
    if facts.personnel is not None:
        found["personnel"] = facts.personnel
    return found


def _plain(money: Money | None) -> int | float | None:
    if money is None:
        return None
    return int(money.amount) if money.amount == money.amount.to_integral_value() else float(Decimal(money.amount))
