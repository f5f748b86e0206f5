"""The wire shapes of a relation and its parts; unknown fields are refused."""

from typing import Any

from flask import current_app
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from relations.record import numbers
from relations.record.domain import (
    ADDRESS_LABELS,
    CHOOSABLE_STATUSES,
    COMMUNICATION_KINDS,
    KINDS,
    LANGUAGES,
    STATUSES,
    EditRelation,
    RegisterRelation,
)
from shared.paging import PageQuery

CODE = validate.Regexp(r"^[a-z0-9_.-]{1,64}$", error="Use a code: small letters, digits, _ . -")


def line(longest: int, **options: Any) -> fields.String:
    """Return a single-line text field that strips white space and refuses control characters."""
    return Line(validate=[validate.Length(max=longest)], **{"load_default": "", **options})


class Line(fields.String):
    """A text on one line."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **options)
        if any(ord(sign) < 32 or ord(sign) == 127 for sign in text):
            raise ValidationError("Write this on one line, without control characters")
        return text.strip()


class Paragraphs(fields.String):
    """A text of several lines; PostgreSQL cannot keep a NUL character."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **options)
        return text.replace("\0", "")


class PersonFields(Schema):
    """The name of a natural person."""

    title = line(60)
    initials = line(30)
    first_names = line(120)
    call_name = line(60)
    prefix = line(30)
    last_name = line(120)
    birth_name = line(120)
    suffix = line(30)
    birth_date = fields.Date(allow_none=True, load_default=None)


