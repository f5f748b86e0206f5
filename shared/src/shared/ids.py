"""Identifiers: UUID version 7 (RFC 9562), so that new rows sort by time."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a new identifier."""
    return uuid7()
