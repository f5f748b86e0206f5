"""The wire shapes of a relation and its parts; unknown fields are refused."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from relations.record.domain import (
    CHOOSABLE_STATUSES,
    KINDS,
    LANGUAGES,
    STATUSES,
    WARNING_COLOURS,
    EditRelation,
    RegisterRelation,
)
from relations.record.lines import CODE as CODE
from relations.record.lines import Line as Line
from relations.record.lines import Paragraphs as Paragraphs
from relations.record.lines import line as line
from relations.record.part_schemas import AccountingFields as AccountingFields
from relations.record.part_schemas import AddressFields as AddressFields
from relations.record.part_schemas import AddressFormFields as AddressFormFields
from relations.record.part_schemas import AliasFields as AliasFields
from relations.record.part_schemas import BankAccountFields as BankAccountFields
from relations.record.part_schemas import CommunicationFields as CommunicationFields
from relations.record.part_schemas import ConfidentialityFields as ConfidentialityFields
from relations.record.part_schemas import GeneratedAddressing as GeneratedAddressing
from relations.record.part_schemas import IdentifierFields as IdentifierFields
from relations.record.quick_reading import QuickSchema
from shared.paging import PageQuery, sorting_by


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


class Whole(fields.Nested):
    """A part in a list, which a merge patch replaces whole: what is left out takes its default, also in a patch."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, partial: Any = None, **options: Any) -> Any:
        return super()._deserialize(value, attr, data, partial=False, **options)


class RelationFields(Schema):
    """What a user writes of a relation."""

    person = fields.Nested(PersonFields)
    entity = fields.Nested(EntityFields)
    display_name = line(300, load_default=None, allow_none=True)
    language = fields.String(load_default="nl", validate=validate.OneOf(LANGUAGES))
    status = fields.String(load_default="active", validate=validate.OneOf(CHOOSABLE_STATUSES))
    aliases = fields.List(Whole(AliasFields), load_default=list, validate=validate.Length(max=50))
    address_form = fields.Nested(AddressFormFields)
    groups = fields.List(fields.String(validate=CODE), load_default=list, validate=validate.Length(max=30))
    responsible = line(64, load_default=None, allow_none=True)
    confidentiality = fields.Nested(ConfidentialityFields)
    identifiers = fields.Nested(IdentifierFields)
    communications = fields.List(Whole(CommunicationFields), load_default=list, validate=validate.Length(max=100))
    addresses = fields.List(Whole(AddressFields), load_default=list, validate=validate.Length(max=100))
    accounting = fields.Nested(AccountingFields)
    bank_accounts = fields.List(Whole(BankAccountFields), load_default=list, validate=validate.Length(max=50))
    varia = fields.Dict(keys=fields.String(validate=CODE), load_default=dict)
    memo = Paragraphs(load_default="", validate=validate.Length(max=20_000))
    warning = line(500)
    warning_colour = fields.String(load_default="red", validate=validate.OneOf(WARNING_COLOURS))

    @validates_schema(skip_on_field_errors=True)
    def one_default_per_use(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse two addresses for the same use."""
        for use in ("matter_correspondence", "mailing"):
            marked = [position for position, address in enumerate(data.get("addresses", [])) if address.get(use)]
            if len(marked) > 1:
                raise ValidationError({"addresses": {marked[1]: {use: ["Another address has this use already"]}}})

    @validates_schema(skip_on_field_errors=True)
    def invoices_go_somewhere(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse an invoice address that is not in the body."""
        place = (data.get("accounting") or {}).get("invoice_address")
        if place is not None and place >= len(data.get("addresses", ())):
            raise ValidationError(
                {"accounting": {"invoice_address": ["There is no address at this place in the body"]}}
            )


class RelationIn(QuickSchema, RelationFields):
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
    address_form = fields.Nested(AddressFormFields(partial=True))
    accounting = fields.Nested(AccountingFields(partial=True))

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
    recent = fields.Boolean(load_default=False)
    sort = sorting_by("name", "number", "updated_at")


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
    display_name_is_own = fields.Boolean(
        metadata={"description": "False: formed by the house rule, and formed anew when the name changes"}
    )
    address_form_generated = fields.Nested(GeneratedAddressing)
    groups_since = fields.Dict(keys=fields.String(), values=fields.Date())
    has_photo = fields.Boolean()
    restricted = fields.Boolean(
        metadata={"description": "True: a confidential relation of which only the name is shown"}
    )
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
    restricted = fields.Boolean()
    updated_at = fields.DateTime()


class RelationPage(Schema):
    """A page of relations."""

    items = fields.List(fields.Nested(RelationSummary))
    next_cursor = fields.String(allow_none=True)
    total = fields.Integer()


class Place(AddressFields):
    """Where an address is, without who uses it and for what."""

    class Meta:
        """Which of the fields these are."""

        fields = ("building", "street", "number", "box", "zip", "city", "country")


class MoveFields(Schema):
    """The new place of an address, and the other relations that move along."""

    place = fields.Nested(Place(partial=True), data_key="fields", required=True)
    relation_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=500))


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