class EntityFields(Schema):
    """The name of an entity."""

    legal_name = line(300)
    trade_names = fields.List(line(300), load_default=list, validate=validate.Length(max=50))
    short_name = line(100)
    legal_form = line(100)


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
    normalised = fields.String(dump_only=True)

    @post_load
    def normalise(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Add the form that is searched and dialled."""
        if "value" in data and "kind" in data:
            try:
                data["normalised"] = numbers.normalise_communication(
                    data["kind"], data["value"], region=current_app.extensions["settings"].home_country
                )
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
    country = Line(load_default="", validate=validate.Regexp(r"^([A-Z]{2})?$", error="Two capitals, such as BE or NL"))
    matter_correspondence = fields.Boolean(load_default=False)
    mailing = fields.Boolean(load_default=False)
    valid_from = fields.Date(allow_none=True, load_default=None)
    valid_to = fields.Date(allow_none=True, load_default=None)
    varia = fields.Dict(keys=fields.String(validate=CODE), load_default=dict)

    @validates_schema(skip_on_field_errors=True)
    def check(self, data: dict[str, Any], **_: Any) -> None:
        """Check what depends on more than one field."""
        if data.get("valid_from") and data.get("valid_to") and data["valid_to"] < data["valid_from"]:
            raise ValidationError({"valid_to": ["This is before the first day"]})

    @post_load
    def normalise(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Bring the postcode into its national form."""
        if "zip" in data and "country" in data:
            try:
                data["zip"] = numbers.check_postcode(data["zip"], country=data["country"])
            except numbers.NotValid as error:
                raise ValidationError({"zip": [str(error)]}) from error
        return data


class RelationFields(Schema):
    """What a user writes of a relation."""

    person = fields.Nested(PersonFields)
    entity = fields.Nested(EntityFields)
    display_name = line(300, load_default=None, allow_none=True)
    language = fields.String(load_default="nl", validate=validate.OneOf(LANGUAGES))
    status = fields.String(load_default="active", validate=validate.OneOf(CHOOSABLE_STATUSES))
    groups = fields.List(fields.String(validate=CODE), load_default=list, validate=validate.Length(max=30))
    identifiers = fields.Nested(IdentifierFields)
    communications = fields.List(
        fields.Nested(CommunicationFields), load_default=list, validate=validate.Length(max=100)
    )
    addresses = fields.List(fields.Nested(AddressFields), load_default=list, validate=validate.Length(max=100))
    varia = fields.Dict(keys=fields.String(validate=CODE), load_default=dict)
    memo = Paragraphs(load_default="", validate=validate.Length(max=20_000))
    warning = line(500)

    @validates_schema(skip_on_field_errors=True)
    def one_default_per_use(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse two addresses for the same use."""
        for use in ("matter_correspondence", "mailing"):
            marked = [position for position, address in enumerate(data.get("addresses", [])) if address.get(use)]
            if len(marked) > 1:
                raise ValidationError({"addresses": {marked[1]: {use: ["Another address has this use already"]}}})


class RelationIn(RelationFields):
    """A new relation."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))

    @validates_schema(skip_on_field_errors=True)
    def has_a_name(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a relation without any name."""
        if data.get("display_name"):
            return
        if data["kind"] == "natural_person":
            if not (data.get("person") or {}).get("last_name") and not (data.get("person") or {}).get("first_names"):
                raise ValidationError({"person": {"last_name": ["Give at least a last name"]}})
        elif not (data.get("entity") or {}).get("legal_name"):
            raise ValidationError({"entity": {"legal_name": ["Give the name"]}})

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> RegisterRelation:
        """Hand over a command."""
        kind = data.pop("kind")
        return RegisterRelation(kind=kind, fields=data)


class RelationPatch(RelationFields):
    """The fields of a relation to change (JSON merge patch)."""

    person = fields.Nested(PersonFields(partial=True))
    entity = fields.Nested(EntityFields(partial=True))
    identifiers = fields.Nested(IdentifierFields(partial=True))

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> EditRelation:
        """Hand over a command."""
        return EditRelation(data)


class CreateQuery(Schema):
    """What to do about likely doubles."""

    on_duplicate = fields.String(load_default="warn", validate=validate.OneOf(("warn", "refuse")))


class RelationQuery(PageQuery):
    """How to find relations."""

    q = fields.String(load_default="", validate=validate.Length(max=200))
    group = fields.String(validate=CODE)
    kind = fields.String(validate=validate.OneOf(KINDS))
    status = fields.String(validate=validate.OneOf(STATUSES))


class DuplicateOut(Schema):
    """A relation that may be the same one."""

    relation_id = fields.UUID()
    display_name = fields.String()
    number = fields.Integer()
    city = fields.String()
    score = fields.Integer()
    reasons = fields.List(fields.String())


class RelationOut(RelationFields):
    """A relation as it is."""

    id = fields.UUID()
    number = fields.Integer()
    kind = fields.String()
    sort_name = fields.String()
    version = fields.Integer()
    created_at = fields.DateTime()
    updated_at = fields.DateTime()
    duplicates = fields.List(fields.Nested(DuplicateOut))


class RelationSummary(Schema):
    """A relation in a list."""

    id = fields.UUID()
    number = fields.Integer()
    kind = fields.String()
    status = fields.String()
    display_name = fields.String()
    groups = fields.List(fields.String())
    city = fields.String()
    phone = fields.String()
    email = fields.String()
    updated_at = fields.DateTime()


class RelationPage(Schema):
    """A page of relations."""

    items = fields.List(fields.Nested(RelationSummary))
    next_cursor = fields.String(allow_none=True)
    total = fields.Integer()


class PreviewOut(Schema):
    """What a letter or label prints."""

    lines = fields.List(fields.String())


class LabelFields(Schema):
    """A label in the three languages of the screens."""

    nl = Line(required=True, validate=validate.Length(1, 60))
    fr = Line(required=True, validate=validate.Length(1, 60))
    en = Line(required=True, validate=validate.Length(1, 60))


class GroupFields(Schema):
    """A group of the office's own."""

    code = fields.String(required=True, validate=CODE)
    labels = fields.Nested(LabelFields, required=True)


class Ids(Schema):
    """Several relations at once."""

    relation_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 200))


class IndexQuery(Schema):
    """Which relations to list by group."""

    groups = fields.String(required=True)
    cursor = fields.UUID(load_default=None, allow_none=True)
    limit = fields.Integer(load_default=200, validate=validate.Range(1, 1000))
