"""What a merge does to a service's rows: planned first, so that it can be shown, then carried out and written down."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, MetaData, Table, UniqueConstraint
from sqlalchemy.orm import Session

from shared.merging.rows import Row, change_rows, keep_rows, key_of, remove_row, rows_naming, rows_with
from shared.merging.tables import MOVED


@dataclass(frozen=True)
class Step:
    """One row that gets other values, or, without any, is put aside."""

    table: Table
    row: Row
    changes: Row | None
    whole: bool = False
    """Whether all of the row is written down, as somebody chose it over another one."""

    @property
    def how(self) -> str:
        """What happens to the row."""
        if self.changes is None:
            return "aside"
        return "chosen" if self.whole else "moved"


Survivors = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Wishes:
    """What a service wants to be different from the rule: move every row, put aside what clashes with the survivor's.

    ``stays`` and ``aside`` single out rows of the relation that is merged away, ``prefers`` those that take the place
    of the survivor's, and ``adjusts`` gives a moved row further values; they are told the survivor's rows as well.
    """

    stays: Callable[[Table, Row], bool] = lambda _table, _row: False
    aside: Callable[[Table, Row], bool] = lambda _table, _row: False
    prefers: Callable[[Table, Row], bool] = lambda _table, _row: False
    adjusts: Callable[[Table, Row, Survivors], Row] = lambda _table, _row, _survivors: {}


WishesOf = Callable[[Session, UUID, UUID], Wishes]
"""Returns a service's wishes for the merge of one relation into another."""


def references_of(metadata: MetaData, table: Table) -> tuple[str, ...]:
    """Return the columns of a table that name relations, its subject first; none when no merge touches it."""
    merging = table.info.get("merging", {})
    if table.info.get("subject") == "id" or merging.get("at_merge") == "stay":
        return ()
    subject = (table.info["subject"],) if "subject" in table.info else ()
    others = tuple(
        column.name
        for column in table.columns
        for key in column.foreign_keys
        if metadata.tables[key.column.table.name].info.get("subject") == "id"
    )
    return tuple(dict.fromkeys((*subject, *merging.get("also", ()), *others)))


def plan_moves(
    session: Session, metadata: MetaData, *, from_id: UUID, into_id: UUID, wishes: Wishes | None = None
) -> list[Step]:
    """Return what would happen to every row that names a relation when it is merged into another; locks those rows."""
    steps: list[Step] = []
    for table in metadata.sorted_tables:
        columns = references_of(metadata, table)
        if columns:
            planner = _TablePlan(session, metadata, table, columns, from_id, into_id, wishes or Wishes())
            steps += planner.steps()
    return steps


def carry_out(session: Session, steps: Sequence[Step], *, merge_id: UUID, into_id: UUID) -> None:
    """Do what was planned, writing down first what each row was."""

    def alike(step: Step) -> tuple[str, str, tuple[str, ...]]:
        return step.table.name, step.how, tuple(sorted(step.changes or ()))

    for _, group in groupby(steps, alike):
        some = list(group)
        table, how = some[0].table, some[0].how
        kept = [(key_of(table, step.row), step.changes) for step in some]
        keep_rows(session, table, kept, merge_id=merge_id, into_id=into_id, how=how)
        if how == "aside":
            for key, _ in kept:
                remove_row(session, table, key)
        else:
            change_rows(session, table, [(key, changes or {}) for key, changes in kept])


