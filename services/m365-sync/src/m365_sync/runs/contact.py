"""How a relation looks as a contact in Outlook: a pure function of the relation and the day.

Every property we ever write is written each time, empties included, so that what left the relation leaves the
contact. Memos and warnings stay home: a mailbox is on telephones.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

Relation = dict[str, Any]
Contact = dict[str, Any]

MOST_EMAILS = 3
MOST_BUSINESS_PHONES = 2
MOST_HOME_PHONES = 2
HOME_LABELS = ("residence", "private")
HOME_PHONE_WORDS = ("priv", "thuis", "home", "domicile")
BOX = {"BE": "bus"}
COUNTRIES = {
    "BE": "België", "NL": "Nederland", "FR": "Frankrijk", "DE": "Duitsland", "LU": "Luxemburg",
    "GB": "Verenigd Koninkrijk",
}  # fmt: skip
NO_ADDRESS = {"street": "", "city": "", "state": "", "countryOrRegion": "", "postalCode": ""}


def contact_of(relation: Relation, *, today: date, readable: Callable[[str], str]) -> Contact:
    """Return the contact of a relation; ``readable`` turns an E.164 number into what people read."""
    name = str(relation.get("display_name") or "")
    return {
        **(_person(relation) if relation["kind"] == "natural_person" else _entity(relation)),
        "displayName": name,
        **_reached(relation, name, readable=readable),
        **_located(relation, today=today),
    }


def _person(relation: Relation) -> Contact:
    person = relation.get("person") or {}
    given = person.get("call_name") or person.get("first_names") or person.get("initials") or ""
    surname = _joined(person.get("prefix"), person.get("last_name"))
    filed = ", ".join(part for part in (person.get("last_name"), _joined(given, person.get("prefix"))) if part)
    return {
        "title": person.get("title") or None,
        "givenName": given or None,
        "initials": person.get("initials") or None,
        "surname": surname or None,
        "generation": person.get("suffix") or None,
        "companyName": None,
        "nickName": None,
        "fileAs": filed or str(relation.get("display_name") or ""),
    }


def _entity(relation: Relation) -> Contact:
    entity = relation.get("entity") or {}
    name = entity.get("legal_name") or relation.get("display_name") or ""
    return {
        "title": None,
        "givenName": None,
        "initials": None,
        "surname": None,
        "generation": None,
        "companyName": name or None,
        "nickName": entity.get("short_name") or None,
        "fileAs": str(relation.get("display_name") or name),
    }


def _reached(relation: Relation, name: str, *, readable: Callable[[str], str]) -> Contact:
    usable = [entry for entry in relation.get("communications") or [] if not entry.get("do_not_use")]
    usable.sort(key=lambda entry: not entry.get("preferred"))  # stable: otherwise in the order of the card
    emails = _distinct(entry.get("normalised") or entry["value"] for entry in usable if entry["kind"] == "email")
    sites = [entry["value"] for entry in usable if entry["kind"] == "web"]
    return {
        "emailAddresses": [{"name": name, "address": address} for address in emails[:MOST_EMAILS]],
        "businessHomePage": sites[0] if sites else None,
        **_telephones(usable, is_person=relation["kind"] == "natural_person", readable=readable),
    }


def _telephones(usable: Sequence[dict[str, Any]], *, is_person: bool, readable: Callable[[str], str]) -> Contact:
    """One mobile, two business and two home numbers is all a contact holds: what overflows takes a free place."""

    def numbers(kind: str, *, home: bool | None = None) -> list[str]:
        return [
            readable(entry.get("normalised") or entry["value"])
            for entry in usable
            if entry["kind"] == kind and home in (None, is_person and _is_home(entry))
        ]

    mobiles = _distinct(numbers("mobile"))
    at_home, at_work = _distinct(numbers("phone", home=True)), _distinct(numbers("phone", home=False))
    business, home = at_work[:MOST_BUSINESS_PHONES], at_home[:MOST_HOME_PHONES]
    for number in _distinct([*at_work[MOST_BUSINESS_PHONES:], *at_home[MOST_HOME_PHONES:], *mobiles[1:]]):
        if len(business) < MOST_BUSINESS_PHONES:
            business.append(number)
        elif len(home) < MOST_HOME_PHONES:
            home.append(number)
    return {"mobilePhone": mobiles[0] if mobiles else None, "businessPhones": business, "homePhones": home}


def _is_home(entry: dict[str, Any]) -> bool:
    return any(word in (entry.get("label") or "").lower() for word in HOME_PHONE_WORDS)


def _located(relation: Relation, *, today: date) -> Contact:
    """Matter correspondence goes under business, a person's residence under home, mailing under other."""
    left = [address for address in relation.get("addresses") or [] if _is_valid(address, today)]
    business = _take(left, lambda address: address.get("matter_correspondence"))
    home = None
    if relation["kind"] == "natural_person":
        home = _take(left, lambda address: address.get("label") in HOME_LABELS)
    other = _take(left, lambda address: address.get("mailing"))
    business = business or _take(left, lambda _: True)
    other = other or _take(left, lambda _: True)
    return {
        "businessAddress": _address(business),
        "homeAddress": _address(home),
        "otherAddress": _address(other),
    }


def _take(addresses: list[dict[str, Any]], wanted: Callable[[dict[str, Any]], Any]) -> dict[str, Any] | None:
    for position, address in enumerate(addresses):
        if wanted(address):
            return addresses.pop(position)
    return None


def _is_valid(address: dict[str, Any], today: date) -> bool:
    day = today.isoformat()
    return (address.get("valid_from") or day) <= day <= (address.get("valid_to") or day)


def _address(address: dict[str, Any] | None) -> dict[str, str]:
    if address is None:
        return dict(NO_ADDRESS)
    country = address.get("country") or ""
    box = _joined(BOX.get(country), address["box"]) if address.get("box") else ""
    street = _joined(address.get("street"), address.get("number"), box)
    return {
        "street": "\n".join(line for line in (address.get("building"), street) if line),
        "city": address.get("city") or "",
        "state": "",
        "countryOrRegion": COUNTRIES.get(country, country),
        "postalCode": address.get("zip") or "",
    }


def _joined(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


def _distinct(texts: Iterable[str]) -> list[str]:
    return list({text.casefold(): text for text in reversed(list(texts))}.values())[::-1]
