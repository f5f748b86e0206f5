"""How a party is described in a deed or pleading, in Dutch, French and English, as at a given day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SITUATIONS = ("normal", "bankruptcy", "suspension_of_payments", "judicial_reorganisation", "dissolution", "closed")
CIVIL_STATUSES = ("single", "married", "cohabiting", "separated", "divorced", "widowed")
CAPACITIES = ("full", "minor", "protected", "emancipated")
DOCUMENT_TYPES = ("identity_card", "passport", "residence_permit", "driving_licence", "other")


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
        "division": "RPR {court}, afdeling {division}",
        "represented": "vertegenwoordigd door {}",
        "and": " en ",
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
        "division": "RPM {court}, division {division}",
        "represented": "représentée par {}",
        "and": " et ",
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
        "division": "register of legal persons {court}, division {division}",
        "represented": "represented by {}",
        "and": " and ",
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
    court, division = facts.get("register_court"), facts.get("register_division")
    if court and division and division != court:
        parts.append(phrases["division"].format(court=court, division=division))
    elif court:
        parts.append(phrases["court"].format(court))
    if facts.get("representatives"):
        parts.append(phrases["represented"].format(_enumerated(facts["representatives"], phrases["and"])))
    return parts


def representatives_on(representatives: Sequence[dict[str, Any]], day: dt.date) -> list[str]:
    """Return who represents an entity on a day, each with the function; dates are ISO texts or missing."""
    present = [
        each
        for each in representatives
        if (not each.get("from") or each["from"] <= day.isoformat())
        and (not each.get("to") or day.isoformat() <= each["to"])
    ]
    return [
        " ".join(part for part in (each["name"], f"({each['function']})" if each.get("function") else "") if part)
        for each in present
    ]


def _enumerated(names: Sequence[str], last_joint: str) -> str:
    return last_joint.join(part for part in (", ".join(names[:-1]), names[-1]) if part)


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
