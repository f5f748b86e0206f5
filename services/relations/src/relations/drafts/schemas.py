"""The wire shapes of drafts; what is typed is only judged, never refused, before it becomes a relation."""

from collections.abc import Mapping
from typing import Any

import orjson
from marshmallow import Schema, ValidationError, fields, missing, post_load, validate, validates_schema

from relations.drafts.domain import IDENTITY, LARGEST, STEPS, WriteDraft, identity_of, registration_of
from relations.identities.api import IdentityFields
from relations.record.schemas import GeneratedAddressing, RelationIn, line
from shared.problems import flatten


class LookUpFields(Schema):
    """What a register said while the draft was typed."""

    provider = fields.String(required=True)
    number = fields.String(required=True)
    fetched_at = fields.DateTime(format="iso")
    facts = fields.Dict()
    figures = fields.Dict()
    alerts = fields.List(fields.Dict())
    charge_id = fields.UUID(metadata={"description": "What the query cost, to be booked on a matter at the end"})


class ProgressFields(Schema):
    """How far the user got: the step, the form that saved last, what a register said, which matter pays for that."""

    step = fields.Integer(validate=validate.Range(1, STEPS))
    look_up = fields.Nested(LookUpFields, allow_none=True)
    editor = line(40, load_default=missing)
    turn = fields.Integer(metadata={"description": "Counts what one form saves, so that a late request is known"})
    charge_to_matter = line(40, allow_none=True, load_default=missing)


class DraftIn(Schema):
    """What was typed: the fields of a new relation, with ``legal_identity`` for its first version."""

    fields_ = fields.Dict(keys=fields.String(), data_key="fields", attribute="fields")
    progress = fields.Nested(ProgressFields)

    @validates_schema(skip_on_field_errors=True)
    def fits(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what no form could have held."""
        if len(orjson.dumps(data, default=str)) > LARGEST:
            raise ValidationError({"fields": ["This is too much for one relation"]})

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> WriteDraft:
        """Hand over a command; what a register said is kept as it would travel."""
        progress = data.get("progress", {})
        if progress.get("look_up"):
            progress["look_up"] = LookUpFields().dump(progress["look_up"])
        return WriteDraft(fields=data.get("fields", {}), progress=progress)


class DraftOut(Schema):
    """A draft, with what would still be refused if it were finished now."""

    id = fields.UUID()
    name = fields.String()
    fields_ = fields.Dict(data_key="fields", attribute="fields")
    progress = fields.Nested(ProgressFields)
    address_form_generated = fields.Nested(GeneratedAddressing)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    version = fields.Integer()
    created_at = fields.DateTime()
    updated_at = fields.DateTime()


class DraftSummary(Schema):
    """A draft in a list."""

    id = fields.UUID()
    name = fields.String()
    kind = fields.String()
    step = fields.Integer()
    updated_at = fields.DateTime()


class DraftPage(Schema):
    """The drafts of one user."""

    items = fields.List(fields.Nested(DraftSummary))
    next_cursor = fields.String(allow_none=True)


def complaints_about(draft: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what would be refused of a draft's fields by path, as registering tells it; empty when nothing."""
    found = _complaints(RelationIn(), registration_of(draft))
    identity = identity_of(draft)
    inner = _complaints(IdentityFields(), identity) if identity else {}
    return {**found, **{f"{IDENTITY}.{path}": messages for path, messages in inner.items()}}


def _complaints(schema: Schema, given: Mapping[str, Any]) -> dict[str, list[str]]:
    try:
        schema.load(given)
    except ValidationError as error:
        return flatten(error.messages)
    return {}
