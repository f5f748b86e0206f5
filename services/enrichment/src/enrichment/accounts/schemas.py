"""The wire shapes of accounts."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from enrichment.accounts.domain import SaveAccount

PRICE = validate.Range(0, 1_000_000)


class AccountIn(Schema):
    """What an administrator sets; the password goes in and never comes out."""

    username = fields.String(required=True, validate=validate.Length(1, 128))
    password = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 256))
    base_urls = fields.List(fields.String(), load_default=list, validate=validate.Length(max=4))
    price_cents = fields.Integer(load_default=0, validate=PRICE)
    search_price_cents = fields.Integer(load_default=0, validate=PRICE)
    monthly_cap = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(0, 1_000_000))
    auto_enrich = fields.Boolean(load_default=False)
    licensed = fields.Boolean(load_default=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> SaveAccount:
        """Hand over a command."""
        return SaveAccount(**data)


class AccountOut(Schema):
    """An account without its password; ``monthly_cap`` counts paid queries a calendar month, null is no cap."""

    provider = fields.String()
    configured = fields.Boolean()
    username = fields.String()
    base_urls = fields.List(fields.String())
    allowed_urls = fields.List(fields.String())
    price_cents = fields.Integer()
    search_price_cents = fields.Integer()
    monthly_cap = fields.Integer(allow_none=True)
    queries_this_month = fields.Integer()
    auto_enrich = fields.Boolean()
    licensed = fields.Boolean()
    version = fields.Integer()


class BalanceOut(Schema):
    """What the account has left."""

    provider = fields.String()
    balance = fields.Decimal(as_string=True, places=2)
    currency = fields.String()
    asked_at = fields.DateTime()
