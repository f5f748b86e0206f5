"""What reads hygiene: the work list, the score of the office, and what one relation breaks."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, asc, desc, exists, func, or_, select, text, true, tuple_
from sqlalchemy.orm import Session

from relations.hygiene.domain import score_of
from relations.hygiene.models import HygieneCheck, HygieneFinding, HygieneRule
from relations.hygiene.standing import WEIGHT, standing
from relations.record.confidentiality import viewer
from relations.record.models import Membership, Relation
from relations.record.queries import GONE
from shared.paging import decode_cursor, encode_cursor, id_of_cursor, in_order, place_is_gone

SORTS: dict[str, tuple[Any, ...]] = {
    "severity": (WEIGHT,),
    "rule": (),
    "number": (Relation.number,),
    "name": (Relation.sort_name,),
}
"""By what the work list is sorted; what is equal in that, by rule."""

BY_RULE = ("severity", "rule")

IN_ORDER = text("SET LOCAL enable_bitmapscan = off")
"""After a large import, before the statistics know, all findings of a rule would be read and sorted for one page."""


def work_list(reader: Connection, query: dict[str, Any]) -> dict[str, Any]:
    """Return one page of what breaks a rule, as asked or gravest first; with the office's score and the counts.

    Needs a transaction.
    """
    reader.execute(IN_ORDER)
    office = standing(reader)
    items, cursor = _page(reader, query)
    return {
        "score": office.score,
        "checked_at": reader.scalar(select(func.max(HygieneCheck.checked_at))),
        "counts": office.counts,
        "items": items,
        "next_cursor": cursor,
    }


def _page(reader: Connection, query: dict[str, Any]) -> tuple[list[dict[str, Any]], str | None]:
    after = _last_seen(reader, query)
    statement = _by_rule(query, after) if query["sort"].lstrip("-") in BY_RULE else _by_relation(query, after)
    rows = reader.execute(statement.limit(query["limit"] + 1)).mappings().all()
    page = [{str(name): value for name, value in row.items()} for row in rows[: query["limit"]]]
    if len(rows) <= query["limit"]:
        return page, None
    last = rows[query["limit"] - 1]
    return page, encode_cursor(last["rule"], last["relation_id"])


def _by_relation(query: dict[str, Any], after: Sequence[Any] | None) -> Select[*tuple[Any, ...]]:
    """Return the statement for the list in an order of the relations."""
    finding = HygieneFinding
    statement = (
        select(
            finding.relation_id, Relation.number, Relation.display_name, finding.rule, finding.field,
            finding.message_code, finding.found_at, HygieneRule.severity,
        )
        .join(Relation, Relation.id == finding.relation_id)
        .join(HygieneRule, HygieneRule.code == finding.rule)
        .where(HygieneRule.active, Relation.status.not_in(GONE), viewer().condition(), *_wanted(query))
    )  # fmt: skip
    return in_order(statement, query["sort"], _keys(query["sort"]), after=after)


def _by_rule(query: dict[str, Any], after: Sequence[Any] | None) -> Select[*tuple[Any, ...]]:
    """Return the statement for the list in an order of the rules: each gives its next findings, a page at most.

    Planned by averages, a rule that few break would be sought among all relations or among all findings. So each
    finding looks up its relation (the limit says so), and only the index by rule has this order (hence between).
    """
    finding, rule, is_turned = HygieneFinding, HygieneRule, query["sort"].startswith("-")
    order = desc if is_turned else asc
    seen = (
        select(Relation.number, Relation.display_name)
        .where(Relation.id == finding.relation_id, Relation.status.not_in(GONE), viewer().condition())
        .limit(1)
        .correlate(finding)
        .lateral()
    )
    next_ones = (
        select(
            finding.relation_id, seen.c.number, seen.c.display_name, finding.rule, finding.field,
            finding.message_code, finding.found_at,
        )
        .join(seen, true())
        .where(finding.rule.between(rule.code, rule.code), *_wanted(query))
        .order_by(order(finding.rule), order(finding.relation_id))
        .limit(query["limit"] + 1)
    )  # fmt: skip
    keys = (*SORTS[query["sort"].lstrip("-")], rule.code)
    rules = select(rule.severity).where(rule.active)
    if after is not None:
        here, there, last_id = tuple_(*keys), tuple_(*after[:-1]), after[-1]
        further = here < there if is_turned else here > there
        rules = rules.where(or_(further, here == there))
        next_ones = next_ones.where(
            or_(further, finding.relation_id < last_id if is_turned else finding.relation_id > last_id)
        )
    listed = next_ones.correlate(rule).lateral()
    ordered = (order(key) for key in (*keys, listed.c.relation_id))
    return rules.add_columns(listed).join(listed, true()).order_by(*ordered)


def _wanted(query: dict[str, Any]) -> list[Any]:
    """Return the conditions on a finding for the rule and the group asked for."""
    finding, conditions = HygieneFinding, []
    if query["rule"]:
        conditions.append(finding.rule == query["rule"])
    if query["group"]:
        in_group = (Membership.relation_id == finding.relation_id, Membership.code == query["group"])
        conditions.append(exists(Membership).where(*in_group))
    return conditions


def _keys(sort: str) -> tuple[Any, ...]:
    return (*SORTS[sort.lstrip("-")], HygieneFinding.rule, HygieneFinding.relation_id)


def _last_seen(reader: Connection, query: dict[str, Any]) -> Sequence[Any] | None:
    """Return where the last finding seen stands, even when it was mended since; raises ``Invalid``."""
    if not query["cursor"]:
        return None
    rule, relation_id = decode_cursor(query["cursor"], keys=2)
    last = reader.execute(
        select(*SORTS[query["sort"].lstrip("-")], HygieneRule.code, Relation.id)
        .select_from(HygieneRule)
        .join(Relation, Relation.id == id_of_cursor(str(relation_id)))
        .where(HygieneRule.code == str(rule))
    ).first()
    if last is None:
        raise place_is_gone()
    return last


def hygiene_of(reader: Connection, relation_id: UUID) -> dict[str, Any]:
    """Return the score of a relation and what it breaks, gravest first."""
    rows = reader.execute(
        select(HygieneFinding.rule, HygieneFinding.field, HygieneFinding.message_code, HygieneRule.severity)
        .join(HygieneRule, HygieneRule.code == HygieneFinding.rule)
        .where(HygieneFinding.relation_id == relation_id, HygieneRule.active)
        .order_by(WEIGHT.desc(), HygieneRule.position)
    ).mappings()
    items = [dict(row) for row in rows]
    return {"score": score_of([item["severity"] for item in items]), "items": items}


def rules(reader: Connection | Session) -> list[dict[str, Any]]:
    """Return every house rule in the order of the office."""
    statement = select(HygieneRule.__table__).order_by(HygieneRule.position, HygieneRule.code)
    return [dict(row) for row in reader.execute(statement).mappings()]
