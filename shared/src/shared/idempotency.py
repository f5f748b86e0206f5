"""The second click: a POST that creates, sent twice with one Idempotency-Key, creates once.

Only the id of what was created is kept, never the body, so there is nothing here to erase.
"""

import hashlib
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from flask import request
from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.auth import principal
from shared.db import Database
from shared.errors import Conflict, Invalid
from shared.plumbing import idempotency_key

KEEP = "2 days"

Resource = TypeVar("Resource")


def create_once(
    session: Session,
    create: Callable[[], Resource],
    *,
    again: Callable[[UUID], Resource],
    id_of: Callable[[Resource], UUID],
    body: bytes | None = None,
) -> Resource:
    """Create a resource, or return the one this request's Idempotency-Key has created before.

    Raises ``Conflict`` when the key was used for another body or its resource is gone. Two requests at once are held
    apart by the key's row: the second waits for the first to commit. ``body`` stands for that of an upload, which has
    been read already and is not kept in memory.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return create()
    if not 1 <= len(key) <= 128:
        raise Invalid({"Idempotency-Key": ["Give 1 to 128 characters"]})
    mine = {"key": key, "actor": principal().actor}
    fingerprint = hashlib.sha256(request.get_data() if body is None else body).hexdigest()
    claim = insert(idempotency_key).values(**mine, route=request.path[:128], fingerprint=fingerprint)
    if session.scalar(claim.on_conflict_do_nothing().returning(idempotency_key.c.key)) is not None:
        resource = create()
        session.execute(update(idempotency_key).filter_by(**mine).values(resource_id=str(id_of(resource))))
        return resource
    earlier = session.execute(select(idempotency_key).filter_by(**mine)).one()
    if earlier.fingerprint != fingerprint or earlier.route != request.path[:128]:
        raise Conflict("This Idempotency-Key was used for another request: choose a new one")
    return again(UUID(earlier.resource_id))


def forget_old_keys(database: Database) -> None:
    """Forget keys older than ``KEEP``."""
    with database.transaction() as session:
        session.execute(
            delete(idempotency_key).where(idempotency_key.c.created_at < text(f"now() - interval '{KEEP}'"))
        )
