"""The wire shapes of the parts of a relation."""

from collections.abc import Callable
from functools import partial
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from relations.record import numbers
from relations.record.addressing import FORMS
from relations.record.domain import (
    ADDRESS_LABELS,
    ALIAS_KINDS,
    COMMUNICATION_KINDS,
    CONFIDENTIALITY,
    LANGUAGES,
    VAT_REGIMES,
)
from relations.record.home import home_country
from relations.record.lines import CODE, COUNTRY, Line, line


class IdentifierFields(Schema):
    """Official numbers; each is checked and brought into its plain form."""

    kbo = line(32, load_default=None, allow_none=True)
    kvk = line(32, load_default=None, allow_none=True)
    rsin = line(32, load_default=None, allow_none=True)
    vat = line(32, load_default=None, allow_none=True)
    establishment = line(32, load_default=None, allow_none=True)

    @post_load
    def normalise(self, data: dict[str, Any], **_: Any) -> dict[str, str | None]:
        """Check every number that is given."""
        checked: dict[str, str | None] = {}
        complaints: dict[str, list[str]] = {}
        for kind, value in data.items():
            try:
                checked[kind] = numbers.normalise_identifier(kind, value) if value else None
            except numbers.NotValid as error:
                complaints[kind] = [str(error)]
        if complaints:
            raise ValidationError(complaints)
        return checked


