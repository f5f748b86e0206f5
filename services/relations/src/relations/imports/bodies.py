"""Rows as bodies of relations, and the fields of bodies as the mapping names them."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from relations.exchange.houses import taken_apart
from relations.imports.cells import reading_at, varia_value
from relations.imports.domain import NUMBERED_ADDRESS, Rules
from relations.record.composing import Definitions

Body = dict[str, Any]
GroupOf = Callable[[str], str | None]
Put = Callable[[Body, dict[int, Body], str], None]
"""Puts the text of a cell into a body or into one of its addresses, which are told apart by their numbers."""

ENTITY, PERSON = "entity", "person"
NAMES_OF_PERSONS = ("last_name", "first_names", "initials", "call_name")
PART = re.compile(r"^(communications|addresses)\.(\d+)(?:\.(.*))?$")


class BodyMaker:
    """Makes of each row what would be posted to register its relation; the mapping is understood once.

    A row with the name of a person is a person; the company such a row names goes to the memo, for a person has none.
    ``group_of`` returns the code of a group by any of its names, or None when the office has no such group.
    """

    def __init__(self, rules: Rules, *, group_of: GroupOf, varia: Definitions) -> None:
        self._columns = [(place, _putting(place)) if place else None for place in rules.places]
        self._defaults = [(place, _putting(place), text) for place, text in rules.defaults.items()]
        self._group_of = group_of
        self._varia = varia

    def body_of(self, cells: Sequence[str]) -> Body:
        """Return the body that a row stands for."""
        body: Body = {}
        addresses: dict[int, Body] = {}
        filled = set()
        for column, cell in zip(self._columns, cells, strict=False):
            if column and (text := cell.strip()):
                place, put = column
                put(body, addresses, text)
                filled.add(place)
        for place, put, text in self._defaults:
            if place not in filled and (addresses or not place.startswith("addresses.")):
                put(body, addresses, text)
        for address in addresses.values():
            if "number" not in address and address.get("street"):
                address.update(taken_apart(address["street"]))
        if addresses:
            body["addresses"] = [addresses[number] for number in sorted(addresses)]
        if "groups" in body:
            body["groups"] = list(dict.fromkeys(self._group_of(name) or name for name in body["groups"]))
        self._read_varia(body)
        body.setdefault("kind", _kind(body))
        _leave_one_name(body)
        return body

    def _read_varia(self, body: Body) -> None:
        held = [("relation", body.get("varia", {}))]
        held += [("address", address.get("varia", {})) for address in body.get("addresses", ())]
        for level, values in held:
            defined = self._varia.get(level, {})
            values.update({key: varia_value(defined.get(key), text) for key, text in values.items()})


def field_of(path: str, body: Body) -> str:
    """Return a field of a body as a mapping names it: ``communications.0.value`` may be ``communications.email``."""
    part = PART.match(path)
    if part is None:
        return re.sub(r"\.\d+$", "", path)
    name, place, rest = part[1], int(part[2]), part[3]
    if name == "addresses":
        return ".".join(word for word in (name, str(place + 1) if place else "", rest) if word)
    entries = body.get(name, [])
    return f"{name}.{entries[place].get('kind')}" if place < len(entries) else name


def _putting(place: str) -> Put:
    """Return what puts a text at a place."""
    numbered = NUMBERED_ADDRESS.match(place)
    first, _, rest = place.partition(".")
    if first == "addresses":
        return _putting_address(numbered[2] if numbered else rest, int(numbered[1]) if numbered else 1)
    if first == "communications":
        return lambda body, _, text: body.setdefault(first, []).append({"kind": rest, "value": text})
    if first == "groups":
        return lambda body, _, text: body.setdefault(first, []).extend(
            name.strip() for name in re.split(r"[,;|\n]", text) if name.strip()
        )
    if first == "varia":
        return lambda body, _, text: body.setdefault(first, {}).update({rest: text})
    read = reading_at(place)
    if rest:
        return lambda body, _, text: _join(body.setdefault(first, {}), rest, read(text))
    return lambda body, _, text: _join(body, first, read(text))


def _putting_address(field: str, number: int) -> Put:
    if field.startswith("varia."):
        key = field.removeprefix("varia.")
        return lambda _, addresses, text: addresses.setdefault(number, {}).setdefault("varia", {}).update({key: text})
    read = reading_at(f"addresses.{field}")
    return lambda _, addresses, text: _join(addresses.setdefault(number, {}), field, read(text))


def _join(fields: Body, name: str, value: object) -> None:
    """Set a field; when several columns go to it their texts are joined."""
    present = fields.get(name)
    fields[name] = f"{present} {value}" if isinstance(present, str) and isinstance(value, str) else value


def _kind(body: Body) -> str:
    if any(body.get(PERSON, {}).get(name) for name in NAMES_OF_PERSONS):
        return "natural_person"
    if body.get(ENTITY):
        return "legal_entity"
    return "natural_person" if body.get(PERSON) else "other"


def _leave_one_name(body: Body) -> None:
    is_person = body["kind"] == "natural_person"
    other = body.pop(ENTITY if is_person else PERSON, {})
    texts = [text for value in other.values() for text in ([value] if isinstance(value, str) else value or ())]
    if texts:
        body["memo"] = "\n".join(text for text in (body.get("memo", ""), " · ".join(texts)) if text)
