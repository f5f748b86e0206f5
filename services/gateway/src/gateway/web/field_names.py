"""What the fields of a relation are called, by their path in its document, and how their values are written."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gateway.web.formats import company_number, country_name, day
from gateway.web.wording import (
    ADDRESS_LABELS,
    COMMUNICATION_KINDS,
    GROUPS,
    IDENTIFIERS,
    KINDS,
    LANGUAGES,
    STATUSES,
    word,
)

FIELD_NAMES = {
    "kind": _l("Soort"),
    "status": _l("Status"),
    "language": _l("Taal"),
    "display_name": _l("Weergavenaam"),
    "sort_name": _l("Sorteernaam"),
    "groups": _l("Groepen"),
    "warning": _l("Waarschuwing"),
    "memo": _l("Memo"),
    "responsible": _l("Verantwoordelijke"),
    "photo": _l("Foto of logo"),
    "has_photo": _l("Foto of logo"),
    "title": _l("Titel"),
    "initials": _l("Voorletters"),
    "first_names": _l("Voornamen"),
    "call_name": _l("Roepnaam"),
    "prefix": _l("Tussenvoegsel"),
    "last_name": _l("Familienaam"),
    "birth_name": _l("Geboortenaam"),
    "suffix": _l("Achtervoegsel"),
    "birth_date": _l("Geboortedatum"),
    "legal_name": _l("Officiële naam"),
    "legal_form": _l("Rechtsvorm"),
    "trade_names": _l("Handelsnamen"),
    "short_name": _l("Korte naam"),
    "label": _l("Soort adres"),
    "recipient_lines": _l("Aan"),
    "contact_person": _l("T.a.v."),
    "building": _l("Gebouw"),
    "street": _l("Straat"),
    "number": _l("Nummer"),
    "box": _l("Bus"),
    "zip": _l("Postcode"),
    "city": _l("Plaats"),
    "country": _l("Land"),
    "matter_correspondence": _l("Zaken-briefwisseling"),
    "mailing": _l("Mailing-adres"),
    "valid_from": _l("Geldig van"),
    "valid_to": _l("Geldig tot"),
    "value": _l("Nummer of adres"),
    "preferred": _l("Voorkeur"),
    "do_not_use": _l("Niet gebruiken"),
    "form": _l("Aanspreekvorm"),
    "salutation": _l("Aanspreking"),
    "letter_opening": _l("Aanhef"),
    "letter_closing": _l("Slotformule"),
    "level": _l("Zichtbaar voor"),
    "users": _l("Gebruikers"),
    "debtor_number": _l("Debiteurnummer"),
    "creditor_number": _l("Crediteurnummer"),
    "vat_regime": _l("Btw-regime"),
    "payment_term_days": _l("Betalingstermijn (dagen)"),
    "invoice_language": _l("Taal van de factuur"),
    "invoice_email": _l("E-mail voor facturen"),
    "invoice_address_id": _l("Adres voor facturen"),
    "credit_block": _l("Kredietblokkering"),
    "iban": _l("IBAN"),
    "bic": _l("BIC"),
    "holder": _l("Rekeninghouder"),
    "purpose": _l("Doel"),
    "note": _l("Opmerking"),
    "type": _l("Soort"),
    "phone": _l("Telefoon"),
    "email": _l("E-mail"),
    **COMMUNICATION_KINDS,
    **IDENTIFIERS,
}
PART_NAMES = {
    "aliases": _l("Alias"),
    "address_form": _l("Aanspreking"),
    "accounting": _l("Boekhouding"),
    "bank_accounts": _l("Bankrekening"),
    "communications": _l("Communicatie"),
    "addresses": _l("Contactadres"),
    "links": _l("Verband"),
    "legal_identities": _l("Gerechtelijke identiteit"),
    "legal_identity": _l("Gerechtelijke identiteit"),
    "identifiers": _l("Nummers"),
    "varia": _l("Varia"),
    "confidentiality": _l("Vertrouwelijkheid"),
}
SILENT_PARTS = ("person", "entity", "identifiers", "address_form", "accounting")
"""Parts whose fields say enough by themselves."""

VALUES: dict[str, dict[str, Any]] = {
    "kind": {**KINDS, **COMMUNICATION_KINDS},
    "status": STATUSES,
    "language": LANGUAGES,
    "invoice_language": LANGUAGES,
    "groups": GROUPS,
    "label": ADDRESS_LABELS,
}
ISO_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
PLACE = re.compile(r"\[?(\d+|[0-9a-f]{8}-[0-9a-f-]{27})\]?$")


def field_name(path: str) -> str:
    """Return what the field at a path is called: ``addresses.0.city`` is “Contactadres: Plaats”."""
    steps = [step for step in path.split(".") if step and not PLACE.match(step)]
    if not steps:
        return path
    *parts, last = steps
    if parts == ["groups"]:
        return f"{_('Groep')}: {word(GROUPS, last)}"
    own = word(PART_NAMES if not parts and last in PART_NAMES else FIELD_NAMES, last)
    heads = [word(PART_NAMES, part) for part in parts if part not in SILENT_PARTS]
    return ": ".join([*heads, own])


def in_words(path: str, value: Any) -> str:
    """Return a value of the field at a path as people read it; empty for none."""
    field = path.rpartition(".")[2]
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return str(_("ja") if value else _("nee"))
    if isinstance(value, list):
        return ", ".join(in_words(path, one) for one in value)
    if isinstance(value, dict):
        return _part_in_words(value)
    if field in ("country", "nationality", "birth_country"):
        return country_name(str(value))
    if field in IDENTIFIERS:
        return company_number(field, str(value))
    if field in VALUES:
        return word(VALUES[field], value)
    return day(value) if ISO_DAY.match(str(value)) else str(value)


def place_of(address: dict[str, Any]) -> str:
    """Return an address on one line."""
    house = " ".join(part for part in (address.get("street"), address.get("number"), address.get("box")) if part)
    town = " ".join(part for part in (address.get("zip"), address.get("city")) if part)
    return ", ".join(part for part in (house, town) if part)


def _part_in_words(part: dict[str, Any]) -> str:
    """Return a part as a whole: an address by its place, anything else by what it says."""
    if "street" in part:
        return ": ".join(said for said in (in_words("label", part.get("label")), place_of(part)) if said)
    told = {name: value for name, value in part.items() if name not in HIDDEN and value not in (None, "", False, [])}
    return ", ".join(in_words(name, value) for name, value in told.items())


HIDDEN = ("id", "normalised", "position", "relation_id")
"""What a part carries that says nothing to people."""
