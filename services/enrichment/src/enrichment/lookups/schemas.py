"""The wire shapes of questions to registers."""

from marshmallow import Schema, fields, validate

from enrichment.alerts.schemas import AlertOut
from enrichment.lookups.facts import FactsOut, FiguresOut, HitOut


class SearchQuery(Schema):
    """A piece of a company's name."""

    q = fields.String(required=True, validate=validate.Length(2, 100))


class ReceiptOut(Schema):
    """What a query cost; ``cached`` ones cost nothing."""

    id = fields.UUID()
    outcome = fields.String()
    price_cents = fields.Integer()
    matter_number = fields.String(allow_none=True)


class CompanyOut(Schema):
    """A company as a register knows it."""

    provider = fields.String()
    number = fields.String()
    fetched_at = fields.DateTime()
    facts = fields.Nested(FactsOut)
    figures = fields.Nested(FiguresOut)
    alerts = fields.List(fields.Nested(AlertOut))
    charge = fields.Nested(ReceiptOut)


class SearchOut(Schema):
    """What a search found."""

    provider = fields.String()
    fetched_at = fields.DateTime()
    items = fields.List(fields.Nested(HitOut))
    charge = fields.Nested(ReceiptOut)
