"""Likely doubles of many rows at once: among the relations of the office, and among the earlier rows of the batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from relations.duplicates.likeness import REACHED_BY
from relations.duplicates.many import Newcomer, likeliest_doubles
from relations.imports.checking import Checked
from relations.record.composing import Composed
from relations.record.domain import plain


@dataclass(frozen=True)
class Double:
    """What a row may be a double of: a relation, or an earlier row of the same batch; the score is 0–100."""

    relation_id: UUID | None = None
    row: int | None = None
    score: int = 100


def doubles_of(session: Session, batch: Sequence[Checked]) -> dict[int, Double]:
    """Return the likeliest double of each row that has one, by row number."""
    relations = {one.row.number: one.relation for one in batch if one.relation}
    newcomers = {
        one.row.number: Newcomer(one.command, one.relation.own["sort_name"])
        for one in batch
        if one.command and one.relation
    }
    known = likeliest_doubles(session, newcomers)
    found: dict[int, Double] = {}
    seen: dict[tuple[str, str], int] = {}
    for number, relation in relations.items():
        keys = _keys(relation)
        earlier = next((seen[key] for key in keys if key in seen), None)
        if number in known:
            relation_id, score = known[number]
            found[number] = Double(relation_id=relation_id, score=score)
        elif earlier is not None:
            found[number] = Double(row=earlier)
        for key in keys:
            seen.setdefault(key, number)
    return found


def _keys(relation: Composed) -> set[tuple[str, str]]:
    """Return what only one and the same relation would have twice: a number, or its name with a way to reach it."""
    name = plain(relation.own["display_name"])
    reached = {row["normalised"] for row in relation.parts["communication"] if row["kind"] in REACHED_BY}
    return {("", row["value"]) for row in relation.parts["identifier"]} | {(name, entry) for entry in reached}
