"""What changes the definitions of varia."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from relations.record.models import Group
from relations.record.varia import VariaDefinition
from relations.varia.reindexing import BEFORE_ALL
from shared.errors import Conflict, Invalid, Unknown

WITH_OPTIONS = ("list", "multi_list")


class DefinitionExists(Conflict):
    """There is a field with this key on this level."""

    title = "There is a field with this key: choose another"


def define(session: Session, *, fields: dict[str, Any]) -> VariaDefinition:
    """Define a field; raises ``DefinitionExists``, and ``Invalid`` for options or groups that cannot be."""
    if session.get(VariaDefinition, (fields["level"], fields["key"])) is not None:
        raise DefinitionExists
    _check(session, fields)
    last = session.scalar(select(func.max(VariaDefinition.position)))
    definition = VariaDefinition(**{"position": 0 if last is None else last + 1, **fields})
    session.add(definition)
    session.flush()
    return definition


def redefine(session: Session, *, level: str, key: str, changes: dict[str, Any]) -> VariaDefinition:
    """Change the labels, options, groups or flags of a field; values that are there stay. Raises ``Unknown``.

    When it becomes searchable, or no longer is, ``varia.reindexing`` makes the words of those who filled it in anew.
    """
    definition = session.get(VariaDefinition, (level, key), with_for_update=True)
    if definition is None:
        raise Unknown
    _check(session, {"type": definition.type, "options": definition.options, "groups": (), **changes})
    if changes.get("searchable", definition.searchable) != definition.searchable:
        definition.reindexed_to = BEFORE_ALL
    for name, value in changes.items():
        setattr(definition, name, value)
    session.flush()
    return definition


def _check(session: Session, fields: dict[str, Any]) -> None:
    options = fields.get("options")
    if fields["type"] in WITH_OPTIONS and not options:
        raise Invalid({"options": ["Give at least one option to choose from"]})
    if fields["type"] not in WITH_OPTIONS and options:
        raise Invalid({"options": [f"A field of type {fields['type']} has no options"]})
    groups = set(fields.get("groups") or ())
    known = set(session.scalars(select(Group.code).where(Group.code.in_(groups)))) if groups else set()
    if groups - known:
        raise Invalid({"groups": [f"There is no group with code {code}" for code in sorted(groups - known)]})
