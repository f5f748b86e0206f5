"""The likeliest double of each of many relations that are about to be registered, found together.

Those that share an official number, a way to be reached or the whole name with a relation are compared with it; whoever
shares none of these passes. One statement finds the pairs, one reads what is compared, whatever their number.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from relations.duplicates.likeness import ENOUGH, REACHED_BY, likeness
from relations.duplicates.queries import FACTS_OF, Probe, compared, probe_of
from relations.record.confidentiality import NOBODY
from relations.record.domain import RegisterRelation
from relations.record.queries import GONE

SHARING = text(
    """
    SELECT asked.place, other.id FROM json_to_recordset(CAST(:names AS json)) AS asked (place int, key text)
    CROSS JOIN LATERAL
      (SELECT id FROM relation WHERE sort_name = asked.key AND status NOT IN ('merged', 'anonymised')
       ORDER BY id DESC LIMIT 20) AS other
    UNION SELECT asked.place, other.relation_id
    FROM json_to_recordset(CAST(:reach AS json)) AS asked (place int, key text)
    CROSS JOIN LATERAL (SELECT relation_id FROM communication WHERE normalised = asked.key LIMIT 20) AS other
    UNION SELECT asked.place, other.relation_id
    FROM json_to_recordset(CAST(:numbers AS json)) AS asked (place int, key text)
    CROSS JOIN LATERAL (SELECT relation_id FROM identifier WHERE value = asked.key LIMIT 20) AS other
    """
)
"""Each key is looked up in its index by itself, with a limit: the cost is that of the keys, not of the office."""

BY_INDEX = text("SET LOCAL enable_seqscan = off")
"""An office that was empty a minute ago has no statistics yet that speak for the indexes."""

HOUSES = text(
    """
    SELECT a.place, array_agg(k) AS houses
    FROM unnest(CAST(:places AS int[]), CAST(:streets AS text[]), CAST(:numbers AS text[]), CAST(:cities AS text[]))
      AS a (place, street, number, city), house_key(a.street, a.number, a.city) AS k
    WHERE k IS NOT NULL GROUP BY a.place
    """
)


@dataclass(frozen=True)
class Newcomer:
    """A relation about to be registered, and the name it would be listed under."""

    command: RegisterRelation
    sort_name: str


def likeliest_doubles(session: Session, newcomers: Mapping[int, Newcomer]) -> dict[int, tuple[UUID, int]]:
    """Return the relation that each newcomer may be, with the score (0–100); those that have none are left out.

    Of a confidential relation the name alone is compared: what is found here is read by many.
    """
    shared = _sharing(session, newcomers)
    probes = _with_houses(session, {place: probe_of(newcomers[place].command) for place in shared})
    ids = list({relation_id for each in shared.values() for relation_id in each})
    rows = session.execute(FACTS_OF, {"ids": ids}).mappings().all() if ids else []
    known = {row["id"]: (row["number"], compared(row, NOBODY)) for row in rows if row["status"] not in GONE}
    best: dict[int, tuple[UUID, int]] = {}
    for place, others in shared.items():
        scored = [
            (likeness(probes[place].facts, facts)[0], -number, relation_id)
            for relation_id in others
            if relation_id in known
            for number, facts in [known[relation_id]]
        ]
        score, _, relation_id = max(scored, default=(0, 0, None))
        if relation_id is not None and score >= ENOUGH:
            best[place] = (relation_id, score)
    return best


def _sharing(session: Session, newcomers: Mapping[int, Newcomer]) -> dict[int, list[UUID]]:
    """Return the relations that share a key with each newcomer that has any."""
    keys: dict[str, list[tuple[int, str]]] = {"names": [], "reach": [], "numbers": []}
    for place, newcomer in newcomers.items():
        fields = newcomer.command.fields
        keys["names"].append((place, newcomer.sort_name))
        keys["reach"] += [
            (place, entry["normalised"]) for entry in fields.get("communications", ()) if entry["kind"] in REACHED_BY
        ]
        keys["numbers"] += [(place, value) for value in (fields.get("identifiers") or {}).values() if value]
    asked = {name: _as_json(pairs) for name, pairs in keys.items()}
    found: dict[int, list[UUID]] = {}
    session.execute(BY_INDEX)
    for row in session.execute(SHARING, asked):
        found.setdefault(row.place, []).append(row.id)
    return found


def _as_json(pairs: Iterable[tuple[int, str]]) -> str:
    return orjson.dumps([{"place": place, "key": key} for place, key in pairs]).decode()


def _with_houses(session: Session, probes: Mapping[int, Probe]) -> dict[int, Probe]:
    """Return the probes with the keys of their houses, which the database makes."""
    columns = {"streets": "streets", "numbers": "house_numbers", "cities": "cities"}
    asked: dict[str, list[object]] = {"places": []}
    for place, probe in probes.items():
        asked["places"] += [place] * len(probe.addresses["streets"])
        for name, column in columns.items():
            asked.setdefault(name, []).extend(probe.addresses[column])
    houses = {row.place: row.houses for row in session.execute(HOUSES, asked)} if asked["places"] else {}
    return {
        place: replace(probe, facts=replace(probe.facts, houses=frozenset(houses.get(place, ()))))
        for place, probe in probes.items()
    }
