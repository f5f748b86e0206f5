"""Forms: what is asked, what was typed, and what is wrong with it, without any drawing."""

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from gateway.web.formats import day
from gateway.web.typed_times import typed_day, typed_hour
from gateway.web.wording import told

Choices = Sequence[tuple[str, Any]]
Document = dict[str, Any]

MANY = ("checks", "list")
CODED = ("code", "text")
"""What a line of a ``coded`` list says."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing that is asked; ``path`` is its place in the document that is sent.

    ``suggested_by`` names the list on the page it may be picked from; the cursor starts in the one that ``starts``.
    """

    path: str
    label: Any
    widget: str = "text"
    choices: Callable[[], Choices] | None = None
    hint: Any = ""
    required: bool = False
    wide: bool = False
    empty: Any = ""
    default: Any = ""
    autocomplete: str = "off"
    inputmode: str = ""
    suggested_by: str = ""
    starts: bool = False
    shows: str = ""
    placeholder: Any = ""


@dataclass(frozen=True)
class Section:
    """Fields under one heading; with ``when`` they only count for some values of the field that shows them."""

    legend: Any
    fields: Sequence[Field]
    key: str = ""
    shown_by: str = ""
    when: tuple[str, ...] = ()
    fold: Any = ""
    """What the fold is called in which these fields wait until they are asked for."""
    row: str = ""
    """The row of a list that these fields are, such as ``addresses.0``."""
    in_list: bool = False
    """Whether these fields stand in a row of the list that ``key`` names."""


@dataclass
class Control:
    """A field with what stands in it and what is wrong with it."""

    field: Field
    value: Any
    errors: list[str] = dataclasses.field(default_factory=list)

    @property
    def id(self) -> str:
        """The id of its element."""
        return "field-" + self.field.path.replace(".", "-")

    def hint(self, words: Any) -> None:
        """Show, greyed, what its element will count as while it is left empty."""
        self.field = dataclasses.replace(self.field, placeholder=words)

    @property
    def options(self) -> list[tuple[str, Any, bool]]:
        """What can be chosen: value, words, whether it is chosen; an unknown present value stays choosable."""
        chosen = self.value if isinstance(self.value, list) else [self.value]
        choices = list(self.field.choices() if self.field.choices else ())
        strange = [(value, value) for value in chosen if value and value not in [code for code, _ in choices]]
        return [(code, words, code in chosen) for code, words in (*choices, *strange)]

    @property
    def shown(self) -> str:
        """What its element shows: a date in the order people write it."""
        return (self.field.widget == "date" and day(self.value)) or str(self.value)

    def sent(self) -> Any:
        """What goes into the document: an emptied field becomes what its owner calls empty."""
        if self.field.widget == "check":
            return bool(self.value)
        if self.field.widget in ("lines", "coded"):
            lines = [line.strip() for line in self.value.splitlines() if line.strip()]
            return [_coded(line) for line in lines] if self.field.widget == "coded" else lines
        if self.value in ("", []):
            return self.field.empty if self.field.widget not in MANY else []
        return as_sent(self.field.widget, self.value)


@dataclass
class Part:
    """A section with its controls."""

    section: Section
    controls: list[Control]

    @property
    def says_something(self) -> bool:
        """Tell whether anything was filled in or refused."""
        return any(control.errors or control.value not in ("", [], False) for control in self.controls)


