"""Each check as a set-based question: which of some relations break a rule, by which field it is mended, and why.

A check gives the SQL that follows ``FROM relation r``: joins and conditions, and the expressions for the field to jump
to and the code of the message. Parameters of a rule are bound, never written into a statement.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from relations.hygiene.domain import Rule

PRESENT: Mapping[str, str] = {
    "addresses": "EXISTS (SELECT FROM address p WHERE p.relation_id = r.id)",
    "email": "EXISTS (SELECT FROM communication p WHERE p.relation_id = r.id AND p.kind = 'email')",
    "phone": "EXISTS (SELECT FROM communication p WHERE p.relation_id = r.id AND p.kind IN ('phone', 'mobile'))",
    "groups": "EXISTS (SELECT FROM membership p WHERE p.relation_id = r.id)",
    "language": "r.language <> ''",
    "responsible": "coalesce(r.responsible, '') <> ''",
    "person.first_names": "r.first_names <> ''",
    "person.initials": "r.initials <> ''",
    "person.call_name": "r.call_name <> ''",
    "person.last_name": "r.last_name <> ''",
    "person.birth_date": "r.birth_date IS NOT NULL",
    "entity.legal_form": "r.legal_form <> ''",
    **{
        f"identifiers.{kind}": f"EXISTS (SELECT FROM identifier p WHERE p.relation_id = r.id AND p.kind = '{kind}')"
        for kind in ("kbo", "kvk", "rsin", "vat", "establishment")
    },
}
"""What a rule can require, and how its presence is seen."""

FIELD_OF = {"email": "communications", "phone": "communications"}
"""The field of the record that is filled for it, where it has another name."""


@dataclass(frozen=True)
class Question:
    """The rest of a SELECT on ``relation r``."""

    where: str
    field: str
    message: str
    joins: str = ""
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def question_of(rule: Rule) -> Question:
    """Return what is to be asked for a rule."""
    return ASKED[rule.check](rule)


def _required(rule: Rule) -> Question:
    wanted = list(rule.parameters["any_of"])
    missing = " AND ".join(f"NOT ({PRESENT[path]})" for path in wanted)
    first = FIELD_OF.get(wanted[0], wanted[0])
    return Question(missing, f"'{first}'", "'required'")


def _case(rule: Rule) -> Question:
    """A name in capitals or without any; an abbreviation of a few letters may be in capitals."""
    name = "CASE WHEN r.kind = 'natural_person' THEN r.last_name ELSE r.legal_name END"
    return Question(
        "n.name ~ '[[:alpha:]]' AND ((n.name = lower(n.name) AND r.prefix = '')"
        " OR (n.name = upper(n.name) AND length(n.name) > :longest))",
        "CASE WHEN r.kind = 'natural_person' THEN 'person.last_name' ELSE 'entity.legal_name' END",
        "CASE WHEN n.name = lower(n.name) THEN 'case.no_capitals' ELSE 'case.all_capitals' END",
        joins=f"CROSS JOIN LATERAL (SELECT {name} AS name) AS n",
        values={"longest": rule.parameters.get("longest_abbreviation", 6)},
    )


def _name_order(_: Rule) -> Question:
    """A person's name written last name first, or an entity's legal form before its name."""
    return Question(
        "(r.kind = 'natural_person' AND (position(',' in r.display_name) > 0 OR position(',' in r.last_name) > 0"
        " OR (r.first_names <> '' AND r.last_name ILIKE '% ' || replace(r.first_names, '%', ''))))"
        " OR (r.kind = 'legal_entity' AND r.legal_name ~* '^(bv|bvba|nv|vof|cv|vzw|sa|sprl|srl|asbl)[ .]')",
        "CASE WHEN r.kind = 'natural_person' THEN 'person.last_name' ELSE 'entity.legal_name' END",
        "CASE WHEN r.kind = 'natural_person' THEN 'name_order.person' ELSE 'name_order.entity' END",
    )


def _draft_age(rule: Rule) -> Question:
    return Question(
        "r.status = 'draft' AND r.created_at < now() - make_interval(days => :days)",
        "'status'", "'draft_age'", values={"days": rule.parameters.get("days", 7)},
    )  # fmt: skip


def _mailing_flag(_: Rule) -> Question:
    return Question(
        "EXISTS (SELECT FROM address a WHERE a.relation_id = r.id)"
        " AND NOT EXISTS (SELECT FROM address a WHERE a.relation_id = r.id AND a.mailing)",
        "'addresses'", "'mailing_flag'",
    )  # fmt: skip


def _invalid_number(_: Rule) -> Question:
    """A number that cannot be: KBO and Belgian VAT by mod 97, RSIN by the 11-test, the rest by its digits."""
    mod97 = "97 - left(v.digits, 8)::int % 97 <> right(v.digits, 2)::int"
    rsin = (
        "(SELECT sum(substr(i.value, d, 1)::int * CASE d WHEN 9 THEN -1 ELSE 10 - d END)"
        " FROM generate_series(1, 9) AS d) % 11 <> 0"
    )
    wrong = f"""CASE i.kind
      WHEN 'kbo' THEN CASE WHEN i.value ~ '^[01]\\d{{9}}$' THEN {mod97} ELSE true END
      WHEN 'kvk' THEN i.value !~ '^\\d{{8}}$'
      WHEN 'rsin' THEN CASE WHEN i.value ~ '^\\d{{9}}$' THEN {rsin} ELSE true END
      WHEN 'vat' THEN CASE WHEN i.value ~ '^BE[01]\\d{{9}}$' THEN {mod97}
        ELSE i.value LIKE 'BE%' OR i.value !~ '^[A-Z]{{2}}[A-Z0-9+*]{{2,13}}$' END
      ELSE i.value !~ '^(\\d{{12}}|[2-8]\\d{{9}})$' END"""
    joins = f"""JOIN LATERAL (
      SELECT min(i.kind) AS kind FROM identifier i
      CROSS JOIN LATERAL (SELECT regexp_replace(i.value, '^BE', '') AS digits) AS v
      WHERE i.relation_id = r.id AND {wrong}) AS w ON w.kind IS NOT NULL"""
    return Question("true", "'identifiers.' || w.kind", "'invalid_number'", joins=joins)


def _invalid_postcode(_: Rule) -> Question:
    return Question(
        "EXISTS (SELECT FROM address a WHERE a.relation_id = r.id AND a.zip <> '' AND CASE a.country"
        " WHEN 'BE' THEN a.zip !~ '^[1-9][0-9]{3}$' WHEN 'NL' THEN a.zip !~* '^[1-9][0-9]{3} ?[a-z]{2}$' END)",
        "'addresses'", "'invalid_postcode'",
    )  # fmt: skip


def _invalid_communication(_: Rule) -> Question:
    return Question(
        "EXISTS (SELECT FROM communication c WHERE c.relation_id = r.id AND CASE"
        " WHEN c.kind IN ('phone', 'mobile', 'fax') THEN c.normalised !~ '^[+][0-9]{7,15}$'"
        " WHEN c.kind = 'email' THEN c.normalised !~ '^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$' END)",
        "'communications'", "'invalid_communication'",
    )  # fmt: skip


def _register_age(rule: Rule) -> Question:
    return Question(
        "last.fetched_at < now() - make_interval(months => :months)", "'register'", "'register_age'",
        joins="JOIN LATERAL (SELECT max(s.fetched_at) AS fetched_at FROM register_state s"
        " WHERE s.relation_id = r.id AND s.outcome = 'found') AS last ON true",
        values={"months": rule.parameters.get("months", 12)},
    )  # fmt: skip


def _dissolved_open_matter(_: Rule) -> Question:
    """A company that is no more, by its status or by its current legal situation, in a matter that still runs."""
    return Question(
        "(r.status = 'dissolved' OR (SELECT l.legal_situation FROM legal_identity l WHERE l.relation_id = r.id"
        " AND l.valid_from <= current_date ORDER BY l.valid_from DESC, l.recorded_at DESC LIMIT 1)"
        " IN ('bankruptcy', 'dissolution', 'dissolved', 'liquidation', 'closed', 'merged'))"
        " AND EXISTS (SELECT FROM matter_party p JOIN matter m ON m.number = p.matter_number"
        " WHERE p.relation_id = r.id AND m.status = 'active')",
        "'matters'", "'dissolved_open_matter'",
    )  # fmt: skip


def _duplicate(rule: Rule) -> Question:
    open_pair = (
        "SELECT FROM duplicate_pair d JOIN relation o ON o.id = d.{other}"
        " WHERE d.{mine} = r.id AND d.status = 'open' AND d.score >= :least"
        " AND o.status NOT IN ('merged', 'anonymised')"
    )
    first, second = open_pair.format(mine="a", other="b"), open_pair.format(mine="b", other="a")
    return Question(
        f"EXISTS ({first}) OR EXISTS ({second})", "'duplicates'", "'duplicate'",
        values={"least": rule.parameters.get("score", 75)},
    )  # fmt: skip


ASKED: Mapping[str, Callable[[Rule], Question]] = {
    "required": _required,
    "case": _case,
    "name_order": _name_order,
    "draft_age": _draft_age,
    "mailing_flag": _mailing_flag,
    "invalid_number": _invalid_number,
    "invalid_postcode": _invalid_postcode,
    "invalid_communication": _invalid_communication,
    "register_age": _register_age,
    "dissolved_open_matter": _dissolved_open_matter,
    "duplicate": _duplicate,
}
