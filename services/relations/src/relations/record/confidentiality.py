"""Who may see more of a confidential relation than its name: the users named on it, administrators, and services."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask import g, has_request_context
from sqlalchemy import ColumnElement, any_, literal, or_, true

from relations.record.models import Relation
from shared.auth import Principal
from shared.errors import Confidential
from shared.sight import sees_everything

VISIBLE_TO_ALL = ("id", "number", "display_name", "kind", "status")


@dataclass(frozen=True)
class Viewer:
    """Who looks; ``sees_everything`` for services with their own token, jobs, event handlers and administrators."""

    username: str
    sees_everything: bool

    def sees(self, *, restricted: bool, confidants: Collection[str]) -> bool:
        """Tell whether this viewer sees more of a relation than its name."""
        return not restricted or self.sees_everything or self.username in confidants

    def condition(self, relation: type[Relation] = Relation) -> ColumnElement[bool]:
        """Return the SQL condition on ``Relation``, or an alias of it, of what this viewer sees whole."""
        if self.sees_everything:
            return true()
        return or_(relation.restricted.is_(False), literal(self.username) == any_(relation.confidants))


NOBODY = Viewer("", sees_everything=False)
"""Who is named on nothing; for what is read by many, such as the report of an import."""


def viewer() -> Viewer:
    """Return who looks now; outside a request it is the service itself, which sees everything."""
    principal: Principal | None = g.get("principal") if has_request_context() else None
    if principal is None:
        return Viewer("", sees_everything=True)
    return Viewer(principal.username, sees_everything=sees_everything(principal))


def shown(row: Mapping[str, Any], whole: Mapping[str, Any], looking: Viewer | None = None) -> dict[str, Any]:
    """Return ``whole`` when the viewer may see it, else its name alone; ``row`` has the columns that decide."""
    if (looking or viewer()).sees(restricted=row["restricted"], confidants=row["confidants"] or ()):
        return dict(whole)
    return {**{name: row[name] for name in VISIBLE_TO_ALL}, "restricted": True}


def refuse_unless_seen(relation: Relation) -> None:
    """Raise ``Confidential`` when the viewer may not see more of a relation than its name."""
    if not viewer().sees(restricted=relation.restricted, confidants=relation.confidants):
        raise Confidential
