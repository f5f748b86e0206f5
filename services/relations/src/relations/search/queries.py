"""Finding relations by whatever a user types, fast at a million rows.

Candidates are gathered from indexes with a limit each, likeliest first (number, then words that begin with the piece,
then names that contain it), and only they are ranked, in the database. So the cost depends on the limits, not on the
number of rows.
"""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, func, select, text

from relations.history.models import Opened
from relations.record import numbers
from relations.record.confidentiality import Viewer, shown, viewer
from relations.record.domain import plain, words_of
from relations.record.models import Membership, Relation
from relations.record.queries import GONE
from shared.paging import id_of_cursor, in_order, place_is_gone

CANDIDATES = 200
"""Rows looked at per way of finding."""

SORTS = {"name": Relation.sort_name, "number": Relation.number, "updated_at": Relation.updated_at}
"""By what the list is sorted; each has an index."""

SUMMARIES = text(
    """
    SELECT r.id, r.number, r.kind, r.status, r.display_name, r.updated_at, r.restricted, r.confidants,
      (SELECT coalesce(array_agg(m.code ORDER BY m.code), '{}') FROM membership m WHERE m.relation_id = r.id) AS groups,
      coalesce((SELECT a.city FROM address a WHERE a.relation_id = r.id AND a.city <> ''
                ORDER BY a.matter_correspondence DESC, a.position LIMIT 1), '') AS city,
      coalesce((SELECT c.normalised FROM communication c WHERE c.relation_id = r.id AND c.kind IN ('phone', 'mobile')
                AND NOT c.do_not_use ORDER BY c.preferred DESC, c.position LIMIT 1), '') AS phone,
      coalesce((SELECT c.normalised FROM communication c WHERE c.relation_id = r.id AND c.kind = 'email'
                AND NOT c.do_not_use ORDER BY c.preferred DESC, c.position LIMIT 1), '') AS email
    FROM relation r WHERE r.id = ANY(:ids)
    """
)

WORD = "SELECT relation_id AS id FROM search_word WHERE word >= :low AND word < :high ORDER BY word LIMIT :most"
PIECE = """
    SELECT id FROM relation
    WHERE search_text LIKE :longest AND search_text LIKE ALL(:pieces) AND status <> 'merged' LIMIT :most
"""
"""The longest piece is also compared by itself: LIKE ALL alone never uses the trigram index."""

RANKED = """
    SELECT r.id, CASE WHEN r.restricted AND NOT (:sees_everything OR :username = ANY (r.confidants))
                      THEN r.display_name END AS known_by
    FROM relation r JOIN ({candidates}) AS candidate USING (id)
    WHERE r.search_text LIKE ALL(:pieces) AND r.status <> 'merged'
    ORDER BY CASE WHEN ' | ' || r.search_text || ' | ' LIKE :whole THEN 0
                  WHEN ' | ' || r.search_text LIKE :begins THEN 1
                  ELSE 1000 - (SELECT count(*) FROM unnest(CAST(:words AS text[])) AS word
                               WHERE r.search_text ~ ('\\m' || word)) END,
      r.sort_name COLLATE "C", r.number
"""
"""How far a name is from what was typed: equal, beginning with it, so many words beginning with its pieces.

``known_by`` is the name of a relation of which the viewer sees no more.
"""

BY_WORD = text(RANKED.format(candidates=f"SELECT DISTINCT id FROM ({WORD}) AS first"))  # noqa: S608 (constants)
BY_PIECE = text(RANKED.format(candidates=f"({WORD}) UNION ({PIECE})"))
BY_IDENTIFIER = text("SELECT relation_id AS id FROM identifier WHERE value LIKE :start LIMIT :most")
BY_COMMUNICATION = text("SELECT relation_id AS id FROM communication WHERE normalised LIKE :start LIMIT :most")
BY_DIGITS = text("SELECT relation_id AS id FROM communication WHERE normalised LIKE :inside LIMIT :most")
BY_NUMBER = text("SELECT id FROM relation WHERE number = :number")