@dataclass
class Form:
    """A form as it stands: its parts, the version it was opened on, and what stood there then."""

    parts: list[Part]
    version: str = ""
    was: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    errors: list[str] = dataclasses.field(default_factory=list)

    @classmethod
    def of(cls, sections: Sequence[Section], document: Mapping[str, Any], *, version: Any = "") -> "Form":
        """Open a form on a document."""
        form = cls([Part(s, [Control(f, drawn(f, at(document, f.path))) for f in s.fields]) for s in sections])
        form.version = str(version)
        form.was = {control.field.path: control.value for control in form}
        return form

    @classmethod
    def blank(cls, sections: Sequence[Section], given: Mapping[str, Any] | None = None) -> "Form":
        """Open an empty form; ``given`` fills some fields by path, the others get their defaults."""
        given = given or {}
        parts = [Part(s, [Control(f, drawn(f, given.get(f.path, default_of(f)))) for f in s.fields]) for s in sections]
        return cls(parts)

    @classmethod
    def posted(cls, sections: Sequence[Section], typed: MultiDict[str, str]) -> "Form":
        """Take what was typed."""
        form = cls([Part(s, [Control(f, read(f, typed)) for f in s.fields]) for s in sections])
        form.version = typed.get("version", "")
        try:
            was = json.loads(typed.get("was", "{}"))
        except ValueError:
            was = {}
        form.was = was if isinstance(was, dict) else {}
        return form

    def __iter__(self) -> Iterator[Control]:
        """Go through all controls."""
        return (control for part in self.parts for control in part.controls)

    @property
    def paths(self) -> list[str]:
        """The places of all fields in the document."""
        return [control.field.path for control in self]

    def __getitem__(self, path: str) -> Control:
        """Return the control of a path."""
        return next(control for control in self if control.field.path == path)

    @property
    def is_wrong(self) -> bool:
        """Tell whether anything in it was refused."""
        return bool(self.errors) or any(control.errors for control in self)

    @property
    def opened_with(self) -> str:
        """What stood in the form when it was opened, as text to carry along."""
        return json.dumps(dict(self.was), ensure_ascii=False, default=str)

    def document(self) -> Document:
        """Return what was filled in as a new document, without what was left empty or is not shown."""
        return nested(
            (control.field.path, sent) for control in self._counting() if (sent := control.sent()) not in ("", [], None)
        )

    def changes(self) -> Document:
        """Return what differs from what stood there when the form was opened."""
        return nested(
            (control.field.path, control.sent())
            for control in self
            if control.value != self.was.get(control.field.path, drawn(control.field, None))
        )

    def refuse(self, errors: Mapping[str, Iterable[str]]) -> "Form":
        """Put each complaint beside its field; those without a field stand above the form."""
        controls = {control.field.path: control for control in self}
        for path, messages in errors.items():
            words = [told(message) for message in messages]
            control = controls.get(path) or controls.get(path.rpartition(".")[0])
            if control:
                control.errors += words
            else:
                self.errors += words
        return self

    def _counting(self) -> Iterator[Control]:
        values = {control.field.shows: control.value for control in self if control.field.shows}
        for part in self.parts:
            if not part.section.when or values.get(part.section.shown_by) in part.section.when:
                yield from part.controls


def at(document: Mapping[str, Any], path: str) -> Any:
    """Return what a document holds at a path; None when nothing."""
    found: Any = document
    for step in path.split("."):
        if isinstance(found, Mapping):
            found = found.get(step)
        elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        else:
            return None
    return found


def nested(values: Iterable[tuple[str, Any]]) -> Document:
    """Return ``a.b = v`` pairs as nested objects."""
    document: Document = {}
    for path, value in values:
        *way, last = path.split(".")
        inner = document
        for step in way:
            inner = inner.setdefault(step, {})
        inner[last] = value
    return document


def drawn(asked: Field, value: Any) -> Any:
    """Return a stored value as it stands in its control."""
    if asked.widget == "check":
        return bool(value)
    if asked.widget in MANY:
        return [str(one) for one in value or []]
    if asked.widget == "coded":
        return "\n".join(" ".join(str(each.get(part) or "") for part in CODED).strip() for each in value or [])
    if asked.widget == "lines":
        return "\n".join(value) if isinstance(value, list) else str(value or "")
    if asked.widget == "time":
        return str(value or "")[:5]
    return "" if value is None else str(value)


def read(asked: Field, typed: MultiDict[str, str]) -> Any:
    """Return what was typed in a field."""
    if asked.widget == "check":
        return typed.get(asked.path) is not None
    if asked.widget in MANY:
        return typed.getlist(asked.path)
    if asked.widget in ("lines", "coded", "area"):
        return typed.get(asked.path, "").replace("\r\n", "\n").strip()
    if asked.widget == "password":
        return typed.get(asked.path, "")
    return understood(asked, typed.get(asked.path, "").strip())


def understood(asked: Field, text: str) -> str:
    """Return a typed day or hour as it goes over the wire; any other text as it is."""
    if asked.widget == "date":
        return typed_day(text)
    return typed_hour(text) if asked.widget == "time" else text


def as_sent(widget: str, value: Any) -> Any:
    """Return a number that was typed as one, with a point or a comma; anything else as it was typed."""
    text = str(value).replace(",", ".")
    if widget != "number" or not text.lstrip("-").replace(".", "", 1).isdecimal():
        return value
    return float(text) if "." in text else int(text)


def _coded(line: str) -> Document:
    """Return a line that begins with a code as the code and the words behind it."""
    code, _space, words = line.partition(" ")
    return dict(zip(CODED, (code, words.strip()), strict=True))


def default_of(asked: Field) -> Any:
    """Return what an empty form proposes for a field."""
    return asked.default() if callable(asked.default) else asked.default
