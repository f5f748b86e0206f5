"""What tests of merges stand on: rows in every table that names relations, and the comparison of all rows of a service.

Tables are found by reflection, so that a new one cannot be forgotten: it is moved and restored, or its service's test
says why it is not.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, JSON, Column, MetaData, Table, insert, select, text
from sqlalchemy.orm import Session
from sqlalchemy.types import Uuid

from contracts.relations import RelationMerged, RelationUnmerged
from shared.db import Database
from shared.ids import new_id
from shared.merging.moving import references_of
from shared.merging.rows import rows_naming
from shared.merging.tables import FOLLOWED, MOVED
from shared.subscriptions import Subscriptions
from shared.testing.kit import ServiceKit

BOOKKEEPING = (MOVED, FOLLOWED)
CLOCKWORK = ("version", "updated_at")
SOME_DAY = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)


def rows_of(database: Database, metadata: MetaData, *, leave_out: Collection[str] = ()) -> dict[str, list[str]]:
    """Return the rows of every table as sorted texts, apart from versions, times of change and the merges' own."""
    found = {}
    with database.reading() as connection:
        for table in metadata.sorted_tables:
            if table.name not in BOOKKEEPING and table.name not in leave_out:
                statement = text(f'SELECT (to_jsonb(t) - CAST(:clockwork AS text[]))::text FROM "{table.name}" t')
                found[table.name] = sorted(connection.scalars(statement, {"clockwork": list(CLOCKWORK)}))
    return found


def tables_naming_relations(metadata: MetaData) -> dict[str, tuple[str, ...]]:
    """Return the tables with a column that names a relation, by its mark, its foreign key or its name alone."""
    found = {}
    for table in metadata.sorted_tables:
        if table.name in BOOKKEEPING or table.info.get("subject") == "id":
            continue
        by_name = [column.name for column in table.columns if column.name == "relation_id"]
        if columns := tuple(dict.fromkeys((*references_of(metadata, table), *by_name))):
            found[table.name] = columns
    return found


@dataclass(frozen=True)
class Undoing:
    """A merge and its undoing in one service, checked for every table that names relations.

    ``explained`` are the tables whose rows keep the old id, or are made anew; each with the reason why.
    """

    database: Database
    metadata: MetaData
    merge: Callable[[], None]
    undo: Callable[[], None]
    explained: Mapping[str, str] = field(default_factory=dict)

    def fill(self, this: UUID, into: UUID) -> None:
        """Write rows about both into every table that names relations: some alike, some that only one of them has."""
        with self.database.transaction() as session:
            filler = Filler(session)
            for name, columns in tables_naming_relations(self.metadata).items():
                filler.fill(self.metadata.tables[name], columns, this=this, into=into)

    def check(self, this: UUID) -> None:
        """Merge one relation into the other and undo it; raises ``AssertionError`` with the tables not right."""
        naming = tables_naming_relations(self.metadata)
        before = rows_of(self.database, self.metadata)
        self.merge()
        staying = {name for name, columns in naming.items() if self._naming(name, columns, this)}
        self.undo()
        after = rows_of(self.database, self.metadata)
        different = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
        unexplained = {name: rows for name, rows in different.items() if name not in self.explained}
        assert not unexplained, unexplained
        assert staying <= {*self.explained}, f"still with the old id: {sorted(staying - {*self.explained})}"
        assert {*self.explained} <= {*staying, *different}, "explained, but moved and restored after all"

    def _naming(self, name: str, columns: tuple[str, ...], relation_id: UUID) -> bool:
        with self.database.transaction() as session:
            return bool(rows_naming(session, self.metadata.tables[name], columns, relation_id))


def check_follower(kit: ServiceKit, subscriptions: Subscriptions, *, explained: Mapping[str, str]) -> None:
    """Let a service follow a merge and its undoing, with rows in every table; raises ``AssertionError``."""
    this, into, merge_id = new_id(), new_id(), new_id()

    def tell(event: Any) -> None:
        assert kit.deliver(subscriptions, event) == "handled"

    undoing = Undoing(
        kit.database,
        kit.service.metadata,
        merge=lambda: tell(RelationMerged(merge_id, this, into)),
        undo=lambda: tell(RelationUnmerged(merge_id, this, into)),
        explained=explained,
    )
    undoing.fill(this, into)
    undoing.check(this)


