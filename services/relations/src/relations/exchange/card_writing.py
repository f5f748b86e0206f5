"""Relations as vCards, 3.0 (RFC 2426) or 4.0 (RFC 6350).

What no standard property can say stands beside it under a name that begins with ``X-RELATION-``, so that reading our
own card gives the relation back whole, while other programs see a plain card. Communications that must not be used
stay behind.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from relations.exchange.card_pictures import lines_of
from relations.exchange.card_reading import OWN
from relations.exchange.countries import country_name
from relations.exchange.houses import street_line
from relations.record.domain import Name, Picture

Version = Literal["3.0", "4.0"]
LONGEST_LINE = 75
"""Octets on a line, the line break aside."""

PHONES = {"phone": "voice", "mobile": "cell", "fax": "fax"}
REACH = {"email": "EMAIL", "web": "URL", "ebox": f"{OWN}EBOX", "peppol": f"{OWN}PEPPOL"}
HOME = ("residence", "private", "chosen_domicile")


def cards_of(
    documents: Iterable[Mapping[str, Any]], *, version: Version, pictures: Mapping[Any, Picture] | None = None
) -> str:
    """Return relations, as ``record.document`` reads them, as one file of cards with their pictures by id."""
    pictures = pictures or {}
    lines = (line for document in documents for line in _lines(document, version, pictures.get(document["id"])))
    return "".join(_folded(line) for line in lines)


def _lines(document: Mapping[str, Any], version: Version, picture: Picture | None) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield f"VERSION:{version}"
    yield f"UID:urn:uuid:{document['id']}"
    yield f"FN:{escaped(document['display_name'])}"
    if not document.get("restricted"):
        yield from _particulars(document, version, picture)
    elif version == "3.0":
        yield "N:;;;;"
    yield "END:VCARD"


def _particulars(document: Mapping[str, Any], version: Version, picture: Picture | None) -> Iterator[str]:
    """Yield all that stands on a card but the name; a confidential relation's card has none of it for most users."""
    yield from _name(document, version)
    groups = 0
    for entry in document["communications"]:
        if not entry["do_not_use"]:
            groups += bool(entry["label"])
            yield from _communication(entry, version, group=f"item{groups}." if entry["label"] else "")
    for address in document["addresses"]:
        groups += 1
        yield from _address(address, version, group=f"item{groups}.", language=document["language"])
    for kind, value in sorted(document["identifiers"].items()):
        yield f"{OWN}{kind.upper()}:{escaped(value)}"
    if document["groups"]:
        yield "CATEGORIES:" + ",".join(escaped(code) for code in document["groups"])
    yield f"{'LANG' if version == '4.0' else OWN + 'LANGUAGE'}:{document['language']}"
    if document["memo"]:
        yield f"NOTE:{escaped(document['memo'])}"
    if picture:
        yield lines_of(picture, version=version)
    yield f"REV:{document['updated_at']:%Y%m%dT%H%M%SZ}"


def _name(document: Mapping[str, Any], version: Version) -> Iterator[str]:
    if person := document.get("person"):
        last = " ".join(part for part in (person["prefix"], person["last_name"]) if part)
        yield "N:" + structured(last, person["first_names"], "", person["title"], person["suffix"])
        if person["call_name"]:
            yield f"NICKNAME:{escaped(person['call_name'])}"
        if person["birth_date"]:
            day = str(person["birth_date"])
            yield f"BDAY:{day.replace('-', '') if version == '4.0' else day}"
        yield f"{OWN}NAME:" + structured(person["prefix"], person["initials"], person["birth_name"])
        kind = "individual"
    else:
        entity = document["entity"]
        yield "N:;;;;"
        yield f"ORG:{escaped(entity['legal_name'] or document['display_name'])}"
        if entity["trade_names"]:
            yield "NICKNAME:" + ",".join(escaped(name) for name in entity["trade_names"])
        yield f"{OWN}ENTITY:" + structured(entity["short_name"], entity["legal_form"])
        kind = "org"
        if version == "3.0":
            yield "X-ABShowAs:COMPANY"
    if version == "4.0":
        yield f"KIND:{kind}"
    yield f"{OWN}KIND:{document['kind']}"
    if document["display_name"] != Name(document["kind"], document.get("person") or document["entity"]).display():
        yield f"{OWN}DISPLAY-NAME:{escaped(document['display_name'])}"


def _communication(entry: Mapping[str, Any], version: Version, *, group: str) -> Iterator[str]:
    types = [PHONES[entry["kind"]]] if entry["kind"] in PHONES else []
    parameters = ""
    if entry["preferred"]:
        if version == "4.0":
            parameters = ";PREF=1"
        else:
            types.append("pref")
    parameters += "".join(f";TYPE={word}" for word in types)
    name = "TEL" if entry["kind"] in PHONES else REACH[entry["kind"]]
    yield f"{group}{name}{parameters}:{escaped(entry['value'])}"
    if entry["label"]:
        yield f"{group}X-ABLabel:{escaped(entry['label'])}"


def _address(address: Mapping[str, Any], version: Version, *, group: str, language: str) -> Iterator[str]:
    house = (address["street"], address["number"], address["box"])
    country = country_name(address["country"], language=language) if address["country"] else ""
    place = "home" if address["label"] in HOME else "work"
    adr = structured("", address["building"], street_line(*house), address["city"], "", address["zip"], country)
    yield f"{group}ADR;TYPE={place}:{adr}"
    uses = " ".join(use for use in ("matter_correspondence", "mailing") if address[use])
    yield f"{group}{OWN}ADDRESS:" + structured(
        address["label"], "\n".join(address["recipient_lines"]), address["contact_person"], address["title"], *house,
        address["country"], uses,
    )  # fmt: skip


def structured(*parts: str) -> str:
    """Return a structured value of its components."""
    return ";".join(escaped(part) for part in parts)


def escaped(text: str) -> str:
    """Return a text as a value; no line break of it can begin a property."""
    plain = text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    return "\\n".join(plain.splitlines())


def _folded(line: str) -> str:
    """Return a line with its line break, folded between signs, never inside one."""
    pieces, piece, size = [], "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > LONGEST_LINE:
            pieces.append(piece)
            piece, size = " ", 1
        piece += sign
        size += width
    return "\r\n".join((*pieces, piece)) + "\r\n"
