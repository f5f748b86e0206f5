"""The wire shapes of the ledger."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from enrichment.charges.domain import OUTCOMES, LedgerQuery
from shared.paging import PageQuery

MATTER_NUMBER = validate.Regexp(r"^[A-Za-z0-9./_-]{1,40}$", error="Give the number of a matter")


class ChargeOut(Schema):
    """One query and what it cost; ``actor`` is the id of the user who asked."""

    id = fields.UUID()
    asked_at = fields.DateTime()
    completed_at = fields.DateTime(allow_none=True)
    actor = fields.String()
    automatic = fields.Boolean()
    relation_id = fields.UUID(allow_none=True)
    matter_number = fields.String(allow_none=True)
    provider = fields.String()
    operation = fields.String(validate=validate.OneOf(("company", "search")))
    price_cents = fields.Integer()
    outcome = fields.String(validate=validate.OneOf(OUTCOMES))


class BookingIn(Schema):
    """On which relation and matter a query is booked; what is left out stays."""

    relation_id = fields.UUID(allow_none=True, load_default=None)
    matter_number = fields.String(allow_none=True, load_default=None, validate=MATTER_NUMBER)


class ChargesQuery(PageQuery):
    """Which queries to show."""

    matter_number = fields.String(validate=MATTER_NUMBER)
    from_date = fields.Date(data_key="from")
    to_date = fields.Date(data_key="to")

    @post_load
    def to_query(self, data: dict[str, Any], **_: Any) -> LedgerQuery:
        """Hand over a query."""
        return LedgerQuery(**data)


class ChargePage(Schema):
    """A page of the ledger, latest first; ``sum_cents`` is over all pages."""

    items = fields.List(fields.Nested(ChargeOut))
    next_cursor = fields.String(allow_none=True)
    sum_cents = fields.Integer()
    total = fields.Integer()
