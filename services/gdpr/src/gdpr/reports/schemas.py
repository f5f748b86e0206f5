"""The wire shapes of reports."""

from marshmallow import Schema, fields, validate

from gdpr.reports.texts import LANGUAGES


class DocumentQuery(Schema):
    """In which language; without one, the reader's."""

    language = fields.String(validate=validate.OneOf(LANGUAGES))


class ReportQuery(Schema):
    """Of which relation; without one, every relation of the request."""

    relation_id = fields.UUID()


class ReportDocumentQuery(ReportQuery, DocumentQuery):
    """Of which relation, in which language."""


class MissingOut(Schema):
    """A source that did not tell, and why."""

    source = fields.String()
    reason = fields.String()


class TableOut(Schema):
    """What one source told of one relation: its rows by table, and the category of each personal field."""

    told_at = fields.AwareDateTime()
    tables = fields.Dict(keys=fields.String(), values=fields.List(fields.Dict()))
    categories = fields.Dict(keys=fields.String(), values=fields.String())


class RelationReportOut(Schema):
    """What is held of one relation, by source."""

    relation_id = fields.UUID()
    sources = fields.Dict(keys=fields.String(), values=fields.Nested(TableOut))


class ReportOut(Schema):
    """An access report (article 15 GDPR) as data."""

    request_id = fields.UUID()
    legal_basis = fields.String()
    requested_at = fields.AwareDateTime()
    finished_at = fields.AwareDateTime()
    complete = fields.Boolean()
    missing = fields.List(fields.Nested(MissingOut))
    relations = fields.List(fields.Nested(RelationReportOut))
