"""Rows checked with the rules of ``POST /relations``, before anything is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from marshmallow import ValidationError

from relations.imports.bodies import body_of, field_of
from relations.imports.cells import VariaTypes
from relations.imports.domain import Row, Rules
from relations.record.domain import RegisterRelation, plain
from relations.record.errors import UnknownGroup
from relations.record.schemas import RelationIn
from shared.errors import Invalid
from shared.problems import flatten


@dataclass
class Checked:
    """A row with the order it stands for, or with what is wrong with it."""

    row: Row
    command: RegisterRelation | None = None
    errors: list[tuple[str, str]] = field(default_factory=list)

    def refuse(self, error: Invalid) -> None:
        """Note what is wrong with the row after all."""
        self.errors = [(name, message) for name, messages in error.errors.items() for message in messages]
        self.command = None


class Checker:
    """Checks the rows of one import."""

    def __init__(self, rules: Rules, *, groups: dict[str, str], varia: VariaTypes) -> None:
        self._rules = rules
        self._groups = groups
        self._varia = varia
        self._codes = frozenset(groups.values())
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
        body = (
            row.body
            if row.body is not None
            else body_of(row.cells, self._rules, group_of=self.group_of, varia=self._varia)
        )
        if row.body is not None:
            body.update({name: value for name, value in self._rules.defaults.items() if not body.get(name)})
        try:
            command = self._schema.load(body)
        except ValidationError as error:
            found = flatten(error.messages)
            return Checked(
                row,
                errors=[(field_of(path, body), message) for path, messages in found.items() for message in messages],
            )
        checked = Checked(row, command)
        self._refuse_unknown_groups(checked, command.fields.get("groups", ()))
        return checked

    def _refuse_unknown_groups(self, checked: Checked, codes: Sequence[str]) -> None:
        if unknown := [code for code in codes if code not in self._codes]:
            checked.refuse(UnknownGroup(unknown))
