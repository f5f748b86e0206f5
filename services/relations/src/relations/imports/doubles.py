"""Likely doubles of many rows at once: those that share a key are looked at one by one, all others pass."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from relations.duplicates.queries import Probe, likely_doubles, probe_of
from relations.imports.checking import Checked
from relations.record.confidentiality import NOBODY
from relations.record.domain import Name, plain

KNOWN_KEYS = text(
    """
    SELECT value AS key FROM identifier WHERE value = ANY(:numbers)
    UNION SELECT normalised FROM communication WHERE normalised = ANY(:reach)
    UNION SELECT sort_name FROM relation WHERE sort_name = ANY(:names)
    """
)


@dataclass(frozen=True)
class Double:
    """What a row may be a double of: a relation, or an earlier row of the same batch; the score is 0–100."""

    relation_id: UUID | None = None
    row: int | None = None
    score: int = 100


def doubles_of(session: Session, batch: Sequence[Checked]) -> dict[int, Double]:
    """Return the likeliest double of each row that has one, by row number."""
    probes = {one.row.number: probe_of(one.command) for one in batch if one.command}
    sort_names = {one.row.number: _sort_name(one) for one in batch if one.command}
    known = {
        row.key
        for row in session.execute(
            KNOWN_KEYS,
            {
                "numbers": list({number for probe in probes.values() for number in probe.facts.numbers.values()}),
                "reach": list({entry for probe in probes.values() for entry in probe.facts.reach}),
                "names": list(set(sort_names.values())),
            },
        )
    }
    found: dict[int, Double] = {}
    seen: dict[tuple[str, str], int] = {}
    for number, probe in probes.items():
        if known & {*probe.facts.numbers.values(), *probe.facts.reach, sort_names[number]}:
            best = likely_doubles(session, probe, most=1, looking=NOBODY)
            if best:
                found[number] = Double(relation_id=best[0]["relation_id"], score=best[0]["score"])
        earlier = next((seen[key] for key in _keys(probe) if key in seen), None)
        if number not in found and earlier is not None:
            found[number] = Double(row=earlier)
        for key in _keys(probe):
            seen.setdefault(key, number)
    return found


def _keys(probe: Probe) -> set[tuple[str, str]]:
    """Return what only one and the same relation would have twice: a number, or its name with a way to reach it."""
    name = plain(probe.facts.display_name)
    return {("", number) for number in probe.facts.numbers.values()} | {(name, entry) for entry in probe.facts.reach}


def _sort_name(one: Checked) -> str:
    if one.command is None:
        return ""
    fields = one.command.fields
    name = Name(one.command.kind, {**(fields.get("person") or {}), **(fields.get("entity") or {})})
    return name.sort(fields.get("display_name") or name.display())
