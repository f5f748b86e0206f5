"""The wire shapes of hygiene."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from relations.hygiene.checks import PRESENT
from relations.hygiene.domain import CHECKS, SEVERITIES
from relations.record.domain import KINDS
from relations.record.schemas import CODE
from shared.paging import PageQuery, sorting_by


class HygieneQuery(PageQuery):
    """Which part of the work list."""

    rule = fields.String(load_default="", validate=validate.Length(max=64))
    group = fields.String(load_default="", validate=validate.Length(max=64))
    sort = sorting_by("severity", "rule", "number", "name", usual="-severity")


class ParameterFields(Schema):
    """What a check needs to know: each takes those that concern it."""

    any_of = fields.List(fields.String(validate=validate.OneOf(sorted(PRESENT))), validate=validate.Length(1, 20))
    kinds = fields.List(fields.String(validate=validate.OneOf(KINDS)))
    days = fields.Integer(validate=validate.Range(1, 3650), strict=True)
    months = fields.Integer(validate=validate.Range(1, 120), strict=True)
    score = fields.Integer(validate=validate.Range(1, 100), strict=True)
    longest_abbreviation = fields.Integer(validate=validate.Range(0, 50), strict=True)


class RuleFields(Schema):
    """One house rule."""

    code = fields.String(required=True, validate=CODE)
    check = fields.String(required=True, validate=validate.OneOf(CHECKS))
    parameters = fields.Nested(ParameterFields(), load_default=dict)
    groups = fields.List(fields.String(validate=CODE), load_default=list)
    active = fields.Boolean(load_default=True)
    severity = fields.String(load_default="medium", validate=validate.OneOf(list(SEVERITIES)))
    position = fields.Integer(dump_only=True)

    @validates_schema
    def require_something(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a rule that requires, but not what."""
        if data.get("check") == "required" and not data.get("parameters", {}).get("any_of"):
            raise ValidationError("Say what is required", "parameters.any_of")


class RulesFields(Schema):
    """The house rules."""

    rules = fields.List(fields.Nested(RuleFields()), required=True, validate=validate.Length(1, 100))
