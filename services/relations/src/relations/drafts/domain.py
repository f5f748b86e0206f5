"""What a draft is: the fields of a relation as typed so far, whether they are right yet or not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from relations.record.domain import Name

KEEP_DAYS = 30
"""Days after its last change that a draft vanishes."""

LARGEST = 200_000
"""Bytes of JSON that one draft may hold."""

STEPS = 8
"""Steps of the wizard."""

IDENTITY = "legal_identity"
"""The field of a draft that becomes the first version of the legal identity."""

Fields = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class WriteDraft:
    """Change the given fields of a draft (JSON merge patch, RFC 7396), and how far its user got."""

    fields: Fields = field(default_factory=dict)
    progress: Fields = field(default_factory=dict)


def merged(present: Mapping[str, Any], patch: Mapping[str, Any]) -> Fields:
    """Return an object after a JSON merge patch: null takes a member away, objects merge, the rest is replaced."""
    result = dict(present)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, Mapping):
            inner = result.get(name)
            result[name] = merged(inner if isinstance(inner, Mapping) else {}, value)
        else:
            result[name] = storable(value)
    return result


def storable(value: Any) -> Any:
    """Return a value without the one character that PostgreSQL cannot keep."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [storable(each) for each in value]
    if isinstance(value, Mapping):
        return {str(storable(name)): storable(each) for name, each in value.items()}
    return value


def name_of(fields: Mapping[str, Any]) -> str:
    """Return what the relation would be called if it were registered now; empty while it has no name."""
    kind = str(fields.get("kind") or "")
    parts = fields.get("person" if kind == "natural_person" else "entity")
    own = fields.get("display_name")
    return str(own) if own else Name(kind, parts if isinstance(parts, dict) else {}).display()


def registration_of(fields: Mapping[str, Any]) -> Fields:
    """Return what is registered of a draft: the name of the kind that was chosen last, and all that goes with it."""
    other = "entity" if fields.get("kind") == "natural_person" else "person"
    return {name: value for name, value in fields.items() if name not in (other, IDENTITY)}


def identity_of(fields: Mapping[str, Any]) -> Fields:
    """Return what is filled in of the legal identity; empty when only its first day and source are."""
    given = fields.get(IDENTITY)
    told = given if isinstance(given, dict) else {}
    return told if any(value for name, value in told.items() if name not in ("valid_from", "source")) else {}
