"""Likely doubles: candidates that share a key with a relation, scored on what they have in common.

Keys: an official number, a phone number or e-mail address, or a name word that begins alike. No key needs a postcode.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from relations.record.domain import Name, RegisterRelation, plain, words_of

ENOUGH = 70
"""Score (0–100) from which a relation is shown as a likely double."""

CANDIDATES = text(
    """
    SELECT r.id, r.number, r.display_name, r.sort_name, r.search_text, r.kind, r.birth_date,
      (SELECT coalesce(array_agg(i.value), '{}') FROM identifier i WHERE i.relation_id = r.id) AS numbers,
      (SELECT coalesce(array_agg(c.normalised), '{}') FROM communication c WHERE c.relation_id = r.id) AS reach,
      (SELECT coalesce(array_agg(a.street || ' ' || a.number), '{}') FROM address a WHERE a.relation_id = r.id)
        AS houses,
      coalesce((SELECT a.city FROM address a WHERE a.relation_id = r.id AND a.city <> '' ORDER BY a.position LIMIT 1),
        '') AS city
    FROM relation r
    WHERE r.status NOT IN ('merged', 'anonymised') AND r.id IN (
      (SELECT relation_id FROM identifier WHERE value = ANY(:numbers) LIMIT 20)
      UNION (SELECT relation_id FROM communication WHERE normalised = ANY(:reach) LIMIT 20)
      UNION (SELECT relation_id FROM search_word WHERE word >= :low AND word < :high LIMIT 40))
    """
)


@dataclass(frozen=True)
class Probe:
    """What is compared of a relation, whether it exists or is being typed."""

    kind: str
    name: str
    key_word: str
    birth_date: dt.date | None = None
    numbers: frozenset[str] = frozenset()
    reach: frozenset[str] = frozenset()
    houses: frozenset[str] = field(default_factory=frozenset)


def probe_of(command: RegisterRelation) -> Probe:
    """Return what is compared of a relation being registered."""
    fields = command.fields
    parts = {**(fields.get("person") or {}), **(fields.get("entity") or {})}
    display = fields.get("display_name") or Name(command.kind, parts).display()
    key = parts.get("last_name") or display
    return Probe(
        kind=command.kind,
        name=plain(display),
        key_word=max(words_of([key]), key=len, default=""),
        birth_date=parts.get("birth_date"),
        numbers=frozenset(value for value in (fields.get("identifiers") or {}).values() if value),
        reach=frozenset(entry["normalised"] for entry in fields.get("communications", [])),
        houses=frozenset(
            plain(f"{address['street']} {address['number']}")
            for address in fields.get("addresses", [])
            if address["street"]
        ),
    )


def likely_doubles(reader: Connection | Session, probe: Probe, *, most: int = 5) -> list[dict[str, Any]]:
    """Return the likeliest doubles with a score (0–100) and the reasons, best first."""
    start = probe.key_word[:4]
    rows = reader.execute(
        CANDIDATES,
        {
            "numbers": list(probe.numbers),
            "reach": list(probe.reach),
            "low": start or "\U0010fffe",
            "high": (start or "\U0010fffe") + "\U0010ffff",
        },
    ).all()
    scored = [found for row in rows if (found := _scored(probe, row))["score"] >= ENOUGH]
    return sorted(scored, key=lambda found: -found["score"])[:most]


def _scored(probe: Probe, row: Any) -> dict[str, Any]:
    # The search text begins with the display name in its plain form.
    similarity = fuzz.token_sort_ratio(probe.name, row.search_text.partition(" | ")[0])
    reasons: list[str] = []
    score = 0.0
    if similarity >= 80:
        reasons.append("name")
        score = similarity * 0.8
    if probe.numbers & set(row.numbers):
        reasons.append("identifier")
        score = max(score, 70) + 25
    if probe.reach & set(row.reach):
        reasons.append("communication")
        score = max(score, 45) + 15
    if probe.birth_date and probe.birth_date == row.birth_date:
        reasons.append("birth_date")
        score += 15
    elif probe.birth_date and row.birth_date:
        score -= 30
    if probe.houses and probe.houses & {plain(house) for house in row.houses}:
        reasons.append("address")
        score += 10
    return {
        "relation_id": row.id,
        "number": row.number,
        "display_name": row.display_name,
        "city": row.city,
        "score": max(0, min(100, round(score))),
        "reasons": reasons,
    }
