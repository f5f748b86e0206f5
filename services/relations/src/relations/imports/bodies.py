"""Rows as bodies of relations, and the fields of bodies as the mapping names them."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from relations.exchange.houses import taken_apart
from relations.imports.cells import VariaTypes, value_at, varia_value
from relations.imports.domain import NUMBERED_ADDRESS, Rules

GroupOf = Callable[[str], str | None]
ENTITY, PERSON = "entity", "person"
NAMES_OF_PERSONS = ("last_name", "first_names", "initials", "call_name")
PART = re.compile(r"^(communications|addresses)\.(\d+)(?:\.(.*))?$")


def body_of(cells: Sequence[str], rules: Rules, *, group_of: GroupOf, varia: VariaTypes) -> dict[str, Any]:
    """Return what would be posted to register the relation of a row.

    A row with the name of a person is a person; the company such a row names goes to the memo, for a person has none.
    ``group_of`` returns the code of a group by any of its names, or None when the office has no such group.
    """
    body: dict[str, Any] = {}
    addresses: dict[int, dict[str, Any]] = {}
    filled = set()
    for place, text in zip(rules.places, (cell.strip() for cell in cells), strict=False):
        if place and text:
            _put(body, addresses, place, text)
            filled.add(place)
    for place, text in rules.defaults.items():
        if place not in filled and (not place.startswith("addresses.") or addresses):
            _put(body, addresses, place, text)
    for address in addresses.values():
        if "number" not in address and address.get("street"):
            address.update(taken_apart(address["street"]))
    if addresses:
        body["addresses"] = [addresses[number] for number in sorted(addresses)]
    _read_groups(body, group_of)
    _read_varia(body, varia)
    body.setdefault("kind", _kind(body))
    _leave_one_name(body)
    return body


def field_of(path: str, body: dict[str, Any]) -> str:
    """Return a field of a body as a mapping names it: ``communications.0.value`` may be ``communications.email``."""
    part = PART.match(path)
    if part is None:
        return re.sub(r"\.\d+$", "", path)
    name, place, rest = part[1], int(part[2]), part[3]
    if name == "addresses":
        return ".".join(word for word in (name, str(place + 1) if place else "", rest) if word)
    entries = body.get(name, [])
    return f"{name}.{entries[place].get('kind')}" if place < len(entries) else name


def _put(body: dict[str, Any], addresses: dict[int, dict[str, Any]], place: str, text: str) -> None:
    numbered = NUMBERED_ADDRESS.match(place)
    if numbered:
        place = f"addresses.{numbered[2]}"
    first, _, rest = place.partition(".")
    if first == "addresses":
        address = addresses.setdefault(int(numbered[1]) if numbered else 1, {})
        if rest.startswith("varia."):
            address.setdefault("varia", {})[rest.removeprefix("varia.")] = text
        else:
            _join(address, rest, value_at(place, text))
    elif first == "communications":
        body.setdefault(first, []).append({"kind": rest, "value": text})
    elif first == "groups":
        body.setdefault(first, []).extend(name.strip() for name in re.split(r"[,;|\n]", text) if name.strip())
    elif first == "varia":
        body.setdefault(first, {})[rest] = text
    elif rest:
        _join(body.setdefault(first, {}), rest, value_at(place, text))
    else:
        _join(body, first, value_at(place, text))


def _read_groups(body: dict[str, Any], group_of: GroupOf) -> None:
    if "groups" in body:
        body["groups"] = list(dict.fromkeys(group_of(name) or name for name in body["groups"]))


def _read_varia(body: dict[str, Any], types: VariaTypes) -> None:
    held = [("relation", body.get("varia", {}))]
    held += [("address", address.get("varia", {})) for address in body.get("addresses", ())]
    for level, values in held:
        values.update({key: varia_value(types.get((level, key)), text) for key, text in values.items()})


def _join(fields: dict[str, Any], name: str, value: object) -> None:
    """Set a field; when several columns go to it their texts are joined."""
    present = fields.get(name)
    fields[name] = f"{present} {value}" if isinstance(present, str) and isinstance(value, str) else value


def _kind(body: dict[str, Any]) -> str:
    if any(body.get(PERSON, {}).get(name) for name in NAMES_OF_PERSONS):
        return "natural_person"
    if body.get(ENTITY):
        return "legal_entity"
    return "natural_person" if body.get(PERSON) else "other"


def _leave_one_name(body: dict[str, Any]) -> None:
    is_person = body["kind"] == "natural_person"
    other = body.pop(ENTITY if is_person else PERSON, {})
    texts = [text for value in other.values() for text in ([value] if isinstance(value, str) else value or ())]
    if texts:
        body["memo"] = "\n".join(text for text in (body.get("memo", ""), " · ".join(texts)) if text)
