"""Pages of a list by keyset: stable while rows come and go, and as fast on the last page as on the first."""

import base64
import json
from typing import Any

from marshmallow import Schema, fields, validate

from shared.errors import Invalid

LARGEST_PAGE = 200


class PageQuery(Schema):
    """The query of every list."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, LARGEST_PAGE))
    cursor = fields.String(load_default=None, allow_none=True)
    total = fields.Boolean(load_default=False)


def encode_cursor(*keys: Any) -> str:
    """Return an opaque cursor that stands for the last row's sort keys."""
    return base64.urlsafe_b64encode(json.dumps(keys, default=str).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *, keys: int) -> list[Any]:
    """Return the sort keys of a cursor; raises ``Invalid`` for one we did not make."""
    try:
        decoded = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if isinstance(decoded, list) and len(decoded) == keys:
            return decoded
    except ValueError:
        pass
    raise Invalid({"cursor": ["Leave it out to start at the first page"]})
