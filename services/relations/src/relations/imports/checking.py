"""Rows checked with the rules of ``POST /relations``, before anything is written."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from marshmallow import ValidationError

from relations.imports.bodies import BodyMaker, field_of
from relations.imports.domain import Row, Rules
from relations.record.composing import Composed, Definitions, compose
from relations.record.domain import RegisterRelation, plain
from relations.record.errors import UnknownGroup
from relations.record.schemas import RelationIn
from shared.clock import utc_now
from shared.errors import Invalid
from shared.problems import flatten


@dataclass
class Checked:
    """A row with the order it stands for and the relation that makes, or with what is wrong with it."""

    row: Row
    command: RegisterRelation | None = None
    relation: Composed | None = None
    errors: list[tuple[str, str]] = field(default_factory=list)

    def refuse(self, error: Invalid) -> None:
        """Note what is wrong with the row after all."""
        self.errors = [(name, message) for name, messages in error.errors.items() for message in messages]
        self.command = self.relation = None


class Checker:
    """Checks the rows of one import."""

    def __init__(self, rules: Rules, *, groups: dict[str, str], varia: Definitions) -> None:
        self._rules = rules
        self._groups = groups
        self._varia = varia
        self._codes = frozenset(groups.values())
        self._bodies = BodyMaker(rules, group_of=self.group_of, varia=varia)
        self._schema = RelationIn()

    def group_of(self, name: str) -> str | None:
        """Return the code of a group by any of its names."""
        return self._groups.get(plain(name))

    def check(self, rows: Iterable[Row]) -> list[Checked]:
        """Check rows; each is either an order or has errors."""
        return [self._check(row) for row in rows]

    def _check(self, row: Row) -> Checked:
        if row.problem:
            return Checked(row, errors=[("", row.problem)])
        body = self._bodies.body_of(row.cells) if row.body is None else self._completed(row.body)
        try:
            command = self._schema.load(body)
        except ValidationError as error:
            found = flatten(error.messages)
            return Checked(
                row,
                errors=[(field_of(path, body), message) for path, messages in found.items() for message in messages],
            )
        return self._composed(Checked(row, command), command)

    def _completed(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return what a card says, with the defaults for what it does not."""
        return {**body, **{name: text for name, text in self._rules.defaults.items() if not body.get(name)}}

    def _composed(self, checked: Checked, command: RegisterRelation) -> Checked:
        """Return the row with the relation it makes, or with what only the office's own settings forbid."""
        try:
            if unknown := [code for code in command.fields.get("groups", ()) if code not in self._codes]:
                raise UnknownGroup(unknown)
            checked.relation = compose(command, varia=self._varia, now=utc_now())
        except Invalid as error:
            checked.refuse(error)
        return checked