class CommunicationFields(Schema):
    """A way to reach a relation."""

    id = fields.UUID()
    kind = fields.String(required=True, validate=validate.OneOf(COMMUNICATION_KINDS))
    value = Line(required=True, validate=validate.Length(1, 254))
    label = line(60)
    preferred = fields.Boolean(load_default=False)
    do_not_use = fields.Boolean(load_default=False)
    valid_from = fields.Date(allow_none=True, load_default=None)
    valid_to = fields.Date(allow_none=True, load_default=None)
    normalised = fields.String(dump_only=True)

    @validates_schema(skip_on_field_errors=True)
    def check(self, data: dict[str, Any], **_: Any) -> None:
        """Check what depends on more than one field."""
        check_period(data)

    @post_load
    def normalise(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Add the form that is searched and dialled."""
        if "value" in data and "kind" in data:
            try:
                data["normalised"] = numbers.normalise_communication(data["kind"], data["value"], region=home_country())
            except numbers.NotValid as error:
                raise ValidationError({"value": [str(error)]}) from error
        return data


class AddressFields(Schema):
    """A contact address."""

    id = fields.UUID()
    label = fields.String(load_default="other", validate=validate.OneOf(ADDRESS_LABELS))
    recipient_lines = fields.List(line(120), load_default=list, validate=validate.Length(max=6))
    contact_person = line(120)
    title = line(120)
    building = line(120)
    street = line(120)
    number = line(20)
    box = line(20)
    zip = line(16)
    city = line(80)
    country = Line(load_default="", validate=COUNTRY)
    phone = line(40)
    email = line(254)
    matter_correspondence = fields.Boolean(load_default=False)
    mailing = fields.Boolean(load_default=False)
    valid_from = fields.Date(allow_none=True, load_default=None)
    valid_to = fields.Date(allow_none=True, load_default=None)
    varia = fields.Dict(keys=fields.String(validate=CODE), load_default=dict)

    @validates_schema(skip_on_field_errors=True)
    def check(self, data: dict[str, Any], **_: Any) -> None:
        """Check what depends on more than one field."""
        check_period(data)
        region = data.get("country") or home_country()
        for kind, check in (
            ("phone", partial(numbers.normalise_phone, region=region)),
            ("email", numbers.normalise_email),
        ):
            if data.get(kind):
                _refuse_not_valid(kind, check, data[kind])

    @post_load
    def normalise(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Bring the postcode into its national form."""
        if "zip" in data and "country" in data:
            try:
                data["zip"] = numbers.check_postcode(data["zip"], country=data["country"])
            except numbers.NotValid as error:
                raise ValidationError({"zip": [str(error)]}) from error
        return data


class TypedAddress(AddressFields):
    """A contact address that is being typed, with whom it belongs to, in case it names nobody itself."""

    language = fields.String(load_default="nl", validate=validate.OneOf(LANGUAGES))
    addressee = line(300)


class AliasFields(Schema):
    """Another name, with the days it was in use."""

    id = fields.UUID()
    kind = fields.String(required=True, validate=validate.OneOf(ALIAS_KINDS))
    name = Line(required=True, validate=validate.Length(1, 300))
    valid_from = fields.Date(allow_none=True, load_default=None)
    valid_to = fields.Date(allow_none=True, load_default=None)

    @validates_schema(skip_on_field_errors=True)
    def check(self, data: dict[str, Any], **_: Any) -> None:
        """Check what depends on more than one field."""
        check_period(data)


class AddressFormFields(Schema):
    """How a relation is addressed; what is empty is generated."""

    form = fields.String(load_default="", validate=validate.OneOf(("", *FORMS)))
    salutation = line(200)
    letter_opening = line(200)
    letter_closing = line(300)


class GeneratedAddressing(Schema):
    """What is generated by form of address and language."""

    salutation = fields.String()
    letter_opening = fields.String()
    letter_closing = fields.String()


class TypedAddressForm(Schema):
    """What is known of somebody while a form is being filled in."""

    form = fields.String(load_default="", validate=validate.OneOf(("", *FORMS)))
    language = fields.String(load_default="nl", validate=validate.OneOf(LANGUAGES))
    name = line(300)
    last_name = line(160)


class ConfidentialityFields(Schema):
    """Who sees more than the name: everybody, or only the users named (and administrators)."""

    level = fields.String(required=True, validate=validate.OneOf(CONFIDENTIALITY))
    users = fields.List(Line(validate=validate.Length(1, 64)), load_default=list, validate=validate.Length(max=200))


class AccountingFields(Schema):
    """What the bookkeeping knows."""

    debtor_number = line(32)
    creditor_number = line(32)
    vat_regime = fields.String(load_default="", validate=validate.OneOf(("", *VAT_REGIMES)))
    payment_term_days = fields.Integer(strict=True, allow_none=True, load_default=None, validate=validate.Range(0, 365))
    invoice_language = fields.String(load_default="", validate=validate.OneOf(("", *LANGUAGES)))
    invoice_email = line(254)
    invoice_address_id = fields.UUID(allow_none=True, load_default=None)
    invoice_address = fields.Integer(
        strict=True,
        load_only=True,
        validate=validate.Range(0, 99),
        metadata={"description": "Instead of invoice_address_id: the place in `addresses` of this body, from 0"},
    )
    credit_block = fields.Boolean(load_default=False)

    @validates_schema(skip_on_field_errors=True)
    def check(self, data: dict[str, Any], **_: Any) -> None:
        """Check the e-mail address."""
        if data.get("invoice_email"):
            _refuse_not_valid("invoice_email", numbers.normalise_email, data["invoice_email"])


class BankAccountFields(Schema):
    """A bank account; the numbers are checked and brought into their plain form."""

    id = fields.UUID()
    iban = Line(required=True, validate=validate.Length(1, 64))
    bic = line(20)
    holder = line(120)
    purpose = line(60)

    @post_load
    def normalise(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Bring the numbers into their plain form."""
        for kind, plain in (("iban", numbers.normalise_iban), ("bic", numbers.normalise_bic)):
            if data.get(kind):
                data[kind] = _refuse_not_valid(kind, plain, data[kind])
        return data


def check_period(data: dict[str, Any]) -> None:
    """Refuse a last day before the first one."""
    if data.get("valid_from") and data.get("valid_to") and data["valid_to"] < data["valid_from"]:
        raise ValidationError({"valid_to": ["This is before the first day"]})


def _refuse_not_valid(field: str, plain: Callable[[str], str], value: str) -> str:
    try:
        return plain(value)
    except numbers.NotValid as error:
        raise ValidationError({field: [str(error)]}) from error
