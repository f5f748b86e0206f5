"""A vCard as the body of a relation: what Outlook, Google, Apple and this house itself write."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from relations.exchange.card_lines import Card, Property
from relations.exchange.countries import country_code
from relations.exchange.houses import street_line, taken_apart
from relations.record.domain import ADDRESS_LABELS, IDENTIFIER_KINDS, KINDS, LANGUAGES

OWN = "X-RELATION-"
"""How the properties begin that say what no standard property can; other programs leave them alone."""

PARTICLE = re.compile(r"^((?:(?:van|von|de|den|der|het|ter|ten|te|tot|vom|zu|op|in|'t|'s|le|la|du|des)\s+)+)(?=\S)")
"""What stands before a Dutch last name in small letters; the Belgian way, with a capital, belongs to the name."""

DATE = re.compile(r"^(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*)?$")
APPLE_LABEL = re.compile(r"^_\$!<(.*)>!\$_$")
REACH: dict[str, str] = {
    "EMAIL": "email", "URL": "web", f"{OWN}EBOX": "ebox", f"{OWN}PEPPOL": "peppol",
}  # fmt: skip

GroupOf = Callable[[str], str | None]


class NoRelation(ValueError):
    """The card speaks of nobody; the message says why."""


def body_of(card: Card, *, group_of: GroupOf) -> dict[str, Any]:
    """Return what would be posted to register the relation of a card; raises ``NoRelation``.

    ``group_of`` returns the code of a group by any of its names, or None when the office has no such group.
    """
    if card.problem:
        raise NoRelation(card.problem)
    found = _Properties(card.properties)
    if found.text("KIND", "X-ADDRESSBOOKSERVER-KIND").lower() == "group":
        raise NoRelation("This card is a list of others, not a relation")
    body: dict[str, Any] = {"kind": _kind(found), "communications": _communications(found)}
    rest = _name(body, found)
    body["addresses"] = _addresses(found)
    body["identifiers"] = {
        kind: text for kind in IDENTIFIER_KINDS if (text := found.text(f"{OWN}{kind.upper()}"))
    }  # fmt: skip
    rest += _groups(body, found, group_of)
    language = (found.text(f"{OWN}LANGUAGE") or found.text("LANG"))[:2].lower()
    if language in LANGUAGES:
        body["language"] = language
    body["memo"] = "\n".join(text for text in (*(note.text for note in found.all("NOTE")), *rest) if text)
    return body


class _Properties:
    """The properties of one card by name and by group."""

    def __init__(self, properties: Sequence[Property]) -> None:
        self.in_order = properties
        self._by_name: dict[str, list[Property]] = {}
        for one in properties:
            self._by_name.setdefault(one.name, []).append(one)

    def all(self, name: str) -> list[Property]:
        return self._by_name.get(name, [])

    def text(self, *names: str) -> str:
        return next((one.text for name in names for one in self.all(name) if one.text), "")

    def parts(self, name: str, count: int) -> list[str]:
        parts = next((one.parts for one in self.all(name) if any(one.parts)), [])
        return [*parts, *[""] * count][:count]

    def beside(self, one: Property, name: str) -> Property | None:
        """Return the property of a name in the group of another one."""
        return next((other for other in self.all(name) if one.group and other.group == one.group), None)

    def label(self, one: Property) -> str:
        label = self.beside(one, "X-ABLABEL")
        text = label.text if label else ""
        wrapped = APPLE_LABEL.match(text)
        return wrapped[1] if wrapped else text


def _kind(found: _Properties) -> str:
    own = found.text(f"{OWN}KIND")
    if own in KINDS:
        return own
    if found.text("KIND").lower() in ("org", "organization", "location"):
        return "legal_entity"
    if found.text("X-ABSHOWAS").upper() == "COMPANY":
        return "legal_entity"
    named = any(found.parts("N", 3)[:2])
    if not named and found.text("ORG") and found.text("FN") in ("", found.parts("ORG", 1)[0], found.text("ORG")):
        return "legal_entity"
    return "natural_person"


def _name(body: dict[str, Any], found: _Properties) -> list[str]:
    """Put the name into the body; return what has no place there."""
    organisation = found.parts("ORG", 4)
    if body["kind"] != "natural_person":
        name = organisation[0] or found.text("FN") or found.parts("N", 1)[0]
        extra = found.parts(f"{OWN}ENTITY", 2)
        body["entity"] = {
            "legal_name": name, "short_name": extra[0], "legal_form": extra[1],
            "trade_names": [item for one in found.all("NICKNAME") for item in one.items],
        }  # fmt: skip
        _own_display_name(body, found)
        return [" · ".join(part for part in organisation[1:] if part), found.text("TITLE", "ROLE")]
    last, first, middle, title, suffix = found.parts("N", 5)
    prefix, initials, birth_name = found.parts(f"{OWN}NAME", 3)
    if not last and not first:
        *firsts, last = found.text("FN").split() or [""]
        first = " ".join(firsts)
    if prefix:
        last = last.removeprefix(prefix).strip()
    elif particle := PARTICLE.match(last):
        prefix, last = particle[1].strip(), last[particle.end() :]
    body["person"] = {
        "title": title, "initials": initials, "first_names": " ".join(part for part in (first, middle) if part),
        "call_name": next((item for one in found.all("NICKNAME") for item in one.items), ""),
        "prefix": prefix, "last_name": last, "birth_name": birth_name, "suffix": suffix,
        "birth_date": _birth_date(found),
    }  # fmt: skip
    _own_display_name(body, found)
    return [" · ".join(part for part in (*organisation, found.text("TITLE", "ROLE")) if part)]


def _own_display_name(body: dict[str, Any], found: _Properties) -> None:
    if own := found.text(f"{OWN}DISPLAY-NAME"):
        body["display_name"] = own


def _birth_date(found: _Properties) -> str | None:
    for one in found.all("BDAY"):
        date = DATE.match(one.text)
        if date and "X-APPLE-OMIT-YEAR" not in one.parameters:
            return "-".join(date.groups())
    return None


def _communications(found: _Properties) -> list[dict[str, Any]]:
    return [
        {
            "kind": _phone_kind(one) if one.name == "TEL" else REACH[one.name],
            "value": one.text.removeprefix("tel:") if one.name == "TEL" else one.text,
            "label": found.label(one)[:60],
            "preferred": _is_preferred(one),
        }
        for one in found.in_order
        if one.text and (one.name == "TEL" or one.name in REACH)
    ]


def _phone_kind(one: Property) -> str:
    if one.types & {"cell", "mobile", "iphone"}:
        return "mobile"
    return "fax" if "fax" in one.types else "phone"


def _is_preferred(one: Property) -> bool:
    return "pref" in one.types or "PREF" in one.parameters


def _addresses(found: _Properties) -> list[dict[str, Any]]:
    addresses = []
    for one in found.all("ADR"):
        po_box, building, street, city, region, zip_code, country = [*one.parts, *[""] * 7][:7]
        if not any((po_box, building, street, city, zip_code)):
            continue
        own = found.beside(one, f"{OWN}ADDRESS")
        address = {
            "label": _label(one, found), "building": building, "zip": zip_code,
            "city": city or region, "country": country_code(country), **taken_apart(" ".join(street.split("\n"))),
        }  # fmt: skip
        if po_box:
            address["label"] = "po_box"
            address.setdefault("street", "")
            address["street"] = address["street"] or f"Postbus {po_box}"
        if own:
            address.update(_own_parts(own, street))
        addresses.append(address)
    return addresses


def _label(one: Property, found: _Properties) -> str:
    if "home" in one.types:
        return "residence"
    if "work" in one.types:
        return "seat" if _kind(found) != "natural_person" else "establishment"
    return "other"


def _own_parts(own: Property, street: str) -> dict[str, Any]:
    """Return what this house wrote beside an address, unless another program has changed the address since."""
    label, lines, contact, title, *house, country, uses = [*own.parts, *[""] * 9][:9]
    if street_line(*house) != street:
        return {}
    return {
        "label": label if label in ADDRESS_LABELS else "other",
        "recipient_lines": [line for line in lines.split("\n") if line],
        "contact_person": contact, "title": title,
        "street": house[0], "number": house[1], "box": house[2], "country": country,
        "matter_correspondence": "matter_correspondence" in uses.split(), "mailing": "mailing" in uses.split(),
    }  # fmt: skip


def _groups(body: dict[str, Any], found: _Properties, group_of: GroupOf) -> list[str]:
    """Put the groups into the body; return the categories that are none of the office's groups."""
    names = [item for one in found.all("CATEGORIES") for item in one.items if item.lower() != "mycontacts"]
    codes = {name: group_of(name) for name in names}
    body["groups"] = sorted({code for code in codes.values() if code})
    return [", ".join(name for name, code in codes.items() if not code)]
