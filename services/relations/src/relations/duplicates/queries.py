"""Likely doubles of one relation at entry, and the pairs the last scan found.

Candidates share a key with the relation being typed (see ``relations.duplicates.blocking``), each looked up in an
index with a limit; only they are compared. No key needs a postcode.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, bindparam, or_, select, text, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased
from sqlalchemy.types import String, Uuid

from relations.duplicates.likeness import ENOUGH, REACHED_BY, Facts, facts_of, likeness, names_of
from relations.duplicates.models import DuplicatePair
from relations.record.confidentiality import Viewer, viewer
from relations.record.domain import Name, RegisterRelation, plain, words_of
from relations.record.models import Relation
from relations.record.queries import GONE
from relations.search.queries import summaries
from shared.paging import decode_cursor, encode_cursor

NAME_COLUMNS = """
    r.id, r.kind, r.display_name, r.first_names, r.call_name, r.initials, r.prefix, r.last_name, r.birth_name,
    r.birth_date, r.trade_names, r.short_name, r.restricted, r.confidants,
    (SELECT coalesce(array_agg(l.name), '{}') FROM alias l WHERE l.relation_id = r.id) AS aliases
"""

FACTS_OF = text(
    f"""
    SELECT {NAME_COLUMNS}, r.number, r.status,
      (SELECT coalesce(json_object_agg(i.kind, i.value), '{{}}') FROM identifier i WHERE i.relation_id = r.id)
        AS numbers,
      (SELECT coalesce(array_agg(c.normalised), '{{}}') FROM communication c
        WHERE c.relation_id = r.id AND c.kind IN ('phone', 'mobile', 'email')) AS reach,
      h.houses, h.cities
    FROM relation r CROSS JOIN LATERAL
      (SELECT array_remove(array_agg(house_key(a.street, a.number, a.city)), NULL) AS houses,
        coalesce(array_agg(a.city ORDER BY a.position), '{{}}') AS cities
       FROM address a WHERE a.relation_id = r.id) h
    WHERE r.id = ANY(:ids)
    """
).bindparams(bindparam("ids", type_=ARRAY(Uuid())))

CANDIDATES = text(
    f"""
    WITH sounds AS MATERIALIZED (
      SELECT ARRAY(SELECT DISTINCT name_key(n.given, '', n.family, :display_name)
                   FROM unnest(CAST(:given AS text[]), CAST(:family AS text[])) AS n (given, family)) AS names
    ),
    typed AS MATERIALIZED (
      SELECT names, ARRAY(SELECT left(name, 2) FROM unnest(names) AS name) AS beginnings,
        ARRAY(SELECT DISTINCT key FROM unnest(CAST(:streets AS text[]), CAST(:house_numbers AS text[]),
                CAST(:cities AS text[])) AS a (street, number, city), house_key(a.street, a.number, a.city) AS key
              WHERE key IS NOT NULL) AS houses
      FROM sounds
    ),
    found AS (
      SELECT relation_id, bool_or(shares = 'number') AS shares_number, bool_or(shares = 'house') AS shares_house FROM (
        (SELECT relation_id, 'number' AS shares FROM identifier WHERE value = ANY(:numbers) LIMIT 20)
        UNION ALL (SELECT relation_id, 'number' FROM communication WHERE normalised = ANY(:reach) LIMIT 20)
        UNION ALL (SELECT id, 'birth date' FROM relation WHERE birth_date = CAST(:birth_date AS date)
                   AND left(name_key(first_names, initials, last_name, display_name), 2)
                     = ANY((SELECT beginnings FROM typed)::text[]) LIMIT 20)
        UNION ALL (SELECT relation_id, 'house' FROM address
                   WHERE house_key(street, number, city) = ANY((SELECT houses FROM typed)::text[]) LIMIT 20)
        UNION ALL (SELECT id, 'name' FROM
                    (SELECT id, display_name FROM relation
                     WHERE name_key(first_names, initials, last_name, display_name)
                       = ANY((SELECT names FROM typed)::text[]) LIMIT 1000) AS sounding
                   ORDER BY display_name <> :display_name, id DESC LIMIT 40)
        UNION ALL (SELECT relation_id, 'name' FROM
                    (SELECT relation_id FROM search_word WHERE word >= :word AND word < :after LIMIT 300) AS named
                   WHERE :second = '' OR EXISTS (SELECT FROM search_word o WHERE o.relation_id = named.relation_id
                                                 AND o.word >= :second AND o.word < :after_second) LIMIT 20)
      ) AS one GROUP BY relation_id
    )
    SELECT {NAME_COLUMNS}, found.shares_number, found.shares_house, typed.houses
    FROM typed, found JOIN relation r ON r.id = found.relation_id WHERE r.status NOT IN ('merged', 'anonymised')
    """
).bindparams(*(bindparam(name, type_=ARRAY(String())) for name in ("numbers", "reach")))
"""The keys of what is being typed are made here, by the functions that made those of the rows."""

NOTHING = "\U0010fffe"
"""A word that no name begins with."""


@dataclass(frozen=True)
class Probe:
    """What is compared of a relation being typed; its addresses by column, to be made into keys."""

    facts: Facts
    addresses: Mapping[str, list[str]]


def likely_doubles(
    reader: Connection | Session, probe: Probe, *, most: int = 5, of: UUID | None = None, looking: Viewer | None = None
) -> list[dict[str, Any]]:
    """Return the likeliest doubles of a relation being typed, with a score (0–100) and the reasons, best first.

    ``of`` is the relation that is being edited, if it exists: it is no double of itself, nor are those that were said
    not to be. A confidential relation is compared, and told, by its name alone when who is ``looking`` (the viewer,
    unless somebody else is named) sees no more of it.
    """
    looking = looking or viewer()
    rows = reader.execute(CANDIDATES, _looked_up(probe)).mappings().all()
    told_apart = _told_apart(reader, of) if of else set()
    facts = replace(probe.facts, houses=frozenset(rows[0]["houses"] if rows else ()))
    # The lookups told who shares a number or a house: without one in common, the name says how alike two can be.
    near = [
        row["id"]
        for row in rows
        if row["shares_number"] or likeness(facts, names_of(row))[0] >= ENOUGH
        if row["id"] != of and row["id"] not in told_apart
    ]
    if not near:
        return []
    scored = [
        (score, reasons, row)
        for row in reader.execute(FACTS_OF, {"ids": near}).mappings()
        for score, reasons in [likeness(facts, compared(row, looking))]
        if score >= ENOUGH
    ]
    scored.sort(key=lambda each: (-each[0], each[2]["number"]))
    return [_as_told(*each, looking) for each in scored[:most]]


def compared(row: RowMapping, looking: Viewer) -> Facts:
    """Return what is compared of a relation: nobody learns by trying what they may not see."""
    return facts_of(row) if _is_seen(row, looking) else Facts(row["kind"], row["display_name"])


def _is_seen(row: RowMapping, looking: Viewer) -> bool:
    return looking.sees(restricted=row["restricted"], confidants=row["confidants"] or ())


def probe_of(command: RegisterRelation) -> Probe:
    """Return what is compared of a relation being registered."""
    fields = command.fields
    parts = {**(fields.get("person") or {}), **(fields.get("entity") or {})}
    addresses = [address for address in fields.get("addresses", []) if address.get("street")]
    facts = Facts(
        kind=command.kind,
        display_name=fields.get("display_name") or Name(command.kind, parts).display(),
        first_names=parts.get("first_names") or parts.get("call_name") or parts.get("initials") or "",
        last_names=(
            f"{parts.get('prefix') or ''} {parts['last_name']}" if parts.get("last_name") else "",
            parts.get("birth_name") or "",
        ),
        other_names=(
            *(parts.get("trade_names") or []),
            parts.get("short_name") or "",
            *(alias["name"] for alias in fields.get("aliases", [])),
        ),
        birth_date=parts.get("birth_date"),
        numbers={kind: value for kind, value in (fields.get("identifiers") or {}).items() if value},
        reach=frozenset(
            entry["normalised"] for entry in fields.get("communications", []) if entry["kind"] in REACHED_BY
        ),
        cities=frozenset(plain(address["city"]) for address in fields.get("addresses", []) if address.get("city")),
    )
    columns = {"streets": "street", "house_numbers": "number", "cities": "city"}
    return Probe(facts, {name: [address.get(part, "") for address in addresses] for name, part in columns.items()})


def _name_parts(facts: Facts) -> dict[str, Any]:
    """Return the names whose keys are looked up: as typed, by initial alone, and with first and last name turned."""
    pairs = [(facts.first_names, last.strip()) for last in facts.last_names if last.strip()]
    pairs += [("", last) for _, last in pairs] + [(last, facts.first_names) for _, last in pairs if facts.first_names]
    if not pairs:
        pairs = [("", "")]
    return {
        "given": [given for given, _ in pairs],
        "family": [family for _, family in pairs],
        "display_name": facts.display_name,
    }


def _looked_up(probe: Probe) -> dict[str, Any]:
    facts = probe.facts
    words = sorted(words_of([" ".join(facts.last_names) or facts.display_name]), key=len, reverse=True)
    words = words if not any(facts.last_names) else [*words[:1], *words_of([facts.first_names])]
    first, second = ([word[:4] for word in words[:2]] + ["", ""])[:2]
    return {
        **_name_parts(facts),
        **probe.addresses,
        "numbers": list(facts.numbers.values()),
        "reach": list(facts.reach),
        "birth_date": facts.birth_date,
        "word": first or NOTHING,
        "after": (first or NOTHING) + "\U0010ffff",
        "second": second,
        "after_second": second + "\U0010ffff",
    }


def _told_apart(reader: Connection | Session, relation_id: UUID) -> set[UUID]:
    """Return those of which somebody said that they are another relation than this one."""
    statement = select(DuplicatePair.a, DuplicatePair.b).where(
        or_(DuplicatePair.a == relation_id, DuplicatePair.b == relation_id), DuplicatePair.status == "not_duplicate"
    )
    return {each for row in reader.execute(statement) for each in (row.a, row.b)} - {relation_id}


def _as_told(score: int, reasons: list[str], row: RowMapping, looking: Viewer) -> dict[str, Any]:
    told = {"relation_id": row["id"], "number": row["number"], "display_name": row["display_name"], "score": score}
    if _is_seen(row, looking):
        return {**told, "city": next((city for city in row["cities"] if city), ""), "reasons": reasons}
    return {**told, "city": "", "reasons": [], "restricted": True}


def pairs(reader: Connection, query: dict[str, Any]) -> dict[str, Any]:
    """Return one page of the pairs found of which the viewer sees both, likeliest first, each as a list shows it."""
    one, other = aliased(Relation), aliased(Relation)
    statement = (
        select(DuplicatePair)
        .join(one, one.id == DuplicatePair.a)
        .join(other, other.id == DuplicatePair.b)
        .where(DuplicatePair.status == query["status"], one.status.not_in(GONE), other.status.not_in(GONE))
        .where(viewer().condition(one), viewer().condition(other))
        .order_by(DuplicatePair.score.desc(), DuplicatePair.a.desc(), DuplicatePair.b.desc())
        .limit(query["limit"] + 1)
    )
    if query["relation_id"]:
        statement = statement.where(
            or_(DuplicatePair.a == query["relation_id"], DuplicatePair.b == query["relation_id"])
        )
    if query["cursor"]:
        score, a, b = decode_cursor(query["cursor"], keys=3)
        place = tuple_(DuplicatePair.score, DuplicatePair.a, DuplicatePair.b)
        statement = statement.where(place < tuple_(int(score), UUID(a), UUID(b)))
    rows = reader.execute(statement).all()
    page = rows[: query["limit"]]
    known = {each["id"]: each for each in summaries(reader, list({i for row in page for i in (row.a, row.b)}))}
    last = page[-1] if len(rows) > len(page) else None
    return {
        "items": [_as_listed(row, known[row.a], known[row.b]) for row in page],
        "next_cursor": encode_cursor(last.score, last.a, last.b) if last else None,
    }


def _as_listed(row: Any, one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {
        "a": one,
        "b": other,
        "score": row.score,
        "reasons": row.reasons,
        "status": row.status,
        "found_at": row.found_at,
    }
