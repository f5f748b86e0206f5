"""Taking back what a merge did to rows: the last step first, and nothing that somebody changed since."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import MetaData, Table, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared.merging.moving import references_of
from shared.merging.rows import Row, change_rows, find_row, key_of, remove_row, restore_row
from shared.merging.tables import MOVED

NONE = object()
"""Stands for a key that is not there."""


@dataclass(frozen=True)
class Changed:
    """Something the merge decided about that somebody changed since: a row, or some columns of it."""

    table: str
    row: Row
    columns: tuple[str, ...] = ()


def move_back(session: Session, metadata: MetaData, *, merge_id: UUID) -> None:
    """Undo every step of a merge; what was deleted since stays deleted, what came since stays where it is."""
    moved = metadata.tables[MOVED]
    steps = select(moved).where(moved.c.merge_id == merge_id).order_by(moved.c.position.desc())
    for step in session.execute(steps).all():
        table = metadata.tables.get(step.table_name)
        if table is None:
            continue
        try:
            with session.begin_nested():
                _undo(session, table, step)
        except IntegrityError:
            # Somebody filled its place since, and theirs is the newer word.
            continue
    session.execute(delete(moved).where(moved.c.merge_id == merge_id))


def changed_since(session: Session, metadata: MetaData, *, merge_id: UUID) -> list[Changed]:
    """Return what was chosen at the merge and has changed since, so that nobody can say what it should become."""
    moved = metadata.tables[MOVED]
    steps = (
        select(moved)
        .where(moved.c.merge_id == merge_id, moved.c.how.in_(("moved", "chosen")))
        .order_by(moved.c.position)
    )
    found = []
    for step in session.execute(steps).all():
        table = metadata.tables.get(step.table_name)
        if table is None:
            continue
        now = find_row(session, table, key_of(table, {**step.before, **step.after}))
        if now is None:
            if step.how == "chosen":
                found.append(Changed(table.name, step.before))
        elif columns := _differing(metadata, table, step, now):
            found.append(Changed(table.name, step.before, columns))
    return found


def _undo(session: Session, table: Table, step: Any) -> None:
    if step.how == "aside":
        restore_row(session, table, step.position)
        return
    key = key_of(table, {**(step.before or {}), **step.after})
    now = find_row(session, table, key)
    if now is None:
        return
    if step.how == "added":
        if all(now[name] == value for name, value in step.after.items()):
            remove_row(session, table, key)
        return
    values = {
        name: value
        for name, after in step.after.items()
        if (value := _as_before(step.before[name], after, now[name])) != now[name]
    }
    change_rows(session, table, [(key, values)])


def _as_before(before: Any, after: Any, now: Any) -> Any:
    """Return what a value should be again; of a list or an object only what the merge put into it is taken out."""
    if now == after:
        return before
    if isinstance(before, list) and isinstance(after, list) and isinstance(now, list):
        return [each for each in now if each in before or each not in after]
    if isinstance(before, dict) and isinstance(after, dict) and isinstance(now, dict):
        untouched = {key for key in {**before, **after, **now} if now.get(key, NONE) == after.get(key, NONE)}
        kept = {key: value for key, value in now.items() if key not in untouched}
        return {**{key: before[key] for key in untouched if key in before}, **kept}
    return now


def _differing(metadata: MetaData, table: Table, step: Any, now: Row) -> tuple[str, ...]:
    """Return the columns that were chosen, one by one or with a whole row, and differ now."""
    if step.how == "chosen":
        return tuple(
            name for name in step.before if name not in step.after and name in now and now[name] != step.before[name]
        )
    if set(references_of(metadata, table)) & set(step.after):
        return ()
    return tuple(
        name for name, after in step.after.items() if _contradicts(step.before[name], after=after, now=now[name])
    )


def _contradicts(before: Any, *, after: Any, now: Any) -> bool:
    """Tell whether something the merge put in the place of something else was changed since."""
    if isinstance(before, list):
        return False
    if isinstance(before, dict):
        return any(after.get(key, NONE) not in (value, now.get(key, NONE)) for key, value in before.items())
    return bool(now != after)
