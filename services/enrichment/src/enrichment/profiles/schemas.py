"""The wire shapes of profiles."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from enrichment.accounts.domain import NUMBER_OF_PROVIDER
from enrichment.alerts.schemas import AlertOut
from enrichment.charges.schemas import MATTER_NUMBER
from enrichment.lookups.facts import FactsOut, FiguresOut
from enrichment.lookups.schemas import ReceiptOut
from enrichment.profiles.domain import LookUpRelation


class LookupIn(Schema):
    """Which register to ask, and what to do with the answer."""

    provider = fields.String(required=True, validate=validate.OneOf(tuple(NUMBER_OF_PROVIDER)))
    update_legal_identity = fields.Boolean(load_default=False)
    charge_to_matter = fields.String(load_default=None, allow_none=True, validate=MATTER_NUMBER)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> LookUpRelation:
        """Hand over a command."""
        return LookUpRelation(**data)


class ProfileOut(Schema):
    """What one register says of a relation; ``reason`` says why one is pending or failed."""

    provider = fields.String()
    number = fields.String(allow_none=True)
    status = fields.String(validate=validate.OneOf(("pending", "found", "not_found", "failed")))
    reason = fields.String(allow_none=True)
    fetched_at = fields.DateTime(allow_none=True)
    facts = fields.Nested(FactsOut)
    figures = fields.Nested(FiguresOut)


class LookupOut(Schema):
    """What a look-up brought."""

    profile = fields.Nested(ProfileOut)
    alerts = fields.List(fields.Nested(AlertOut))
    charge = fields.Nested(ReceiptOut)
    legal_identity_updated = fields.Boolean()


class ProfilesOut(Schema):
    """Everything the registers say of a relation."""

    items = fields.List(fields.Nested(ProfileOut))


class RegisterPanelOut(Schema):
    """The register part of the card; empty while nothing is known."""

    profiles = fields.List(fields.Nested(ProfileOut))
    alerts = fields.List(fields.Nested(AlertOut))
