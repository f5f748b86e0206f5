"""The eight steps of the wizard: what each asks, which lists it has, and which complaints are its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from gateway.web.formats import day
from gateway.web.forms import Control, Document, Field, Form, Section, at, drawn, nested
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
    COMMUNICATIONS,
    CONFIDENTIALITY,
    RESPONSIBLE,
    SUFFIX,
    accounting_fields,
    address_form_fields,
    address_rows,
    holder_lists,
    known_identity,
    legal_identity_fields,
    varia_fields,
)
from gateway.web.rows import Rows, merged, with_lists
from gateway.web.wording import KINDS, choices_of
from shared.clock import utc_now

FIRST, LAST = 1, 8

Sections = Callable[[Document], list[Section]]


@dataclass(frozen=True)
class Step:
    """One step: its name, what it asks of a draft, its lists, and the fields whose complaints belong here."""

    label: Any
    sections: Sections
    owns: tuple[str, ...]
    lists: Callable[[Document], tuple[Rows, ...]] = lambda _draft: ()


KIND = Field(
    path="kind",
    label=_l("Soort"),
    widget="select",
    choices=lambda: choices_of(KINDS),
    required=True,
    default="natural_person",
)


def _kind_and_number(_draft: Document) -> list[Section]:
    return [
        Section("", (KIND,)),
        Section(_l("Nummers"), NUMBERS, key="numbers"),
        Section("", MORE_NUMBERS, fold=_l("Meer nummers")),
    ]


def _name(draft: Document) -> list[Section]:
    names = (*PERSON, SUFFIX) if kind_of(draft) == "natural_person" else ENTITY
    return [
        Section(_l("Naam"), (*names, LANGUAGE)),
        Section(_l("Aanspreking"), address_form_fields()),
        Section("", (DISPLAY_NAME,), fold=_l("Weergavenaam")),
    ]


def _groups(draft: Document) -> list[Section]:
    held = draft.get("varia") or {}
    varia = varia_fields("relation", groups=draft.get("groups") or (), held=held)
    return [
        Section(_l("Groepen"), (GROUPS, RESPONSIBLE, STATUS)),
        Section(_l("Varia"), varia, key="varia"),
        Section(_l("Opmerkingen"), NOTES),
        Section("", CONFIDENTIALITY, fold=_l("Vertrouwelijkheid")),
    ]


def _identity(draft: Document) -> list[Section]:
    return [Section("", legal_identity_fields(kind_of(draft)))]


def _accounting(draft: Document) -> list[Section]:
    return [Section(_l("Facturatie"), accounting_fields(draft.get("addresses") or (), typed=True))]


def _nothing(_draft: Document) -> list[Section]:
    return []


def _holders(draft: Document) -> tuple[Rows, ...]:
    return holder_lists(kind_of(draft), "legal_identity.")


def _addresses(draft: Document) -> tuple[Rows, ...]:
    return (address_rows(kind_of(draft), draft.get("groups") or ()),)


STEPS: dict[int, Step] = {
    1: Step(_l("Soort & nummer"), _kind_and_number, ("kind", "identifiers")),
    2: Step(
        _l("Naam & aanspreking"),
        _name,
        ("person", "entity", "display_name", "language", "address_form", "aliases"),
        lambda _draft: (ALIASES,),
    ),
    3: Step(
        _l("Groepen & varia"),
        _groups,
        ("groups", "responsible", "status", "varia", "warning", "memo", "confidentiality"),
    ),
    4: Step(_l("Gerechtelijke identiteit"), _identity, ("legal_identity",), _holders),
    5: Step(_l("Communicatie"), _nothing, ("communications",), lambda _draft: (COMMUNICATIONS,)),
    6: Step(_l("Contactadressen"), _nothing, ("addresses",), _addresses),
    7: Step(_l("Boekhouding"), _accounting, ("accounting", "bank_accounts"), lambda _draft: (BANK_ACCOUNTS,)),
    8: Step(_l("Afronden"), _nothing, ()),
}

ALWAYS_OPEN = ("communications", "addresses")
"""Lists that show a row to fill in before anybody asks for one."""


INVOICE_ADDRESS = "accounting.invoice_address"


def kind_of(draft: Mapping[str, Any]) -> str:
    """Return the kind of relation a draft will be."""
    return str(draft.get("kind") or KIND.default)


def opened_form(number: int, draft: Document, *, version: Any, room_in: str = "") -> Form:
    """Return a step's form with what the draft holds; ``room_in`` names the list that gets an empty row."""
    lists = lists_of(number, draft)
    rows = {each.path: _rows_of(each, draft, room_in=room_in) for each in lists}
    sections = [
        *STEPS[number].sections(draft),
        *(section for each in lists for section in each.sections(len(rows[each.path]))),
    ]
    return Form.of(sections, merged(merged(_proposed(number), draft), nested(rows.items())), version=version)


