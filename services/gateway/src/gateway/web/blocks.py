"""The blocks of a card that are edited in their own place: what each asks, and on which tab it stands."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from gateway.web.conflicts import differences
from gateway.web.forms import Document, Field, Form, Section, nested
from gateway.web.questions import (
    DISPLAY_NAME,
    ENTITY,
    GROUPS,
    LANGUAGE,
    MORE_NUMBERS,
    NOTES,
    NUMBERS,
    PERSON,
    STATUS,
)
from gateway.web.record_questions import (
    ALIASES,
    BANK_ACCOUNTS,
    CONFIDENTIALITY,
    RESPONSIBLE,
    SUFFIX,
    accounting_fields,
    address_form_fields,
    varia_fields,
)
from gateway.web.rows import Rows
from gateway.web.wording import choices_of

COLOURS = {
    "red": _l("rood"),
    "orange": _l("oranje"),
    "yellow": _l("geel"),
    "green": _l("groen"),
    "blue": _l("blauw"),
    "grey": _l("grijs"),
}
WARNING_COLOUR = Field(
    path="warning_colour",
    label=_l("Kleur van de waarschuwing"),
    widget="select",
    choices=lambda: choices_of(COLOURS),
    default="red",
)


@dataclass(frozen=True)
class Block:
    """A block: the tab it stands on, the questions it asks of a relation, and the list it may be."""

    tab: str
    questions: Callable[[Mapping[str, Any]], tuple[Field, ...]]
    rows: Rows | None = None
    seen: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict
    """What the block sees of a relation."""

    def opened(self, relation: Mapping[str, Any], *, room: bool = False) -> Form:
        """Return the block's form with what the relation holds."""
        if self.rows is None:
            return Form.of([Section("", self.questions(relation))], self.seen(relation), version=relation["version"])
        held = self.rows.opened(relation, room=room or not relation.get(self.rows.path))
        return Form.of(self.rows.sections(len(held)), {self.rows.path: held}, version=relation["version"])

    def posted(self, relation: Mapping[str, Any], typed: MultiDict[str, str]) -> Form:
        """Return the block's form with what was typed."""
        if self.rows is None:
            return Form.posted([Section("", self.questions(relation))], typed)
        return Form.posted(self.rows.sections(self.rows.counted(typed)), typed)

    def changes(self, form: Form) -> Document:
        """Return what to send: what differs, or the whole list when anything in it does."""
        if self.rows is None:
            return form.changes()
        taken = self.listed(form)
        return {self.rows.path: taken} if form.changes() or len(taken) != len(_ids_opened_with(form)) else {}

    def listed(self, form: Form, *, without: str = "") -> list[Document]:
        """Return the rows that tell something; a new one has no id yet."""
        if self.rows is None:
            return []
        document = nested((control.field.path, control.sent()) for control in form)
        rows = self.rows.taken(document, without=without)
        return [{name: value for name, value in row.items() if name != "id" or value} for row in rows]

    def elsewhere(self, form: Form, relation: Mapping[str, Any]) -> list[dict[str, str]]:
        """Return what somebody else changed of the same fields since, or added to the same list or took from it."""
        found = differences(form, self.seen(relation))
        if self.rows is None:
            return found
        before, now = _ids_opened_with(form), {row["id"]: row for row in relation[self.rows.path]}
        for row_id in [*(before - set(now)), *(each for each in now if each not in before)]:
            there = now.get(row_id)
            words = " · ".join(str(there[name]) for name in self.rows.telling if there[name]) if there else ""
            found.append({"label": str(self.rows.legend), "now": words or str(_("verwijderd")), "typed": ""})
        return found

    def rebased(self, form: Form, relation: Mapping[str, Any]) -> Form:
        """Return the form with what was typed, standing on what is there now; rows that others added are in it."""
        if self.rows is not None:
            before, now = _ids_opened_with(form), {row["id"]: row for row in relation[self.rows.path]}
            mine = [{**row, "id": row["id"] if row.get("id") in now else ""} for row in self.listed(form)]
            shown = [*mine, *(row for row_id, row in now.items() if row_id not in before)]
            form = Form.of(self.rows.sections(len(shown)), {self.rows.path: shown})
        stood = Form.of(
            [part.section for part in form.parts]
            if self.rows is None
            else self.rows.sections(len(relation[self.rows.path])),
            self.seen(relation),
        )
        form.was, form.version = stood.was, str(relation["version"])
        return form

    def redrawn(self, form: Form, *, without: str = "", room: bool = False) -> Form:
        """Return a list's form with the same typed rows, one less or one more."""
        if self.rows is None:
            return form
        held = self.listed(form, without=without)
        shown = [*held, {}] if room or not held else held
        drawn = Form.of(self.rows.sections(len(shown)), {self.rows.path: shown}, version=form.version)
        drawn.was = form.was
        return drawn


def _names(relation: Mapping[str, Any]) -> tuple[Field, ...]:
    names = (*PERSON, SUFFIX) if relation["kind"] == "natural_person" else ENTITY
    by_rule = "" if relation.get("display_name_is_own") else relation["display_name"]
    return (*names, dataclasses.replace(DISPLAY_NAME, placeholder=by_rule))


def _with_own_display_name(relation: Mapping[str, Any]) -> Document:
    """Return a relation without the display name that the house rule formed, so that it follows the name."""
    return {**relation, "display_name": relation["display_name"] if relation.get("display_name_is_own") else ""}


def _varia(relation: Mapping[str, Any]) -> tuple[Field, ...]:
    return varia_fields("relation", groups=relation["groups"], held=relation.get("varia") or {})


def _ids_opened_with(form: Form) -> set[str]:
    return {str(value) for path, value in form.was.items() if path.endswith(".id") and value}


BLOCKS: dict[str, Block] = {
    "name": Block("overview", _names, seen=_with_own_display_name),
    "notes": Block("overview", lambda _relation: (*NOTES, WARNING_COLOUR)),
    "groups": Block("groups", lambda _relation: (GROUPS, STATUS, LANGUAGE, RESPONSIBLE)),
    "varia": Block("groups", _varia),
    "confidentiality": Block("groups", lambda _relation: CONFIDENTIALITY),
    "numbers": Block("identity", lambda _relation: (*NUMBERS, *MORE_NUMBERS)),
    "address_form": Block(
        "identity", lambda relation: address_form_fields(relation.get("address_form_generated") or {})
    ),
    "aliases": Block("identity", lambda _relation: (), ALIASES),
    "accounting": Block("accounting", lambda relation: accounting_fields(relation["addresses"])),
    "bank_accounts": Block("accounting", lambda _relation: (), BANK_ACCOUNTS),
}
