"""The wire shapes of notifications."""

from marshmallow import Schema, fields, validate

from shared.paging import PageQuery


class NotificationQuery(PageQuery):
    """Which part of the list."""


class NotificationOut(Schema):
    """One notification: what of, how it stands, how much, and the page it leads to."""

    id = fields.UUID()
    kind = fields.String()
    subject_id = fields.UUID()
    status = fields.String()
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    page = fields.String()
    at = fields.AwareDateTime()
    read_at = fields.AwareDateTime(allow_none=True)


class NotificationPage(Schema):
    """A page of notifications, latest first, and how many are unread in all."""

    items = fields.List(fields.Nested(NotificationOut))
    unread = fields.Integer()
    next_cursor = fields.String(allow_none=True)
    total = fields.Integer()


class ReadFields(Schema):
    """Which notifications were seen; without ``ids`` all."""

    ids = fields.List(fields.UUID(), load_default=None, allow_none=True, validate=validate.Length(max=200))
