"""The field history: what every change made of every field, written in the transaction that made it.

One place compares the record before and after; nothing that changes it has to say what it changed.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import orjson
from sqlalchemy import DateTime, ForeignKey, Index, String, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from relations.record.document import read_rows, snapshot_of
from relations.tables import Tables
from shared.context import acting
from shared.ids import new_id
from shared.privacy import belongs_to_relation, not_personal, personal

Source = Literal["user", "import", "register", "merge", "revert"]

REGISTERS = "service:enrichment"

PARTS = ("communications", "addresses", "aliases", "bank_accounts")
"""Lists in a snapshot, as objects by the id of the part."""

_source: ContextVar[Source | None] = ContextVar("source", default=None)


class Change(Tables):
    """What became of one field of a relation: a path such as ``person.last_name``, before and after."""

    __tablename__ = "change"
    __table_args__ = (
        Index("change_of_relation", "relation_id", "id"),
        Index("change_of_link", "field", postgresql_where=text("field LIKE 'links.%'")),
        {"info": belongs_to_relation(at_merge="stay")},
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, info=not_personal())
    relation_id: Mapped[UUID] = mapped_column(ForeignKey("relation.id", ondelete="CASCADE"), info=not_personal())
    at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), info=not_personal())
    actor: Mapped[str] = mapped_column(String(64), info=not_personal())
    source: Mapped[str] = mapped_column(String(10), info=not_personal())
    field: Mapped[str] = mapped_column(String(160), info=not_personal())
    old: Mapped[Any] = mapped_column(
        JSONB(none_as_null=True), nullable=True, info=personal("history", on_erase="delete_row")
    )
    new: Mapped[Any] = mapped_column(
        JSONB(none_as_null=True), nullable=True, info=personal("history", on_erase="delete_row")
    )


@dataclass(frozen=True)
class Difference:
    """A field that is not what it was; None stands for nothing there."""

    field: str
    old: Any
    new: Any


@contextmanager
def changing_as(source: Source) -> Iterator[None]:
    """Let what is changed within the block be known as an import, a merge, a revert or what a register told."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


def source_of_change() -> Source:
    """Return where a change made now comes from."""
    return _source.get() or ("register" if acting().actor == REGISTERS else "user")


def snapshot(session: Session, relation_id: UUID) -> dict[str, Any]:
    """Return every field of a relation as plain JSON values; what is derived from others is left out."""
    (row,) = read_rows(session, [relation_id])
    plain: dict[str, Any] = plain_json(snapshot_of(row))
    return plain


def plain_json(value: Any) -> Any:
    """Return a value as JSON gives it back: dates, ids and decimals as texts."""
    return orjson.loads(orjson.dumps(value, default=str))


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Return what differs between two snapshots of a relation, field by field."""
    found: list[Difference] = []
    for name in after:
        old, new = before.get(name), after[name]
        if name in PARTS:
            for part_id in {**(old or {}), **new}:
                found += _of_part(f"{name}.{part_id}", (old or {}).get(part_id), new.get(part_id))
        elif isinstance(new, dict) and name != "confidentiality":
            found += _of_object(name, old or {}, new)
        elif old != new:
            found.append(Difference(name, old, new))
    return found


def _of_part(path: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> list[Difference]:
    if old == new:
        return []
    # A communication of another kind is another one: its value means nothing without the kind.
    if old is None or new is None or (path.startswith("communications.") and old["kind"] != new["kind"]):
        return [Difference(path, old, new)]
    return _of_object(path, old, new)


def _of_object(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    return [
        Difference(f"{path}.{name}", old.get(name), new.get(name))
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    ]


def note_changes(session: Session, relation_id: UUID, found: Sequence[Difference]) -> None:
    """Write differences into the history of a relation."""
    if not found:
        return
    common = {"relation_id": relation_id, "actor": acting().actor, "source": source_of_change()}
    rows = [{"id": new_id(), **common, "field": each.field, "old": each.old, "new": each.new} for each in found]
    session.execute(insert(Change).values(rows))
