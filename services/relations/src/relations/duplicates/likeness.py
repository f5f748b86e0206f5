"""How alike two relations are: a score from 0 to 100, and the reasons for it."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import RowMapping

from relations.record.domain import plain

ENOUGH = 70
"""Score from which two relations are shown as a likely double."""

ENOUGH_IN_SCAN = 75
"""Score from which a scan keeps a pair: a name alone must be nearly the same, and nothing may speak against it."""

ALIKE = 80
"""Likeness of two names (0–100) from which it counts as a reason."""

REACHED_BY = ("phone", "mobile", "email")
"""Kinds of communication that two relations share only when they are one, or live together."""

UNKNOWN_FIRST_NAME = 60
SAME_INITIAL = 90
FIRST_NAME_BEGINS_ALIKE = 80

PARTICLES = frozenset(
    {"van", "vande", "vanden", "vander", "de", "den", "der", "ten", "ter", "te", "t", "la", "le", "du"}
)
LEGAL_FORMS = frozenset(
    {
        "bv", "bvba", "nv", "vof", "cv", "cvba", "commv", "vzw", "ivzw", "sa", "sprl", "srl", "snc", "scs", "sc",
        "asbl", "gmbh", "ag", "kg", "ltd", "llc", "inc", "plc", "stichting",
    }
)  # fmt: skip


@lru_cache(maxsize=50_000)
def compared_name(text: str) -> str:
    """Return a name without dots, legal form or loose particles: ``Van de Velde N.V.`` is ``vandevelde``."""
    words = re.findall(r"[^\W_]+", plain(text).replace(".", "").replace("'", ""))
    joined: list[str] = []
    held = ""
    for word in words:
        if word in LEGAL_FORMS and len(words) > 1:
            continue
        if word in PARTICLES:
            held += word
            continue
        joined.append(held + word)
        held = ""
    return " ".join([*joined, held] if held else joined)


@dataclass(frozen=True)
class Facts:
    """What is compared of a relation, whether it exists or is being typed."""

    kind: str
    display_name: str
    first_names: str = ""
    last_names: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    birth_date: dt.date | None = None
    numbers: Mapping[str, str] = field(default_factory=dict)
    reach: frozenset[str] = frozenset()
    houses: frozenset[str] = frozenset()
    cities: frozenset[str] = frozenset()

    @cached_property
    def first(self) -> str:
        """The first of the first names, or an initial, as it is compared."""
        return plain(self.first_names).replace(".", " ").partition(" ")[0]

    @cached_property
    def lasts(self) -> tuple[str, ...]:
        """Last name and birth name as they are compared."""
        return tuple(compared_name(name) for name in self.last_names if name)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The whole names as they are compared: the one shown, trade names, aliases."""
        return tuple(dict.fromkeys(compared_name(name) for name in (self.display_name, *self.other_names) if name))


def likeness(one: Facts, other: Facts) -> tuple[int, list[str]]:
    """Return the score of two relations (0–100) and the codes of what they have in common."""
    alike = _alike_names(one, other)
    reasons = ["name"] if alike >= ALIKE else []
    score = alike * 0.8 if reasons else 0.0
    score = _weigh_numbers(one, other, score, reasons)
    if one.reach & other.reach:
        reasons.append("communication")
        score = max(score, 40) + 15
    if one.birth_date and other.birth_date:
        same = one.birth_date == other.birth_date
        score += 15 if same else -30
        reasons += ["birth_date"] if same else []
    if one.houses & other.houses:
        reasons.append("address")
        score += 10
    elif one.cities and other.cities and not one.cities & other.cities:
        score -= 8
    if (one.kind == "natural_person") != (other.kind == "natural_person"):
        score -= 25
    return max(0, min(100, round(score))), reasons


def _weigh_numbers(one: Facts, other: Facts, score: float, reasons: list[str]) -> float:
    """Add what the same official number says, or take off what two different ones of a kind do."""
    if not one.numbers or not other.numbers:
        return score
    if set(one.numbers.values()) & set(other.numbers.values()):
        reasons.append("identifier")
        return max(score, 70) + 25
    different = any(kind in other.numbers and other.numbers[kind] != value for kind, value in one.numbers.items())
    return score - 40 if different else score


def _alike_names(one: Facts, other: Facts) -> float:
    if one.lasts and other.lasts:
        straight = _alike_persons(one, other)
        return straight if straight >= ALIKE else max(straight, _alike_persons_turned(one, other))
    return max(
        (
            max(fuzz.token_sort_ratio(left, right), fuzz.ratio(left.replace(" ", ""), right.replace(" ", "")))
            for left in one.names
            for right in other.names
        ),
        default=0.0,
    )


def _alike_persons(one: Facts, other: Facts) -> float:
    first = _alike_first_names(one.first, other.first)
    return _nearest(one.lasts, other.lasts) * 0.65 + first * 0.35


def _alike_persons_turned(one: Facts, other: Facts) -> float:
    """Return how alike two persons are when first and last name of one were typed in each other's place."""
    if not one.first or not other.first:
        return 0.0
    across = _nearest((one.first,), other.lasts)
    return min(across, _nearest((other.first,), one.lasts)) if across >= ALIKE else 0.0


def _nearest(names: tuple[str, ...], others: tuple[str, ...]) -> float:
    """Return the likeness of the two names that are most alike."""
    if len(names) == len(others) == 1:
        return fuzz.ratio(names[0], others[0])
    return max(fuzz.ratio(name, other) for name in names for other in others)


def _alike_first_names(one: str, other: str) -> float:
    if not one or not other:
        return UNKNOWN_FIRST_NAME
    if one == other:
        return 100
    if len(one) == 1 or len(other) == 1:
        return SAME_INITIAL if one[0] == other[0] else 0
    alike = fuzz.ratio(one, other)
    return max(alike, FIRST_NAME_BEGINS_ALIKE) if one.startswith(other) or other.startswith(one) else alike


def names_of(row: RowMapping) -> Facts:
    """Return what is known of a candidate at first sight, a row of ``relations.duplicates.queries.CANDIDATES``."""
    return Facts(**_of_its_name(row), houses=frozenset(row["houses"] if row["shares_house"] else ()))


def facts_of(row: RowMapping) -> Facts:
    """Return the facts of a stored relation; ``row`` is one of ``relations.duplicates.queries.FACTS_OF``."""
    return Facts(
        **_of_its_name(row),
        numbers=row["numbers"],
        reach=frozenset(row["reach"]),
        houses=frozenset(row["houses"] or ()),
        cities=frozenset(plain(city) for city in row["cities"] if city),
    )


def _of_its_name(row: RowMapping) -> dict[str, Any]:
    return {
        "kind": row["kind"],
        "display_name": row["display_name"],
        "first_names": row["first_names"] or row["call_name"] or row["initials"],
        "last_names": (f"{row['prefix']} {row['last_name']}" if row["last_name"] else "", row["birth_name"]),
        "other_names": (*row["trade_names"], row["short_name"], *row["aliases"]),
        "birth_date": row["birth_date"],
    }