def find(reader: Connection, query: dict[str, Any], *, region: str, user_id: UUID | None = None) -> dict[str, Any]:
    """Return one page of relation summaries: as asked, or else ranked for a search and by name for a list.

    ``user_id`` is whose history gives the recent ones. A confidential relation is found by its name and own number
    alone, and shown without more, by who is not named on it.
    """
    typed = query["q"].strip()
    if not typed and query.get("recent"):
        return _recent(reader, query, user_id=user_id)
    if not typed:
        return _list(reader, query)
    ids = _filtered(reader, _ranked(reader, typed, region=region), query)
    if query["sort"]:
        ids = list(reader.scalars(_sorted(select(Relation.id).where(Relation.id.in_(ids)), query["sort"])))
    seen = id_of_cursor(query["cursor"]) if query["cursor"] else None
    start = ids.index(seen) + 1 if seen and seen in ids else 0
    page = ids[start : start + query["limit"]]
    more = start + query["limit"] < len(ids)
    result: dict[str, Any] = {"items": summaries(reader, page), "next_cursor": str(page[-1]) if more else None}
    if query["total"]:
        result["total"] = len(ids)
    return result


def summaries(reader: Connection, ids: list[UUID]) -> list[dict[str, Any]]:
    """Return relations as a list shows them, in the order of the ids."""
    found = {row["id"]: dict(row) for row in reader.execute(SUMMARIES, {"ids": ids}).mappings()}
    looking = viewer()
    return [_summary(found[each], looking) for each in ids if each in found]


def _summary(row: dict[str, Any], looking: Viewer) -> dict[str, Any]:
    whole = {name: value for name, value in row.items() if name not in ("restricted", "confidants")}
    return whole if not row["restricted"] else shown(row, whole, looking)


def _recent(reader: Connection, query: dict[str, Any], *, user_id: UUID | None) -> dict[str, Any]:
    """Return the relations this user opened last, newest first."""
    statement = (
        select(Opened.relation_id)
        .join(Relation, Relation.id == Opened.relation_id)
        .where(Opened.user_id == user_id, Relation.status.not_in(GONE), viewer().condition(), *_conditions(query))
        .order_by(Opened.opened_at.desc())
        .limit(query["limit"])
    )
    return {"items": summaries(reader, list(reader.scalars(statement))), "next_cursor": None}


def _ranked(reader: Connection, typed: str, *, region: str) -> list[UUID]:
    """Return the ids of what matches, best first: own number, official numbers and addresses, then names."""
    by_number, by_name = _by_numbers(reader, typed, region=region), _by_name(reader, typed)
    return list(dict.fromkeys([*by_number, *by_name])) if by_number else by_name


def _by_numbers(reader: Connection, typed: str, *, region: str) -> list[UUID]:
    own: list[UUID] = []
    ids: list[UUID] = []
    bare = re.sub(r"[\s.\-/()]", "", typed).upper()
    digits = re.sub(r"\D", "", typed)
    if re.fullmatch(r"#?\d{1,12}", typed.strip()):
        own = _ids(reader, BY_NUMBER, number=int(typed.strip().lstrip("#")), most=None)
    if "@" in typed:
        ids += _ids(reader, BY_COMMUNICATION, start=_like(typed.strip().casefold()) + "%")
    if len(digits) >= 4 and re.fullmatch(r"(\+|[A-Z]{2})?\d+(B\d\d)?", bare):
        ids += _ids(reader, BY_IDENTIFIER, start=bare.removeprefix("+") + "%")
        ids += _by_phone(reader, typed, digits=digits, region=region)
    return own + _seen_whole(reader, ids)


def _seen_whole(reader: Connection, ids: list[UUID]) -> list[UUID]:
    """Return those of which the viewer sees more than the name: nobody else finds them by their numbers."""
    if not ids or viewer().sees_everything:
        return ids
    seen = set(reader.scalars(select(Relation.id).where(Relation.id.in_(ids), viewer().condition())))
    return [relation_id for relation_id in ids if relation_id in seen]


