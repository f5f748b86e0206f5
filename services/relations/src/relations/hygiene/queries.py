"""What reads hygiene: the work list, the score of the office, and what one relation breaks."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, case, func, select
from sqlalchemy.orm import Session

from relations.hygiene.domain import SEVERITIES, score_of
from relations.hygiene.models import HygieneCheck, HygieneFinding, HygieneRule
from relations.record.confidentiality import viewer
from relations.record.models import Membership, Relation
from relations.record.queries import GONE
from shared.paging import decode_cursor, encode_cursor, id_of_cursor, in_order, place_is_gone

WEIGHT = case(SEVERITIES, value=HygieneRule.severity, else_=0)
SORTS: dict[str, tuple[Any, ...]] = {
    "severity": (WEIGHT,),
    "rule": (),
    "number": (Relation.number,),
    "name": (Relation.sort_name,),
}
"""By what the work list is sorted; what is equal in that, by rule."""


def work_list(reader: Connection, query: dict[str, Any]) -> dict[str, Any]:
    """Return one page of what breaks a rule, as asked or gravest first; with the office's score and the counts."""
    items, cursor = _page(reader, query)
    return {
        "score": office_score(reader),
        "checked_at": reader.scalar(select(func.max(HygieneCheck.checked_at))),
        "counts": _counts(reader),
        "items": items,
        "next_cursor": cursor,
    }


def _page(reader: Connection, query: dict[str, Any]) -> tuple[list[dict[str, Any]], str | None]:
    finding = HygieneFinding
    statement = (
        select(
            finding.relation_id, Relation.number, Relation.display_name, finding.rule, finding.field,
            finding.message_code, finding.found_at, HygieneRule.severity,
        )
        .join(Relation, Relation.id == finding.relation_id)
        .join(HygieneRule, HygieneRule.code == finding.rule)
        .where(HygieneRule.active, Relation.status.not_in(GONE), viewer().condition())
    )  # fmt: skip
    if query["rule"]:
        statement = statement.where(finding.rule == query["rule"])
    if query["group"]:
        members = select(Membership.relation_id).where(Membership.code == query["group"])
        statement = statement.where(finding.relation_id.in_(members))
    statement = in_order(statement, query["sort"], _keys(query["sort"]), after=_last_seen(reader, query))
    rows = reader.execute(statement.limit(query["limit"] + 1)).mappings().all()
    page = [dict(row) for row in rows[: query["limit"]]]
    if len(rows) <= query["limit"]:
        return page, None
    last = rows[query["limit"] - 1]
    return page, encode_cursor(last["rule"], last["relation_id"])


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


def office_score(reader: Connection) -> int:
    """Return the mean score of all relations that live, 0 to 100; an office without relations is clean."""
    living = reader.scalar(select(func.count()).select_from(Relation).where(Relation.status.not_in(GONE)))
    lost = (
        select(func.least(100, func.sum(WEIGHT)).label("points"))
        .select_from(HygieneFinding)
        .join(HygieneRule, HygieneRule.code == HygieneFinding.rule)
        .join(Relation, Relation.id == HygieneFinding.relation_id)
        .where(HygieneRule.active, Relation.status.not_in(GONE))
        .group_by(HygieneFinding.relation_id)
        .subquery()
    )
    points = reader.scalar(select(func.coalesce(func.sum(lost.c.points), 0))) or 0
    return round(100 - int(points) / living) if living else 100


def _counts(reader: Connection) -> dict[str, int]:
    rows = reader.execute(
        select(HygieneFinding.rule, func.count().label("found"))
        .join(HygieneRule, HygieneRule.code == HygieneFinding.rule)
        .join(Relation, Relation.id == HygieneFinding.relation_id)
        .where(HygieneRule.active, Relation.status.not_in(GONE), viewer().condition())
        .group_by(HygieneFinding.rule)
        .order_by(HygieneFinding.rule)
    )
    return {row.rule: row.found for row in rows}


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
