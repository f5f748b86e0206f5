"""The part of OData that contact lists answer to: $filter, $expand, $select, $orderby, $top, $skip."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from sandbox.microsoft.contact import EXTENDED, blank, same_property
from sandbox.microsoft.mailboxes import shown
from sandbox.microsoft.messages import Ask, GraphError, Json
from sandbox.store import Document

MOST_PER_PAGE = 1000
_TEXT = r"'((?:[^']|'')*)'"
_BY_EXTENDED = re.compile(
    rf"singleValueExtendedProperties/any\(\s*(\w+)\s*:\s*\1/id\s+eq\s+{_TEXT}\s+and\s+\1/value\s+eq\s+{_TEXT}\s*\)",
    re.I,
)
_BY_EMAIL = re.compile(rf"emailAddresses/any\(\s*(\w+)\s*:\s*\1/address\s+eq\s+{_TEXT}\s*\)", re.I)
_BY_TEXT = re.compile(rf"(\w+)\s+eq\s+{_TEXT}")
_BY_START = re.compile(rf"startswith\(\s*(\w+)\s*,\s*{_TEXT}\s*\)", re.I)
_EXPANDED = re.compile(r"singleValueExtendedProperties\(\s*\$filter\s*=\s*(.+)\)", re.I)
_EXPANDED_ID = re.compile(rf"id\s+eq\s+{_TEXT}", re.I)
Test = Callable[[Document], bool]


def page(found: list[Document], ask: Ask, *, page_size: int) -> Json:
    """One page of the contacts that pass the filter, with the address of the next; raises GraphError."""
    passes = _filter(ask.query.get("$filter", ""))
    found = _ordered([contact for contact in found if passes(contact)], ask.query.get("$orderby", ""))
    size = _whole(ask.query, "$top") or ask.preferred_page_size or page_size
    size = min(max(1, size), MOST_PER_PAGE)
    start = _whole(ask.query, "$skip")
    answer: Json = {"value": [show(contact, ask) for contact in found[start : start + size]]}
    if start + size < len(found):
        query = {**ask.query, "$skip": str(start + size)}
        answer["@odata.nextLink"] = f"{ask.root}{ask.path}?{urlencode(query, safe='$')}"
    return answer


def show(contact: Document, ask: Ask) -> Json:
    """One contact with the properties that were selected and the extended ones that were expanded."""
    written = shown(contact, immutable=ask.immutable_ids)
    if wanted := {name.strip() for name in ask.query.get("$select", "").split(",") if name.strip()}:
        written = {name: value for name, value in written.items() if name in wanted | {"id", "@odata.etag"}}
    if entries := _expanded(contact, ask.query.get("$expand", "")):
        written[EXTENDED] = entries
    return written


def _expanded(contact: Document, expand: str) -> list[Json]:
    if not expand:
        return []
    found = _EXPANDED.fullmatch(expand.strip())
    if not found:
        raise GraphError(400, "BadRequest", message="Parsing OData Select and Expand failed.")
    wanted = [_unquoted(text) for text in _EXPANDED_ID.findall(found[1])]
    return [
        {"id": known, "value": value}
        for known, value in contact["extended"].items()
        if any(same_property(known, one) for one in wanted)
    ]


def _filter(text: str) -> Test:
    text = text.strip()
    if not text:
        return lambda _contact: True
    if found := _BY_EXTENDED.fullmatch(text):
        wanted, value = _unquoted(found[2]), _unquoted(found[3]).casefold()
        return lambda contact: any(
            same_property(known, wanted) and stored.casefold() == value for known, stored in contact["extended"].items()
        )
    if found := _BY_EMAIL.fullmatch(text):
        address = _unquoted(found[2]).casefold()
        return lambda contact: any(
            (entry.get("address") or "").casefold() == address for entry in contact["properties"]["emailAddresses"]
        )
    if found := _BY_TEXT.fullmatch(text):
        name, value = _known(found[1]), _unquoted(found[2]).casefold()
        return lambda contact: str(contact["properties"][name] or "").casefold() == value
    if found := _BY_START.fullmatch(text):
        name, value = _known(found[1]), _unquoted(found[2]).casefold()
        return lambda contact: str(contact["properties"][name] or "").casefold().startswith(value)
    raise GraphError(400, "ErrorInvalidUrlQueryFilter", message="The query filter contains one or more invalid nodes.")


def _ordered(found: list[Document], order: str) -> list[Document]:
    if not order:
        return found
    name, _, direction = order.strip().partition(" ")
    known = _known(name)
    return sorted(
        found,
        key=lambda contact: str(contact["properties"][known] or "").casefold(),
        reverse=direction.strip().casefold() == "desc",
    )


def _known(name: str) -> str:
    if name not in blank():
        raise GraphError(400, "BadRequest", message=f"Could not find a property named '{name}' on the contact type.")
    return name


def _whole(query: Mapping[str, str], name: str) -> int:
    text = query.get(name, "0")
    if not text.isdecimal():
        raise GraphError(400, "BadRequest", message=f"Invalid value for {name}.")
    return int(text)


def _unquoted(text: str) -> str:
    return text.replace("''", "'")