def check_old_ids(kit: ServiceKit, old: UUID, into: UUID) -> None:
    """Walk every path that names a relation by an old id; raises ``AssertionError`` for one that does not lead on."""
    caller, paths = kit.as_user(), kit.app.url_map.bind("localhost")
    for rule in kit.app.url_map.iter_rules():
        if "relation_id" not in rule.arguments:
            continue
        values = {name: str(new_id()) for name in rule.arguments if name != "relation_id"}
        path, there = (paths.build(rule.endpoint, {**values, "relation_id": str(each)}) for each in (old, into))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = getattr(caller, method.lower())(path)
            if method == "GET":
                assert (answer.status_code, answer.headers.get("Location")) == (301, there), path
            else:
                assert (answer.status_code, answer.json.get("into")) == (409, str(into)), (method, path)


@dataclass
class Filler:
    """Makes rows out of what a table says of its columns."""

    session: Session
    ticks: Iterator[int] = field(default_factory=lambda: count(1))
    parents: dict[tuple[str, int], Any] = field(default_factory=dict)

    def fill(self, table: Table, columns: tuple[str, ...], *, this: UUID, into: UUID) -> None:
        """Write a row that both have alike, so that it clashes, and one that each has for itself."""
        alike = next(self.ticks)
        for relation_id in (this, into):
            self._write(table, columns, relation_id, next(self.ticks))
            if {column.name for column in table.primary_key.columns} != {columns[0]}:
                self._write(table, columns, relation_id, alike)

    def _write(self, table: Table, columns: tuple[str, ...], relation_id: UUID, tick: int) -> None:
        row = self._row(table, tick)
        own_key = [column for column in table.primary_key.columns if column.name in row and not column.foreign_keys]
        if not {column.name for column in table.primary_key.columns} & {*columns}:
            row |= {column.name: self._value(column, next(self.ticks)) for column in own_key}
        for name in columns:
            several = isinstance(table.c[name].type, ARRAY)
            row[name] = [relation_id] if several else relation_id
        for name in columns[1:]:  # whom else it names is somebody of whom nothing else is known, or nobody
            if not isinstance(table.c[name].type, ARRAY):
                row[name] = self._somebody(table.c[name])
        self.session.execute(insert(table).values(row))

    def _somebody(self, column: Column[Any]) -> UUID:
        key = next(iter(column.foreign_keys), None)
        if key is None:
            return new_id()
        return UUID(str(self._made(key.column)))

    def _row(self, table: Table, tick: int) -> dict[str, Any]:
        return {
            column.name: self._value(column, tick)
            for column in table.columns
            if column.identity is None and column.computed is None and not (column.foreign_keys and column.nullable)
        }

    def _value(self, column: Column[Any], tick: int) -> Any:
        if column.foreign_keys:
            return self._parent(next(iter(column.foreign_keys)).column, tick)
        if isinstance(column.type, ARRAY):
            return []
        if isinstance(column.type, JSON):
            return {"tick": tick}
        if isinstance(column.type, Uuid):
            return new_id()
        length = getattr(column.type, "length", None)
        made: dict[type, Any] = {
            str: f"{tick}{column.name}{tick}"[: length or 60], int: tick, bool: False, bytes: b"%d" % tick,
            dt.date: SOME_DAY.date() + dt.timedelta(days=tick), dt.datetime: SOME_DAY + dt.timedelta(days=tick),
            dt.time: dt.time(tick % 24),
        }  # fmt: skip
        return made.get(column.type.python_type, tick)

    def _parent(self, key: Column[Any], tick: int) -> Any:
        """Return the key of a row to point at, another one for each tick; a table that runs out of rows gets one."""
        if (key.table.name, tick) not in self.parents:
            used = {parent for (table, _), parent in self.parents.items() if table == key.table.name}
            there = self.session.scalars(select(key).order_by(key)).all()
            self.parents[key.table.name, tick] = next((each for each in there if each not in used), None) or self._made(
                key
            )
        return self.parents[key.table.name, tick]

    def _made(self, key: Column[Any]) -> Any:
        row = self._row(key.table, next(self.ticks))
        self.session.execute(insert(key.table).values(row))
        return row[key.name]
