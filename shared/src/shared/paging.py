"""Pages of a list by keyset: stable while rows come and go, and as fast on the last page as on the first."""

import base64
import json
from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from marshmallow import Schema, fields, validate
from sqlalchemy import Select, tuple_

from shared.errors import Invalid

LARGEST_PAGE = 200
Rows = TypeVar("Rows", bound=Select[*tuple[Any, ...]])


class PageQuery(Schema):
    """The query of every list."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, LARGEST_PAGE))
    cursor = fields.String(load_default=None, allow_none=True)
    total = fields.Boolean(load_default=False)


def sorting_by(*names: str, usual: str = "") -> fields.String:
    """Return the field of a query that says by what a list is sorted; ``-name`` turns it around."""
    known = {usual, *names, *(f"-{name}" for name in names)}
    return fields.String(load_default=usual, validate=validate.OneOf(sorted(known)))


def in_order(statement: Rows, sort: str, keys: Sequence[Any], *, after: Sequence[Any] | None = None) -> Rows:
    """Put rows in the order of their keys, the last of which is unique; only those after a row with other keys."""
    is_turned = sort.startswith("-")
    ordered = statement.order_by(*(key.desc() if is_turned else key for key in keys))
    if after is None:
        return ordered
    here, there = tuple_(*keys), tuple_(*after)
    return ordered.where(here < there if is_turned else here > there)


def id_of_cursor(cursor: str) -> UUID:
    """Return the id of the last row seen, where that is the cursor; raises ``Invalid`` for one we did not make."""
    try:
        return UUID(cursor)
    except ValueError as error:
        raise Invalid({"cursor": ["Leave it out to start at the first page"]}) from error


def place_is_gone() -> Invalid:
    """Return the problem of a cursor whose row is no longer there."""
    return Invalid({"cursor": ["This place in the list is gone: start at the first page"]})


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
