"""What a register knows of a company, put into a draft: only where nothing was typed."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from gateway.web.formats import amount, as_number, whole
from gateway.web.forms import Document, at
from gateway.web.registration import country_of

REACH = (("telephone", "phone"), ("website", "web"))
SITUATIONS = (("bankruptcy", "bankruptcy"), ("suspension_of_payments", "suspension_of_payments"))


def filled_in(draft: Document, facts: Mapping[str, Any], *, provider: str, today: str) -> Document:
    """Return what to add to a draft (JSON merge patch) from a register's facts."""
    known = {
        "kind": "legal_entity",
        "entity": {name: facts.get(name) for name in ("legal_name", "legal_form", "trade_names")},
        "identifiers": {"rsin": facts.get("rsin"), "vat": facts.get("vat_number")},
        "language": "nl",
        "legal_identity": _identity(facts, provider=provider, today=today),
        "accounting": {"invoice_language": "nl"},
    }
    patch = _missing(known, draft)
    if draft.get("kind") in (None, "natural_person") and not _says_anything(draft.get("person")):
        patch["kind"] = known["kind"]
    if not draft.get("communications") and (reach := _communications(facts)):
        patch["communications"] = reach
    if not draft.get("addresses") and (seat := _seat(facts)):
        patch["addresses"] = [seat]
    return patch


def first_figures(look_up: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the first figures of a look-up: how large the company is and how it fares."""
    figures = look_up.get("figures") or {}
    currency = str(figures.get("currency") or "EUR")
    year = str(figures.get("year") or "")
    given = (
        (_("Personeel"), whole(figures.get("personnel"))),
        (_("Omzet %(year)s", year=year), amount(as_number(figures.get("turnover")), currency)),
        (_("Winst %(year)s", year=year), amount(as_number(figures.get("profit")), currency)),
        (_("Activa %(year)s", year=year), amount(as_number(figures.get("assets")), currency)),
    )
    return [{"label": label, "text": text} for label, text in given if text]


def _missing(known: Mapping[str, Any], draft: Mapping[str, Any]) -> Document:
    """Return the members of ``known`` that the draft does not have yet."""
    patch: Document = {}
    for name, value in known.items():
        present = draft.get(name)
        if isinstance(value, Mapping):
            inner = _missing(value, present if isinstance(present, Mapping) else {})
            if inner:
                patch[name] = inner
        elif value and not present:
            patch[name] = value
    return patch


def _identity(facts: Mapping[str, Any], *, provider: str, today: str) -> Document:
    number_kind = str(facts.get("number_kind") or "kvk")
    situation = next((code for fact, code in SITUATIONS if facts.get(fact)), "normal")
    return {
        "legal_name": facts.get("legal_name"),
        "legal_form": facts.get("legal_form"),
        number_kind if number_kind in ("kbo", "kvk") else "kvk": facts.get("number"),
        "rsin": facts.get("rsin"),
        "vat": facts.get("vat_number"),
        "seat": at(facts, "visiting_address.city") or at(facts, "postal_address.city"),
        "incorporation_date": facts.get("founded_on"),
        "legal_situation": situation,
        "valid_from": today,
        "source": provider,
    }


def _communications(facts: Mapping[str, Any]) -> list[Document]:
    return [{"kind": kind, "value": facts[fact]} for fact, kind in REACH if facts.get(fact)]


def _seat(facts: Mapping[str, Any]) -> Document:
    address = facts.get("visiting_address") or facts.get("postal_address") or {}
    if not address:
        return {}
    seat = {
        "label": "seat",
        "recipient_lines": [facts["legal_name"]] if facts.get("legal_name") else None,
        "street": address.get("street"),
        "number": address.get("house_number"),
        "box": address.get("house_number_addition"),
        "zip": address.get("postcode"),
        "city": address.get("city"),
        "country": country_of(address),
        "matter_correspondence": True,
        "mailing": True,
    }
    return {name: value for name, value in seat.items() if value}


def _says_anything(part: Any) -> bool:
    return isinstance(part, Mapping) and any(part.values())
