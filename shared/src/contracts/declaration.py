"""How an event is declared: a frozen dataclass of values that cannot hold personal data."""

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID


@dataclass(frozen=True)
class Pattern:
    """The regular expression a text value must match, and why such a text names nobody."""

    regex: str


Code = Annotated[str, Pattern("^[a-z0-9_.-]{1,64}$")]
"""A word from a fixed vocabulary: a field name, a group, a reason."""

MatterNumber = Annotated[str, Pattern("^[A-Za-z0-9./_-]{1,40}$")]
"""The number under which the matters module keeps a matter."""


@dataclass(frozen=True)
class EventContract:
    """What is promised of one event: its owner, name, version and shape."""

    owner: str
    name: str
    version: int
    summary: str
    cls: type[Any]
    example: Mapping[str, Any]

    @property
    def type(self) -> str:
        """The CloudEvents type, which is also the routing key."""
        return f"{self.name}.v{self.version}"

    @property
    def exchange(self) -> str:
        """The exchange that only the owner may publish to."""
        return self.owner

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema (2020-12) of the event's data."""
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.type,
            "description": self.summary,
            **schema_of(self.cls),
        }

    def load(self, data: Mapping[str, Any]) -> Any:
        """Build the event from its wire form; raises ``ContractBroken`` when the shape is not the promised one."""
        return _from_wire(self.cls, data, self.type)


class ContractBroken(ValueError):
    """The data is not what the contract promises."""


CONTRACTS: dict[str, EventContract] = {}


def event(name: str, *, version: int = 1, example: Mapping[str, Any]) -> Callable[[type[Any]], type[Any]]:
    """Declare the decorated dataclass as the event ``name``; its owner is the first word of the name."""

    def declare(cls: type[Any]) -> type[Any]:
        contract = EventContract(name.split(".")[0], name, version, (cls.__doc__ or "").strip(), cls, example)
        if contract.type in CONTRACTS:
            raise ValueError(f"{contract.type} is declared twice")
        CONTRACTS[contract.type] = contract
        cls.contract = contract
        return cls

    return declare


def schema_of(annotation: Any) -> dict[str, Any]:
    """Return the JSON Schema of an event field's type; refuses every type that could hold free text."""
    if is_dataclass(annotation) and isinstance(annotation, type):
        hints = get_type_hints(annotation, include_extras=True)
        return {
            "type": "object",
            "properties": {field.name: schema_of(hints[field.name]) for field in fields(annotation)},
            "required": [field.name for field in fields(annotation)],
            "additionalProperties": False,
        }
    if annotation is UUID:
        return {"type": "string", "format": "uuid"}
    if annotation is datetime:
        return {"type": "string", "format": "date-time"}
    if annotation is bool:
        return {"type": "boolean"}
    if annotation is int:
        return {"type": "integer"}
    return _schema_of_compound(annotation)


def _schema_of_compound(annotation: Any) -> dict[str, Any]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated and isinstance(arguments[1], Pattern):
        return {"type": "string", "pattern": arguments[1].regex}
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin is tuple and arguments[1:] == (...,):
        return {"type": "array", "items": schema_of(arguments[0])}
    if origin in (Union, types.UnionType) and type(None) in arguments:
        (inner,) = [argument for argument in arguments if argument is not type(None)]
        return {"anyOf": [schema_of(inner), {"type": "null"}]}
    raise TypeError(f"{annotation!r} may not stand in an event: it could hold personal data")


def to_wire(value: Any) -> Any:
    """Return the JSON form of an event or of one of its values."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_wire(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, (tuple, list)):
        return [to_wire(item) for item in value]
    return value


def moment_from_wire(value: str) -> datetime:
    """Return the moment of an RFC 3339 text; raises ``ValueError`` for one that names no time zone."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(UTC)


def _from_wire(annotation: Any, value: Any, where: str) -> Any:
    if is_dataclass(annotation) and isinstance(annotation, type):
        return _dataclass_from_wire(annotation, value, where)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is tuple:
        if not isinstance(value, list):
            raise ContractBroken(f"{where}: a list is expected")
        return tuple(_from_wire(arguments[0], item, where) for item in value)
    if origin in (Union, types.UnionType):
        inner = next(argument for argument in arguments if argument is not type(None))
        return None if value is None else _from_wire(inner, value, where)
    return _scalar_from_wire(annotation, value, where)


def _dataclass_from_wire(cls: type[Any], value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise ContractBroken(f"{where}: an object is expected")
    hints = get_type_hints(cls, include_extras=True)
    unknown = set(value) - set(hints)
    missing = set(hints) - set(value)
    if unknown or missing:
        raise ContractBroken(f"{where}: {len(unknown)} unknown and {len(missing)} missing fields")
    return cls(**{name: _from_wire(hint, value[name], f"{where}.{name}") for name, hint in hints.items()})


def _scalar_from_wire(annotation: Any, value: Any, where: str) -> Any:
    try:
        if annotation is UUID:
            return UUID(value)
        if annotation is datetime:
            return moment_from_wire(value)
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise ContractBroken(f"{where}: not of the promised type") from error
    origin, arguments = get_origin(annotation), get_args(annotation)
    promised = (
        (origin is Literal and value in arguments)
        or (origin is Annotated and isinstance(value, str) and re.fullmatch(arguments[1].regex, value) is not None)
        or (annotation is bool and isinstance(value, bool))
        or (annotation is int and isinstance(value, int) and not isinstance(value, bool))
    )
    if not promised:
        raise ContractBroken(f"{where}: not of the promised type")
    return value
