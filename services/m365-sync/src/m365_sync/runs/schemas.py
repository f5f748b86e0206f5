"""The wire shapes of runs."""

from marshmallow import Schema, fields


class RunErrorOut(Schema):
    """A relation that could not be brought into the mailbox."""

    relation_id = fields.UUID()
    code = fields.String()


class RunOut(Schema):
    """A run and how far it is."""

    id = fields.UUID()
    trigger = fields.String()
    status = fields.String()
    code = fields.String(allow_none=True)
    total = fields.Integer(allow_none=True)
    added = fields.Integer()
    updated = fields.Integer()
    unchanged = fields.Integer()
    failed = fields.Integer()
    created_at = fields.DateTime()
    started_at = fields.DateTime(allow_none=True)
    finished_at = fields.DateTime(allow_none=True)


class RunWithErrors(RunOut):
    """A run with what went wrong in it."""

    errors = fields.List(fields.Nested(RunErrorOut))


class RunPage(Schema):
    """A page of runs, latest first."""

    items = fields.List(fields.Nested(RunOut))
    next_cursor = fields.String(allow_none=True)
    total = fields.Integer()


class PreviewOut(Schema):
    """What a run would do now."""

    to_add = fields.Integer()
    to_update = fields.Integer()
    unchanged = fields.Integer()
    total = fields.Integer()
    excluded = fields.Integer()


class PanelOut(Schema):
    """What the card shows: in how many mailboxes the relation is."""

    mailboxes = fields.Integer()
    last_pushed_at = fields.DateTime(allow_none=True)