def counts_of(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Return how many rows of each table move, and how many are put aside as the survivor has their like."""
    counted: dict[tuple[str, str], int] = {}
    for step in steps:
        if step.table.name != MOVED:
            how = "aside" if step.changes is None else "moved"
            counted[step.table.name, how] = counted.get((step.table.name, how), 0) + 1
    return [{"what": what, "count": count, "detail": how} for (what, how), count in sorted(counted.items())]


@dataclass
class _TablePlan:
    """Plans the moves of one table."""

    session: Session
    metadata: MetaData
    table: Table
    columns: tuple[str, ...]
    from_id: UUID
    into_id: UUID
    wishes: Wishes
    _taken: dict[tuple[str, ...], dict[str, Row]] = field(default_factory=dict)

    def steps(self) -> Iterator[Step]:
        rows = rows_naming(self.session, self.table, self.columns, self.from_id)
        if not rows:
            return
        survivors = rows_naming(self.session, self.table, self.columns, self.into_id)
        for survivor in survivors:
            self._take(survivor)
        for row in rows:
            if not self.wishes.stays(self.table, row):
                yield from self._steps_of(row, survivors)

    def _steps_of(self, row: Row, survivors: list[Row]) -> Iterator[Step]:
        changes = self._renamed(row)
        twin = self._twin({**row, **changes})
        if twin is None and not self._speaks_of_itself(changes, row) and not self.wishes.aside(self.table, row):
            changes |= self.wishes.adjusts(self.table, row, survivors)
            self._take({**row, **changes})
            survivors.append({**row, **changes})
            yield Step(self.table, row, changes)
        elif twin is not None and twin in survivors and self.wishes.prefers(self.table, row):
            yield from self._repointed(twin, row)
            yield Step(self.table, twin, None)
            yield Step(self.table, row, changes, whole=True)
        elif self.table.info.get("merging", {}).get("at_clash") != "stay":
            yield from self._repointed(row, twin)
            yield Step(self.table, row, None)

    def _renamed(self, row: Row) -> Row:
        old, new = str(self.from_id), str(self.into_id)
        changes: Row = {}
        for name in self.columns:
            if isinstance(self.table.c[name].type, ARRAY):
                if old in (row[name] or ()):
                    changes[name] = list(dict.fromkeys(new if each == old else each for each in row[name]))
            elif row[name] == old:
                changes[name] = new
        return changes

    def _speaks_of_itself(self, changes: Row, row: Row) -> bool:
        """Tell whether a row between the two relations would be left between the survivor and itself."""
        after = {**row, **changes}
        single = [name for name in self.columns if not isinstance(self.table.c[name].type, ARRAY)]
        return [after[name] for name in single].count(str(self.into_id)) > 1

    def _take(self, row: Row) -> None:
        for key in self._keys:
            if (value := self._value(row, key)) is not None:
                self._taken.setdefault(key, {})[value] = row

    def _twin(self, row: Row) -> Row | None:
        for key in self._keys:
            value = self._value(row, key)
            if value is not None and (twin := self._taken.get(key, {}).get(value)) is not None:
                return twin
        return None

    @cached_property
    def _keys(self) -> list[tuple[str, ...]]:
        """Return the column lists by which a moved row can clash with one of the survivor, or be its double."""
        unique = [tuple(self.table.primary_key.columns.keys())]
        unique += [tuple(each.columns.keys()) for each in self.table.constraints if isinstance(each, UniqueConstraint)]
        unique += [
            tuple(str(column.name) for column in index.columns)
            for index in self.table.indexes
            if index.unique and index.dialect_options["postgresql"]["where"] is None
        ]
        found = [columns for columns in unique if set(columns) & set(self.columns)]
        return [*found, *self._same]

    @cached_property
    def _same(self) -> list[tuple[str, ...]]:
        """Return the columns by which rows are doubles; two that say nothing in one of them say the same."""
        same = tuple(self.table.info.get("merging", {}).get("same", ()))
        return [(self.columns[0], *same)] if same else []

    def _value(self, row: Mapping[str, Any], key: tuple[str, ...]) -> str | None:
        values = [row[name] for name in key]
        if any(value is None for value in values) and key not in self._same:
            return None
        return json.dumps(values)

    def _repointed(self, row: Row, by: Row | None) -> Iterator[Step]:
        """Yield the steps that make what points at a row point at its double, so that it can be put aside."""
        for child in self.metadata.sorted_tables:
            for column in child.columns:
                for key in column.foreign_keys:
                    if key.column.table is not self.table or key.column.name in self.columns:
                        continue
                    target = key.column.name
                    if by is None or row[target] == by[target]:
                        continue
                    for pointing in rows_with(self.session, child, column.name, row[target]):
                        yield Step(child, pointing, {column.name: by[target]})
