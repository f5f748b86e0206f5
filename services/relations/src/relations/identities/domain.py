"""How a party is described in a deed or pleading, in Dutch, French and English, as at a given day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SITUATIONS = ("normal", "bankruptcy", "suspension_of_payments", "judicial_reorganisation", "dissolution", "closed")


@dataclass(frozen=True)
class RecordIdentity:
    """Record a version of a relation's legal identity."""

    valid_from: dt.date
    source: str
    fields: dict[str, Any]


PHRASES: dict[str, dict[str, str]] = {
    "nl": {
        "seat": "met zetel te {}",
        "kbo": "ingeschreven in de KBO onder nummer {}",
        "kvk": "ingeschreven in het handelsregister van de Kamer van Koophandel onder nummer {}",
        "court": "RPR {}",
        "born": "geboren te {place} op {date}",
        "born_on": "geboren op {date}",
        "nationality": "met nationaliteit {}",
        "profession": "{}",
        "domicile": "wonende te {}",
    },
    "fr": {
        "seat": "dont le siège est établi à {}",
        "kbo": "inscrite à la BCE sous le numéro {}",
        "kvk": "inscrite au registre du commerce de la Chambre de commerce néerlandaise sous le numéro {}",
        "court": "RPM {}",
        "born": "né(e) à {place} le {date}",
        "born_on": "né(e) le {date}",
        "nationality": "de nationalité {}",
        "profession": "{}",
        "domicile": "domicilié(e) à {}",
    },
    "en": {
        "seat": "with its seat at {}",
        "kbo": "registered with the Crossroads Bank for Enterprises under number {}",
        "kvk": "registered with the trade register of the Chamber of Commerce under number {}",
        "court": "register of legal persons {}",
        "born": "born in {place} on {date}",
        "born_on": "born on {date}",
        "nationality": "of {} nationality",
        "profession": "{}",
        "domicile": "residing at {}",
    },
}


def version_on(versions: Sequence[Any], day: dt.date) -> Any | None:
    """Return the version in force on a day: the last one begun, and of those the one recorded last."""
    begun = [version for version in versions if version.valid_from <= day]
    return max(begun, key=lambda version: (version.valid_from, version.recorded_at), default=None)


def describe_party(facts: dict[str, Any], *, language: str) -> str:
    """Return the description of a party in one sentence fragment, with every fact that is known."""
    phrases = PHRASES[language]
    name = facts["name"]
    form = facts.get("legal_form")
    if form and form.casefold() not in name.casefold().split():
        name = f"{form} {name}"
    parts = [name, *_facts_of_person(facts, phrases), *_facts_of_entity(facts, phrases)]
    return ", ".join(part for part in parts if part)


def _facts_of_entity(facts: dict[str, Any], phrases: dict[str, str]) -> list[str]:
    parts = []
    if facts.get("seat"):
        parts.append(phrases["seat"].format(facts["seat"]))
    if facts.get("kbo"):
        parts.append(phrases["kbo"].format(dotted_kbo(facts["kbo"])))
    if facts.get("kvk"):
        parts.append(phrases["kvk"].format(facts["kvk"]))
    if facts.get("register_court"):
        parts.append(phrases["court"].format(facts["register_court"]))
    return parts


def _facts_of_person(facts: dict[str, Any], phrases: dict[str, str]) -> list[str]:
    parts = []
    if facts.get("birth_date"):
        date = f"{facts['birth_date']:%d-%m-%Y}"
        key = "born" if facts.get("birth_place") else "born_on"
        parts.append(phrases[key].format(place=facts.get("birth_place"), date=date))
    others = ("nationality", "profession", "domicile")
    return parts + [phrases[fact].format(facts[fact]) for fact in others if facts.get(fact)]


def dotted_kbo(number: str) -> str:
    """Return a KBO number as it is written: 0999.990.123."""
    return f"{number[:4]}.{number[4:7]}.{number[7:]}"
