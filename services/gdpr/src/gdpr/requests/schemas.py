"""The wire shapes of requests."""

from datetime import UTC
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from gdpr.requests.domain import KINDS, LARGEST_REQUEST, STATUSES, OpenRequest
from shared.paging import PageQuery


class WhomIn(Schema):
    """Which relations a request is about, and what is asked."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    relation_ids = fields.List(fields.UUID(), validate=validate.Length(1, LARGEST_REQUEST))
    candidates = fields.String(validate=validate.OneOf(("no_active_matter",)))

    @validates_schema
    def refuse_both_or_neither(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a request that names its relations in two ways, or in none."""
        if ("relation_ids" in data) == ("candidates" in data):
            raise ValidationError("Give relation_ids or candidates, one of both", "relation_ids")
        if data.get("candidates") and data.get("kind") == "access":
            raise ValidationError("Candidates are for anonymising and erasing", "candidates")

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> OpenRequest:
        """Hand over a command that names every relation once."""
        named = list(dict.fromkeys(data.pop("relation_ids", [])))
        return OpenRequest(relation_ids=named, **{"reason": "", **data})


class RequestIn(WhomIn):
    """A new request; without ``execute_at`` it is carried out now."""

    reason = fields.String(required=True, validate=validate.Length(1, 2000))
    execute_at = fields.AwareDateTime(default_timezone=UTC, allow_none=True)


class RefusalOut(Schema):
    """A relation that must stay, and why."""

    relation_id = fields.UUID()
    reason = fields.String()
    into = fields.UUID(
        allow_none=True, metadata={"description": "The relation it was merged into, when that is the reason"}
    )


class FailureOut(RefusalOut):
    """A relation that a participant could not handle, and why."""

    participant = fields.String()


class PreviewCountsOut(Schema):
    """Relations by what would become of them; together the total."""

    total = fields.Integer()
    pending = fields.Integer()
    refused = fields.Integer()


class CountsOut(PreviewCountsOut):
    """Relations by what became of them; together the total."""

    done = fields.Integer()
    failed = fields.Integer()
    cancelled = fields.Integer()


class ProgressOut(Schema):
    """Relations by what one participant answered."""

    pending = fields.Integer()
    done = fields.Integer()
    failed = fields.Integer()


class RequestLine(Schema):
    """A request on a relation's card."""

    id = fields.UUID()
    kind = fields.String()
    status = fields.String(validate=validate.OneOf(STATUSES))
    created_at = fields.AwareDateTime()


class RequestOut(RequestLine):
    """A request as it stands."""

    created_by = fields.String()
    execute_at = fields.AwareDateTime(allow_none=True)
    finished_at = fields.AwareDateTime(allow_none=True)
    counts = fields.Nested(CountsOut)


class RequestInFull(RequestOut):
    """A request with who answered what; lists of at most a thousand, counts of all."""

    participants = fields.Dict(keys=fields.String(), values=fields.Nested(ProgressOut))
    refused = fields.List(fields.Nested(RefusalOut))
    failures = fields.List(fields.Nested(FailureOut))


class RequestQuery(PageQuery):
    """How to search requests."""

    status = fields.String(validate=validate.OneOf(STATUSES))
    kind = fields.String(validate=validate.OneOf(KINDS))
    relation_id = fields.UUID()


class RequestPage(Schema):
    """A page of requests, latest first."""

    items = fields.List(fields.Nested(RequestOut))
    next_cursor = fields.String(allow_none=True)
    total = fields.Integer()


class PreviewOut(Schema):
    """What a request would do if it were made now."""

    kind = fields.String()
    counts = fields.Nested(PreviewCountsOut)
    refused = fields.List(fields.Nested(RefusalOut))


class CandidateOut(Schema):
    """A relation without an active matter that is no employee."""

    relation_id = fields.UUID()
    number = fields.Raw()
    display_name = fields.String()


class CandidatePage(Schema):
    """A page of candidates for erasure."""

    items = fields.List(fields.Nested(CandidateOut))
    next_cursor = fields.String(allow_none=True)


class PanelOut(Schema):
    """What the card shows of a relation's requests."""

    requests = fields.List(fields.Nested(RequestLine))
