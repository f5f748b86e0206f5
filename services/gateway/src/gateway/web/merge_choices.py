"""What somebody chooses at a merge: each field of the record in which two relations differ, in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from gateway.users.sessions import current_user
from gateway.web.asking import fetch, fetch_or
from gateway.web.comparing import NAMES, NUMBERS, Compared, said
from gateway.web.field_names import field_name, in_words
from gateway.web.formats import day
from gateway.web.forms import at
from gateway.web.known import office_users
from gateway.web.record_questions import (
    ADDRESS_FORMS,
    LEVELS,
    VAT_REGIMES,
    label_in_language,
    one_line,
    varia_definitions,
    varia_text,
)
from gateway.web.wording import word
from shared.errors import Problem

Document = Mapping[str, Any]
Says = Callable[[Document], str]

THIS, INTO = "this", "into"
UNITED = ("entity.trade_names",)
ACCOUNTING = (
    "debtor_number", "creditor_number", "vat_regime", "payment_term_days", "invoice_language", "invoice_email",
    "invoice_address_id", "credit_block",
)  # fmt: skip
FIELDS = (
    "display_name", "status", "language", *(path for path in NAMES if path not in UNITED), *NUMBERS,
    "address_form.form", "address_form.salutation", "address_form.letter_opening", "address_form.letter_closing",
    "responsible", "confidentiality", "warning", "memo", *(f"accounting.{name}" for name in ACCOUNTING),
)  # fmt: skip
"""The fields that hold one value, so that somebody has to choose; lists are united."""

FURTHER = ("photo", "legal_identity", "national_number")
"""What has one value too, and is asked for by itself."""

VARIA = "varia."


@dataclass(frozen=True)
class Choice:
    """A field that both fill in differently, or only one of them; ``pictures`` are shown in the place of words."""

    row: Compared
    side: str
    pictures: tuple[str, str] | None = None

    @property
    def may_be_left(self) -> bool:
        """Whether there is a third way: who may see both may see what becomes of them."""
        return self.row.path == "confidentiality"

    @property
    def is_filled_in_once(self) -> bool:
        """Whether only one of them says anything."""
        return not (self.row.left and self.row.right)


@dataclass(frozen=True)
class Choices:
    """Everything of two relations: what to choose, what only one of them has, and what is the same."""

    between: list[Choice]
    gaps: list[Choice]
    same: list[dict[str, str]]


def chosen_in(form: Mapping[str, str]) -> dict[str, str]:
    """Return what a form chose, by field."""
    fields = (*FIELDS, *FURTHER, *(name for name in form if name.startswith(VARIA)))
    return {path: side for path in fields if (side := form.get(path)) in (THIS, INTO)}


def choices_between(left: Document, right: Document, chosen: Mapping[str, str]) -> Choices:
    """Return what there is to choose; proposed is the value of the one that stays, unless it has none."""
    rows = [row for row in _rows(left, right) if row.left or row.right]
    choices = [
        Choice(row, chosen.get(row.path, _proposed(row)), _pictures(row, left, right))
        for row in rows
        if not row.same or row.path == "photo"
    ]
    return Choices(
        between=[choice for choice in choices if not choice.is_filled_in_once],
        gaps=[choice for choice in choices if choice.is_filled_in_once],
        same=[{"label": row.label, "text": row.right} for row in rows if row.same and row.path != "photo"],
    )


def _proposed(row: Compared) -> str:
    """Return whose value is proposed: that of the one that stays, unless it has none; nobody's of who may see it."""
    if row.path == "confidentiality":
        return ""
    return INTO if row.right else THIS


def _rows(left: Document, right: Document) -> Iterable[Compared]:
    users, rights = office_users(), current_user().rights
    words: dict[str, Says] = {
        "address_form.form": lambda document: word(ADDRESS_FORMS, at(document, "address_form.form")),
        "accounting.vat_regime": lambda document: word(VAT_REGIMES, at(document, "accounting.vat_regime")),
        "accounting.credit_block": lambda document: _("ja") if at(document, "accounting.credit_block") else "",
        "accounting.invoice_address_id": _invoice_address,
        "responsible": lambda document: users.get(document.get("responsible") or "", document.get("responsible") or ""),
        "confidentiality": lambda document: _who_may_see(document, users),
    }
    for path in FIELDS:
        if path == "confidentiality" and "write" not in rights:
            continue
        says = words.get(path, lambda document, path=path: said(dict(document), path))
        yield Compared(path, field_name(path), says(left), says(right))
    yield Compared("photo", field_name("photo"), _photo(left), _photo(right))
    yield Compared("legal_identity", _("Gerechtelijke identiteit van vandaag"), _identity(left), _identity(right))
    if "national_number" in rights and left["kind"] == "natural_person":
        yield Compared("national_number", _("Rijksregisternummer"), _national_number(left), _national_number(right))
    yield from _varia_rows(left, right)


def _varia_rows(left: Document, right: Document) -> Iterable[Compared]:
    words = {"yes": str(_("ja")), "no": str(_("nee"))}
    for definition in varia_definitions("relation"):
        key = definition["key"]
        texts = [
            varia_text(definition, side["varia"][key], **words) if key in (side.get("varia") or {}) else ""
            for side in (left, right)
        ]
        yield Compared(f"{VARIA}{key}", label_in_language(definition), *texts)


def _invoice_address(document: Document) -> str:
    wanted = at(document, "accounting.invoice_address_id")
    return next((one_line(each) for each in document.get("addresses") or [] if each["id"] == wanted), "")


def _who_may_see(document: Document, users: Mapping[str, str]) -> str:
    """Return who may see a relation; nothing when nobody restricted that."""
    kept = document.get("confidentiality") or {}
    if kept.get("level") != "restricted":
        return word(LEVELS, "open")
    return ", ".join(users.get(each, each) for each in kept.get("users") or []) or word(LEVELS, "restricted")


def _photo(document: Document) -> str:
    return field_name("photo") if document.get("has_photo") else ""


def _pictures(row: Compared, left: Document, right: Document) -> tuple[str, str] | None:
    if row.path != "photo":
        return None
    left_url, right_url = (
        url_for("web.photos.show", relation_id=each["id"]) if each.get("has_photo") else "" for each in (left, right)
    )
    return left_url, right_url


def _identity(document: Document) -> str:
    """Return what the law says of a relation today, on one line."""
    found = fetch_or("relations", f"/relations/{document['id']}/legal-identities", {"items": []})["items"]
    version = next((each for each in found if each.get("current")), None)
    if version is None:
        return ""
    facts = ("legal_name", "official_names", "legal_form", "seat", "domicile", "birth_place", "nationality")
    told = [text for name in facts if (text := in_words(name, version.get(name)))]
    return ", ".join([*told, str(_("sinds %(day)s", day=day(version["valid_from"])))])


def _national_number(document: Document) -> str:
    """Return the number with most of its digits hidden; nothing where the office keeps none."""
    try:
        return str(fetch("relations", f"/relations/{document['id']}/national-number")["masked"])
    except Problem:
        return ""