def _by_phone(reader: Connection, typed: str, *, digits: str, region: str) -> list[UUID]:
    exact: list[UUID] = []
    try:
        exact = _ids(reader, BY_COMMUNICATION, start=numbers.normalise_phone(typed, region=region))
    except numbers.NotValid:
        exact = []
    significant = digits.lstrip("0")
    return exact or (_ids(reader, BY_DIGITS, inside=f"%{significant}%") if len(significant) >= 6 else [])


def _ids(reader: Connection, statement: Any, **parameters: Any) -> list[UUID]:
    most = {} if "most" in parameters else {"most": CANDIDATES}
    parameters.pop("most", None)
    return [row.id for row in reader.execute(statement, {**parameters, **most})]


def _by_name(reader: Connection, typed: str) -> list[UUID]:
    piece = plain(typed)
    tokens = sorted(words_of([typed]), key=len, reverse=True)
    if not tokens:
        return []
    longest, looking, like = tokens[0][:80], viewer(), _like(piece)
    asked = {
        "low": longest,
        "high": _after(longest),
        "most": CANDIDATES,
        "longest": f"%{_like(tokens[0])}%",
        "pieces": [f"%{_like(token)}%" for token in tokens],
        "whole": f"% | {like} | %",
        "begins": f"% | {like}%",
        "words": tokens[1:],  # that the first begins a word, the lookup made sure
        "sees_everything": looking.sees_everything,
        "username": looking.username,
    }
    rows = reader.execute(BY_WORD, asked).all()
    if len(rows) < CANDIDATES // 10:
        rows = reader.execute(BY_PIECE, {**asked, "words": tokens}).all()
    return [row.id for row in rows if row.known_by is None or _has_all(row.known_by, tokens)]


def _has_all(name: str, tokens: list[str]) -> bool:
    """Tell whether a name alone has every piece."""
    name = plain(name)
    return all(token in name for token in tokens)


def _after(word: str) -> str:
    """Return the first text after every text that begins with ``word``, in code-point order."""
    return word + "\U0010ffff"


def _like(piece: str) -> str:
    return piece.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _filtered(reader: Connection, ids: list[UUID], query: dict[str, Any]) -> list[UUID]:
    wanted: dict[str, Any] = {name: query[name] for name in ("group", "kind", "status") if name in query}
    if not wanted or not ids:
        return ids
    statement = select(Relation.id).where(Relation.id.in_(ids), *_conditions(wanted))
    kept = set(reader.scalars(statement))
    return [relation_id for relation_id in ids if relation_id in kept]


def _conditions(wanted: dict[str, Any]) -> list[Any]:
    conditions: list[Any] = [getattr(Relation, name) == wanted[name] for name in ("kind", "status") if name in wanted]
    if "group" in wanted:
        members = select(Membership.relation_id).where(Membership.code == wanted["group"])
        conditions += [Relation.id.in_(members), viewer().condition()]
    return conditions


def _list(reader: Connection, query: dict[str, Any]) -> dict[str, Any]:
    conditions = [Relation.status != "merged", *_conditions(query)]
    result: dict[str, Any] = {}
    if query["total"]:
        result["total"] = reader.scalar(select(func.count()).select_from(Relation).where(*conditions))
    sort = query["sort"] or "name"
    last = None
    if query["cursor"]:
        last = reader.execute(select(*_keys(sort)).where(Relation.id == id_of_cursor(query["cursor"]))).first()
        if last is None:
            raise place_is_gone()
    statement = _sorted(select(Relation.id).where(*conditions), sort, after=last)
    ids = list(reader.scalars(statement.limit(query["limit"] + 1)))
    page = ids[: query["limit"]]
    more = len(ids) > query["limit"]
    return {**result, "items": summaries(reader, page), "next_cursor": str(page[-1]) if more else None}


def _keys(sort: str) -> tuple[Any, Any]:
    return SORTS[sort.lstrip("-")], Relation.id


def _sorted(statement: Select[UUID], sort: str, *, after: Sequence[Any] | None = None) -> Select[UUID]:
    return in_order(statement, sort, _keys(sort), after=after)
