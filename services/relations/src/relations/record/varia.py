"""Varia: the fields an office defines itself, and the check of a value against its definition."""

import datetime as dt
import math
from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Integer, String, Uuid, false, select, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from relations.record.models import Relation
from relations.tables import Tables
from shared.privacy import not_personal

LEVELS = ("relation", "address")
LONGEST_TEXT = 2000


class VariaDefinition(Tables):
    """A field of the office's own, on the relation or on the address."""

    __tablename__ = "varia_definition"

    level: Mapped[str] = mapped_column(String(8), primary_key=True, info=not_personal())
    key: Mapped[str] = mapped_column(String(64), primary_key=True, info=not_personal())
    type: Mapped[str] = mapped_column(String(12), info=not_personal())
    labels: Mapped[dict[str, str]] = mapped_column(JSONB, info=not_personal())
    options: Mapped[list[str]] = mapped_column(ARRAY(String(100)), default=list, info=not_personal())
    groups: Mapped[list[str]] = mapped_column(ARRAY(String(64)), default=list, info=not_personal())
    searchable: Mapped[bool] = mapped_column(default=False, info=not_personal())
    personal: Mapped[bool] = mapped_column(default=True, info=not_personal())
    retired: Mapped[bool] = mapped_column(default=False, info=not_personal())
    position: Mapped[int] = mapped_column(Integer, default=0, info=not_personal())
    reindexed_to: Mapped[UUID | None] = mapped_column(Uuid, info=not_personal())
    """The relation up to which search words were made anew since ``searchable`` changed; None when all were."""


class NotOfItsType(ValueError):
    """The value is not of the type its definition asks; the message says what to do."""


def _check(value: Any, _: VariaDefinition) -> Any:
    if not isinstance(value, bool):
        raise NotOfItsType("Give true or false")
    return value


def _text(value: Any, _: VariaDefinition) -> Any:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise NotOfItsType(f"Give a text of at most {LONGEST_TEXT} characters")
    return value.replace("\0", "").strip()


def _number(value: Any, _: VariaDefinition) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise NotOfItsType("Give a number")
    return value


def _date(value: Any, _: VariaDefinition) -> Any:
    try:
        return dt.date.fromisoformat(value).isoformat()
    except (TypeError, ValueError) as error:
        raise NotOfItsType("Give a date, such as 2026-01-31") from error


def _one(value: Any, definition: VariaDefinition) -> Any:
    if value not in definition.options:
        raise NotOfItsType(f"Choose one of: {', '.join(definition.options)}")
    return value


def _several(value: Any, definition: VariaDefinition) -> Any:
    if not isinstance(value, list) or any(each not in definition.options for each in value):
        raise NotOfItsType(f"Choose any of: {', '.join(definition.options)}")
    return list(dict.fromkeys(value))


TYPES: dict[str, Callable[[Any, VariaDefinition], Any]] = {
    "check": _check,
    "text": _text,
    "number": _number,
    "date": _date,
    "list": _one,
    "multi_list": _several,
}


def definitions_of(reader: Session | Connection, *, level: str, keys: Collection[str]) -> dict[str, VariaDefinition]:
    """Return the definitions of some keys, by key."""
    statement = select(VariaDefinition.__table__).where(VariaDefinition.level == level, VariaDefinition.key.in_(keys))
    return {row["key"]: VariaDefinition(**row) for row in reader.execute(statement).mappings()}


def check_varia(
    given: Mapping[str, Any],
    *,
    present: Mapping[str, Any],
    definitions: Mapping[str, VariaDefinition],
    groups: Collection[str],
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Return the values in their plain form, and the complaints by key; ``None`` takes a value away.

    What stays as it was is not checked: a definition may have changed or been retired since.
    """
    values: dict[str, Any] = {}
    complaints: dict[str, list[str]] = {}
    for key, value in given.items():
        values[key] = value
        if value is None or (key in present and present[key] == value):
            continue
        try:
            values[key] = _checked(key, value, definitions=definitions, groups=groups)
        except NotOfItsType as error:
            complaints[key] = [str(error)]
    return values, complaints


def _checked(key: str, value: Any, *, definitions: Mapping[str, VariaDefinition], groups: Collection[str]) -> Any:
    definition = definitions.get(key)
    if definition is None:
        raise NotOfItsType("There is no such field: define it first")
    if definition.retired:
        raise NotOfItsType("This field is retired: it takes no new values")
    if definition.groups and not set(definition.groups) & set(groups):
        raise NotOfItsType(f"This field is only for the groups {', '.join(definition.groups)}")
    return TYPES[definition.type](value, definition)


def plain_varia(
    session: Session,
    given: Mapping[str, Any],
    *,
    level: str,
    present: Mapping[str, Any],
    groups: Collection[str],
    complaints: dict[str, list[str]],
    path: str = "varia",
) -> dict[str, Any]:
    """Return varia in their plain form; what does not fit is added to ``complaints`` under ``<path>.<key>``."""
    definitions = definitions_of(session, level=level, keys=given)
    values, wrong = check_varia(given, present=present, definitions=definitions, groups=groups)
    complaints.update({f"{path}.{key}": messages for key, messages in wrong.items()})
    return values


def impersonal_varia(session: Session, relation_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return what erasure leaves of the varia of relations: the fields that the office marked as not personal."""
    of_relations = VariaDefinition.level == "relation", VariaDefinition.personal == false()
    spared = set(session.scalars(select(VariaDefinition.key).where(*of_relations)))
    held = select(Relation.id, Relation.varia).where(Relation.id.in_(relation_ids)) if spared else None
    found = session.execute(held).all() if held is not None else []
    return {row.id: {key: value for key, value in row.varia.items() if key in spared} for row in found}


def searchable_texts(session: Session, relation: Relation) -> list[str]:
    """Return the values of a relation and its addresses by which it is to be found."""
    if not relation.varia and not any(address.varia for address in relation.addresses):
        return []
    rows = session.execute(
        select(VariaDefinition.level, VariaDefinition.key).where(VariaDefinition.searchable == true())
    ).all()
    held = {"relation": [relation.varia], "address": [address.varia for address in relation.addresses]}
    values = [varia.get(row.key) for row in rows for varia in held[row.level]]
    return [text for value in values for text in texts_of(value)]


def texts_of(value: Any) -> list[str]:
    """Return the texts by which a value is to be found."""
    if isinstance(value, list):
        return [str(each) for each in value]
    return [] if value is None or isinstance(value, bool) else [str(value)]
