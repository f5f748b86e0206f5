"""The wire shapes of contact moments."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from contacts.moments.domain import STATUSES, EditMoment, WriteMoment
from shared.paging import PageQuery, sorting_by

USERNAME = validate.Regexp(r"^[a-z0-9._-]{1,64}$", error="Give a username")


class MomentFields(Schema):
    """What a user writes of a moment."""

    date = fields.Date(required=True)
    time = fields.Time(allow_none=True, load_default=None)
    subject = fields.String(required=True, validate=validate.Length(1, 200))
    memo = fields.String(load_default="", validate=validate.Length(max=20_000))
    from_user = fields.String(required=True, validate=USERNAME)
    for_user = fields.String(required=True, validate=USERNAME)
    person_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=50))
    matter_number = fields.String(allow_none=True, load_default=None, validate=validate.Length(1, 40))
    status = fields.String(load_default="open", validate=validate.OneOf(STATUSES))
    next_touch = fields.Date(allow_none=True, load_default=None)


class MomentIn(MomentFields):
    """A new moment."""

    relation_id = fields.UUID(required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> WriteMoment:
        """Hand over a command."""
        return WriteMoment(**data)


class MomentPatch(MomentFields):
    """The fields to change (JSON merge patch)."""

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> EditMoment:
        """Hand over a command."""
        return EditMoment(data)


class MomentOut(Schema):
    """A moment as it is."""

    id = fields.UUID()
    relation_id = fields.UUID()
    date = fields.Date()
    time = fields.Time(format="%H:%M", allow_none=True)
    subject = fields.String()
    memo = fields.String()
    from_user = fields.String()
    for_user = fields.String()
    person_ids = fields.List(fields.UUID())
    matter_number = fields.String(allow_none=True)
    status = fields.String()
    next_touch = fields.Date(allow_none=True)
    late = fields.Boolean()
    version = fields.Integer()
    created_at = fields.DateTime()
    updated_at = fields.DateTime()


class MomentQuery(PageQuery):
    """How to search moments."""

    relation_id = fields.UUID()
    from_user = fields.String()
    for_user = fields.String()
    status = fields.String(validate=validate.OneOf(STATUSES))
    q = fields.String(validate=validate.Length(max=200))
    date_from = fields.Date()
    date_to = fields.Date()
    late = fields.Boolean()
    sort = sorting_by("date", "subject", "from_user", "for_user", "status", usual="-date")


class MomentPage(Schema):
    """A page of moments."""

    items = fields.List(fields.Nested(MomentOut))
    next_cursor = fields.String(allow_none=True)
    total = fields.Integer()


class PanelOut(Schema):
    """What the card shows of a relation's moments."""

    items = fields.List(fields.Nested(MomentOut))
    total = fields.Integer()
    next = fields.Nested(MomentOut, allow_none=True)
