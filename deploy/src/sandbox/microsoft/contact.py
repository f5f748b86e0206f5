"""What a Graph contact consists of, and what Graph refuses to store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.microsoft.messages import GraphError, Json

_TEXTS = (
    "givenName",
    "middleName",
    "surname",
    "initials",
    "title",
    "generation",
    "nickName",
    "displayName",
    "fileAs",
    "companyName",
    "department",
    "jobTitle",
    "profession",
    "officeLocation",
    "mobilePhone",
    "businessHomePage",
    "personalNotes",
    "birthday",
    "assistantName",
    "manager",
    "spouseName",
    "yomiGivenName",
    "yomiSurname",
    "yomiCompanyName",
)
_LISTS = {"businessPhones": 2, "homePhones": 2, "imAddresses": 3, "categories": 100, "children": 100}
_ADDRESSES = ("businessAddress", "homeAddress", "otherAddress")
_ADDRESS_PARTS = frozenset({"street", "city", "state", "countryOrRegion", "postalCode"})
_MOST_EMAILS = 3
EXTENDED = "singleValueExtendedProperties"


def blank() -> Json:
    """A contact with every property empty."""
    return {
        **dict.fromkeys(_TEXTS),
        **{name: [] for name in _LISTS},
        **{name: {} for name in _ADDRESSES},
        "emailAddresses": [],
    }


def checked(body: Any) -> tuple[Json, dict[str, str]]:
    """The properties and the extended properties of a body; raises GraphError when Graph would refuse it."""
    if not isinstance(body, dict):
        raise _refused("The request body is not a JSON object.")
    properties = {name: value for name, value in body.items() if name != EXTENDED and not name.startswith("@")}
    for name, value in properties.items():
        check = _CHECKS.get(name)
        if check is None:
            raise _refused(f"The property '{name}' does not exist on type 'microsoft.graph.contact'.")
        if not check(value):
            raise GraphError(400, "ErrorInvalidArgument", message=f"The value of '{name}' cannot be stored.")
    return properties, _extended(body.get(EXTENDED, []))


def same_property(left: str, right: str) -> bool:
    """Whether two extended property ids mean the same: the GUID in any case, the name exactly."""
    left_kind, _, left_name = left.partition(" Name ")
    right_kind, _, right_name = right.partition(" Name ")
    return (left_kind.casefold(), left_name) == (right_kind.casefold(), right_name)


def _extended(entries: Any) -> dict[str, str]:
    if not isinstance(entries, list):
        raise _refused(f"The value of '{EXTENDED}' is not a collection.")
    for entry in entries:
        if not isinstance(entry, dict) or not str(entry.get("id", "")).startswith("String {"):
            raise GraphError(400, "ErrorInvalidProperty", message="The extended property id is not valid.")
    return {entry["id"]: str(entry.get("value", "")) for entry in entries}


def _is_text(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_list(most: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and len(value) <= most and all(isinstance(it, str) for it in value)


def _is_address(value: Any) -> bool:
    return value is None or (isinstance(value, dict) and set(value) <= _ADDRESS_PARTS)


def _is_emails(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= _MOST_EMAILS
        and all(isinstance(entry, dict) and set(entry) <= {"name", "address"} for entry in value)
    )


_CHECKS: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(_TEXTS, _is_text),
    **{name: _is_list(most) for name, most in _LISTS.items()},
    **dict.fromkeys(_ADDRESSES, _is_address),
    "emailAddresses": _is_emails,
}


def _refused(message: str) -> GraphError:
    return GraphError(400, "RequestBodyRead", message=message)
