"""Who sees more than the name of which relation, for services that hold something of relations they do not own.

The owner is asked at every request, in the user's name, and nothing of its answer is kept: whoever is taken off a
relation's list loses sight of it at once, and while the owner does not answer, nothing is shown.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Flask, current_app, g, request
from sqlalchemy import ARRAY, ColumnElement, Uuid, all_, literal, or_, true

from shared.auth import Principal, bearer_token, principal
from shared.errors import Confidential
from shared.http import ServiceClient

HIDDEN = "/relations/hidden"
PATIENCE = 3.0
"""Seconds the owner may take; a list is not worth waiting for longer."""


def sees_everything(caller: Principal) -> bool:
    """Tell whether confidentiality holds nothing back: from administrators, and from services with their own token."""
    return caller.user_id is None or "admin" in caller.rights


def look_as_the_caller(app: Flask, relations: ServiceClient, *, token: Callable[[], str] = bearer_token) -> None:
    """Let an application know what its callers may see; ``token`` returns one that carries the caller."""

    def ask() -> frozenset[UUID]:
        return frozenset(UUID(each) for each in relations.get(HIDDEN, token=token(), timeout=PATIENCE)["relation_ids"])

    app.extensions["sight"] = ask


def refuse_confidential(app: Flask) -> None:
    """Refuse every call whose path or query names a relation of which the caller may see no more than the name."""

    @app.before_request
    def refuse() -> None:
        named = _named_in_request()
        if named and named & hidden_relations():
            raise Confidential


def hidden_relations() -> frozenset[UUID]:
    """Return the relations of which the caller may see no more than the name; raises ``Unavailable``."""
    if "hidden_relations" not in g:
        g.hidden_relations = frozenset() if sees_everything(principal()) else current_app.extensions["sight"]()
    found: frozenset[UUID] = g.hidden_relations
    return found


def is_seen(relation_id: Any) -> ColumnElement[bool]:
    """Return the SQL condition that the caller sees more than the name of the relation in this column, if it is one."""
    hidden = hidden_relations()
    if not hidden:
        return true()
    return or_(relation_id.is_(None), relation_id != all_(literal(sorted(hidden), ARRAY(Uuid))))


def _named_in_request() -> set[UUID]:
    named = {(request.view_args or {}).get("relation_id"), *map(_uuid, request.args.getlist("relation_id"))}
    return {each for each in named if isinstance(each, UUID)}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
