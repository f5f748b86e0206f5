"""The wire shapes of imports."""

import json
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate

from relations.imports.domain import ON_DUPLICATE


class JsonText(fields.Dict):
    """An object written as JSON in a field of a form."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError as error:
                raise ValidationError("Give a JSON object") from error
        return super()._deserialize(value, attr, data, **options)  # type: ignore[no-untyped-call]


class ImportForm(Schema):
    """What comes beside a file, or instead of it: the id of one that was uploaded for a preview."""

    upload_id = fields.UUID(load_default=None)
    mapping = JsonText(
        keys=fields.String(), values=fields.String(allow_none=True), load_default=None,
        metadata={"description": "where each column goes: {column: field path}"},
    )  # fmt: skip
    defaults = JsonText(
        keys=fields.String(), values=fields.String(), load_default=dict,
        metadata={"description": "what rows get that say nothing themselves: {field path: text}"},
    )  # fmt: skip
    dry_run = fields.Boolean(load_default=False)
    on_duplicate = fields.String(load_default="create", validate=validate.OneOf(ON_DUPLICATE))

    @pre_load
    def forget_empty_fields(self, data: Any, **_: Any) -> dict[str, Any]:
        """Take an empty field of a form as one that is not there; the form's token is no field of ours."""
        return {name: value for name, value in data.items() if value != "" and name != "_csrf"}


class FileField(Schema):
    """The file."""

    file = fields.Raw(metadata={"type": "string", "format": "binary"})


class RowError(Schema):
    """What is wrong with a row; the header is row 1, and a card's row is its place in the file."""

    row = fields.Integer()
    field = fields.String()
    message = fields.String()


class RowDouble(Schema):
    """What a row may be a double of: a relation, or an earlier row of the file."""

    row = fields.Integer()
    relation_id = fields.UUID(allow_none=True)
    display_name = fields.String(allow_none=True)
    number = fields.Integer(allow_none=True)
    same_as_row = fields.Integer(allow_none=True)
    score = fields.Integer()


class RowKept(Schema):
    """A relation that a roll-back left, and why."""

    row = fields.Integer()
    relation_id = fields.UUID()
    reason = fields.String()


class ImportSummary(Schema):
    """How far an import is."""

    id = fields.UUID()
    status = fields.String()
    filename = fields.String()
    kind = fields.String()
    dry_run = fields.Boolean()
    on_duplicate = fields.String()
    total = fields.Integer(allow_none=True)
    done = fields.Integer()
    valid = fields.Integer()
    created = fields.Integer()
    skipped = fields.Integer()
    removed = fields.Integer()
    problem = fields.String()
    created_at = fields.DateTime()
    finished_at = fields.DateTime(allow_none=True)


class ImportReport(ImportSummary):
    """How far an import is, and what there is to say of its rows (the first 200 of each)."""

    mapping = fields.Dict(keys=fields.String(), values=fields.String())
    errors = fields.List(fields.Nested(RowError))
    error_count = fields.Integer()
    duplicates = fields.List(fields.Nested(RowDouble))
    duplicate_count = fields.Integer()
    kept = fields.List(fields.Nested(RowKept))


class ImportPage(Schema):
    """A page of imports."""

    items = fields.List(fields.Nested(ImportSummary))
    next_cursor = fields.String(allow_none=True)


class PreviewRow(Schema):
    """One of the first rows: its cells, what it would be called, and what is wrong with it."""

    row = fields.Integer()
    cells = fields.List(fields.String())
    display_name = fields.String()
    errors = fields.List(fields.Nested(RowError))


class Preview(Schema):
    """What a file looks like, and where its columns would go."""

    upload_id = fields.UUID()
    filename = fields.String()
    kind = fields.String()
    encoding = fields.String()
    delimiter = fields.String()
    columns = fields.List(fields.String())
    mapping = fields.Dict(keys=fields.String(), values=fields.String())
    remembered = fields.Boolean()
    places = fields.List(fields.String())
    rows = fields.List(fields.Nested(PreviewRow))


class PreviewForm(ImportForm):
    """What comes beside a file to look at."""

    @post_load
    def only_what_counts(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Leave out what only an import asks."""
        return {name: data[name] for name in ("upload_id", "mapping", "defaults")}
