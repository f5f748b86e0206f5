"""The wire shapes of the audit log."""

from marshmallow import Schema, fields

from shared.paging import PageQuery


class AuditQuery(PageQuery):
    """How to search the log; ``from`` is included, ``to`` is not."""

    actor = fields.String()
    relation_id = fields.UUID()
    since = fields.AwareDateTime(data_key="from")
    until = fields.AwareDateTime(data_key="to")


class AuditItem(Schema):
    """One entry: who, what, to which relation and what else, with which outcome."""

    id = fields.Integer()
    at = fields.AwareDateTime()
    actor = fields.String()
    action = fields.String()
    relation_id = fields.UUID(allow_none=True)
    subject = fields.String(allow_none=True)
    status = fields.Integer()
    request_id = fields.String()


class AuditPage(Schema):
    """A page of the log, latest first."""

    items = fields.List(fields.Nested(AuditItem))
    next_cursor = fields.String(allow_none=True)
    total = fields.Integer()
