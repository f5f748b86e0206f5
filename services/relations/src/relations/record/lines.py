"""The kinds of text that every wire shape is made of."""

import re
from typing import Any

from marshmallow import ValidationError, fields, validate

CODE = validate.Regexp(r"^[a-z0-9_.-]{1,64}$", error="Use a code: small letters, digits, _ . -")

CONTROL = re.compile(r"[\x00-\x1f\x7f]")

COUNTRY = validate.Regexp(r"^([A-Z]{2})?$", error="Two capitals, such as BE or NL")


def line(longest: int, **options: Any) -> fields.String:
    """Return a single-line text field that strips white space and refuses control characters."""
    return Line(validate=[validate.Length(max=longest)], **{"load_default": "", **options})


class Line(fields.String):
    """A text on one line."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **options)
        if CONTROL.search(text):
            raise ValidationError("Write this on one line, without control characters")
        return text.strip()


class Paragraphs(fields.String):
    """A text of several lines; PostgreSQL cannot keep a NUL character."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **options)
        return text.replace("\0", "")