def lists_of(number: int, draft: Document) -> tuple[Rows, ...]:
    """Return the lists of a step."""
    return STEPS[number].lists(draft)


def posted_form(number: int, draft: Document, typed: MultiDict[str, str]) -> Form:
    """Return a step's form with what was typed."""
    draft = {**draft, **({"kind": typed["kind"]} if "kind" in typed else {})}
    sections = [
        *STEPS[number].sections(draft),
        *(section for each in lists_of(number, draft) for section in each.sections(each.counted(typed))),
    ]
    return Form.posted(sections, typed)


def patch_of(number: int, form: Form, draft: Mapping[str, Any], *, without: str = "") -> Document:
    """Return what a step says of the draft (JSON merge patch); what was emptied is taken away."""
    told = nested((control.field.path, _said_in(control)) for control in form)
    patch = with_lists(told, lists_of(number, dict(draft)), without=without)
    invoiced = at(draft, INVOICE_ADDRESS)
    if "addresses" in told and invoiced is not None:
        places = address_rows().places(told, without=without)
        patch["accounting"] = {"invoice_address": places.index(invoiced) if invoiced in places else None}
    return patch


def _said_in(control: Control) -> Any:
    """Return what a control sends, None for nothing; an address that is still being typed goes by its place."""
    sent = control.sent()
    if sent in ("", [], (), None):
        return None
    return int(sent) if control.field.path == INVOICE_ADDRESS and str(sent).isdecimal() else sent


def show_what_is_generated(form: Form, draft: Mapping[str, Any]) -> list[Control]:
    """Let the fields that are formed when left empty show what that will be; return those fields.

    What a legal identity leaves open is taken from the steps before it.
    """
    formed = {f"address_form.{name}": words for name, words in (draft.get("address_form_generated") or {}).items()}
    formed |= {f"legal_identity.{name}": day(value) or value for name, value in known_identity(draft["fields"]).items()}
    formed[DISPLAY_NAME.path] = draft.get("name", "")
    found = [control for control in form if control.field.path in formed]
    for control in found:
        control.hint(formed[control.field.path] or control.field.placeholder)
    return found


def steps_of(complaints: Mapping[str, Sequence[str]]) -> set[int]:
    """Return the steps on which something is to be mended."""
    return {step_of(path) for path in complaints}


def step_of(path: str) -> int:
    """Return the step on which a field is asked; what none asks for is told on the last one."""
    head = path.partition(".")[0]
    return next((number for number, step in STEPS.items() if head in step.owns), LAST)


def stands_in(number: int, form: Form, draft: Document) -> dict[str, Any]:
    """Return what would stand in each field of a step's form if it were opened now, proposals included."""
    opened = opened_form(number, draft, version="").was
    return {control.field.path: opened.get(control.field.path, drawn(control.field, None)) for control in form}


def focus_of(form: Form, *, room_in: str = "") -> str:
    """Return the field in which typing begins: the first that is wrong, that of a new row, or the first one."""
    asked = [control for control in form if control.field.widget != "hidden"]
    wrong = [control for control in asked if control.errors]
    if not wrong and room_in:
        rows = [part for part in form.parts if part.section.row and part.section.key == room_in]
        return (
            next((each.field.path for each in rows[-1].controls if each.field.widget != "hidden"), "") if rows else ""
        )
    return (wrong or asked)[0].field.path if asked else ""


def _rows_of(rows: Rows, draft: Document, *, room_in: str) -> list[Document]:
    return (
        rows.opened(draft, room=rows.path == room_in)
        if rows.path in (*ALWAYS_OPEN, room_in) or draft.get(rows.path)
        else []
    )


def _proposed(number: int) -> Document:
    """Return what an untouched step proposes."""
    return {
        1: {"kind": KIND.default},
        2: {"language": LANGUAGE.default},
        3: {"status": STATUS.default},
        4: {"legal_identity": {"valid_from": utc_now().date().isoformat()}},
    }.get(number, {})
