"""The wire shapes of duplicates."""

from marshmallow import Schema, fields, validate

from shared.paging import PageQuery


class CheckQuery(Schema):
    """Which relation is being edited, if it exists."""

    relation_id = fields.UUID(load_default=None, allow_none=True)


class PairQuery(PageQuery):
    """Which pairs to list."""

    status = fields.String(load_default="open", validate=validate.OneOf(["open", "not_duplicate"]))
    relation_id = fields.UUID(load_default=None, allow_none=True)


class PairIn(Schema):
    """Two relations."""

    a = fields.UUID(required=True)
    b = fields.UUID(required=True)


class CutOut(Schema):
    """Blocks of a key that were too large to compare everybody with everybody."""

    key = fields.String()
    blocks = fields.Integer()
    largest = fields.Integer()


class ScanOut(Schema):
    """How far a scan is; ``total`` grows while pairs are still gathered."""

    id = fields.UUID()
    status = fields.String(validate=validate.OneOf(["queued", "running", "done", "cancelled", "failed"]))
    phase = fields.String(validate=validate.OneOf(["gathering", "comparing"]))
    gathered = fields.Integer()
    keys = fields.Integer()
    total = fields.Integer()
    done = fields.Integer()
    found = fields.Integer()
    cut = fields.List(fields.Nested(CutOut))
    created_at = fields.AwareDateTime()
    started_at = fields.AwareDateTime(allow_none=True)
    finished_at = fields.AwareDateTime(allow_none=True)
