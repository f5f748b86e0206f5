"""What stands beside the wizard: the relation as it will be, who may be the same, and what is still open."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from gateway.web.asking import fetch_or, send
from gateway.web.completeness import points_open
from gateway.web.formats import company_number
from gateway.web.forms import Document, at
from gateway.web.known import office_groups
from gateway.web.registration import double_row
from gateway.web.wizard_filling import first_figures
from gateway.web.wizard_steps import STEPS, step_of
from gateway.web.wording import COMMUNICATION_KINDS, IDENTIFIERS, KINDS, LANGUAGES, word
from shared.errors import Problem

BY_NUMBER = frozenset({"identifier", "number", "kbo", "kvk", "vat", "rsin", "establishment"})
"""Reasons to think of a double that leave little doubt."""

NO_ALTERNATIVE = {"display_name": "?"}
"""Lets a relation without a name be compared on what else is known of it."""


def beside(draft: Mapping[str, Any]) -> Document:
    """Return the panel of a draft."""
    found = doubles_of(draft)
    return {
        "preview": preview_of(draft),
        "doubles": [double_row(item) for item in found],
        "own": next((double_row(item) for item in found if BY_NUMBER & set(item.get("reasons", ()))), None),
    }


def doubles_of(draft: Mapping[str, Any]) -> list[Document]:
    """Return the relations that may be the one being typed; none while too little is right to compare."""
    fields = draft["fields"]
    wrong = {path.partition(".")[0] for path in draft["errors"]}
    right = {name: value for name, value in fields.items() if name not in (wrong | {"legal_identity", "accounting"})}
    unused = "entity" if fields.get("kind") == "natural_person" else "person"
    right.pop(unused, None)
    if not fields.get("kind") or not ({"person", "entity", "identifiers", "communications"} & set(right)):
        return []
    if wrong & {"person", "entity"}:
        right |= NO_ALTERNATIVE
    try:
        items: list[Document] = send("relations", "POST", "/duplicates/check", right)["items"]
    except Problem:
        return []
    return items


def preview_of(draft: Mapping[str, Any]) -> Document:
    """Return the relation as its card will say it."""
    fields = draft["fields"]
    groups = office_groups()
    numbers = fields.get("identifiers") or {}
    reach = [each for each in fields.get("communications") or [] if isinstance(each, Mapping) and each.get("value")]
    return {
        "name": draft.get("name", ""),
        "kind": word(KINDS, fields.get("kind", "")),
        "groups": [word(groups, code) for code in fields.get("groups") or []],
        "language": word(LANGUAGES, fields.get("language", "")),
        "warning": fields.get("warning", ""),
        "rows": [
            *(
                {"label": word(IDENTIFIERS, kind), "text": company_number(kind, str(value))}
                for kind, value in numbers.items()
            ),
            *({"label": word(COMMUNICATION_KINDS, each.get("kind")), "text": each["value"]} for each in reach[:4]),
        ],
        "lines": _lines(draft),
        "letter": _letter(draft),
    }


def summary_of(draft: Mapping[str, Any]) -> list[Document]:
    """Return what each step holds, in a line of words."""
    fields, groups = draft["fields"], office_groups()
    reach = [str(each.get("value", "")) for each in fields.get("communications") or [] if isinstance(each, Mapping)]
    places = [str(each.get("city") or each.get("street") or "") for each in fields.get("addresses") or []]
    numbers = [company_number(kind, str(value)) for kind, value in (fields.get("identifiers") or {}).items()]
    accounts = [str(each.get("iban", "")) for each in fields.get("bank_accounts") or []]
    told = {
        1: [word(KINDS, fields.get("kind", "")), *numbers],
        2: [draft.get("name", ""), word(LANGUAGES, fields.get("language", ""))],
        3: [*(word(groups, code) for code in fields.get("groups") or []), str(fields.get("responsible") or "")],
        4: [str(at(fields, f"legal_identity.{name}") or "") for name in ("legal_name", "official_names", "seat")],
        5: reach,
        6: places,
        7: [str(at(fields, "accounting.debtor_number") or ""), *accounts],
    }
    return [
        {"number": number, "label": str(STEPS[number].label), "text": " · ".join(part for part in parts if part)}
        for number, parts in told.items()
    ]


def open_points(draft: Mapping[str, Any]) -> list[Document]:
    """Return what will still have to be filled in, each with its step; what would be refused comes first."""
    wrong = {step_of(path) for path in draft["errors"]}
    return [
        *(
            {"text": str(_("Na te kijken: %(step)s", step=STEPS[number].label)), "step": number, "red": True}
            for number in sorted(wrong)
        ),
        *({"text": str(point.text), "step": point.step, "red": False} for point in points_open(draft["fields"])),
    ]


def active_matters(asked: str = "") -> list[Document]:
    """Return matters that can pay for a query; none while nobody can tell."""
    items: list[Document] = fetch_or("relations", "/matters", {"items": []}, q=asked, limit=200)["items"]
    return [item for item in items if item["status"] == "active"]


def charge_complaint(draft: Mapping[str, Any]) -> str:
    """Return what is wrong with the matter that is to pay for the look-up; empty when nothing."""
    chosen = draft["progress"].get("charge_to_matter")
    if not chosen or not draft["progress"].get("look_up"):
        return ""
    if any(item["number"] == chosen for item in active_matters(chosen)):
        return ""
    return str(_("Er is geen lopend dossier met dit nummer: kies er een uit de lijst of maak het veld leeg."))


def look_up_of(draft: Mapping[str, Any]) -> Document | None:
    """Return what a register said while the draft was typed; None when none was asked."""
    look_up = draft["progress"].get("look_up")
    if not look_up:
        return None
    alerts = [str(alert.get("text", "")) for alert in look_up.get("alerts") or []]
    return {"figures": first_figures(look_up), "alerts": alerts, "name": at(look_up, "facts.legal_name") or ""}


def draft_rows() -> list[Document]:
    """Return the user's drafts to go on with; none for who may not write, or while nobody can tell."""
    try:
        items = fetch_or("relations", "/drafts", {"items": []}, limit=20)["items"]
    except Problem:
        return []
    return [
        {
            "name": item["name"] or str(_("Nog zonder naam")),
            "kind": word(KINDS, item["kind"]),
            "step": str(STEPS[item["step"]].label) if item["step"] in STEPS else "",
            "at": item["updated_at"],
            "url": url_for("web.wizard.show", draft_id=item["id"], step=item["step"]),
            "drop_url": url_for("web.wizard.drop", draft_id=item["id"]),
        }
        for item in items
    ]


def _letter(draft: Mapping[str, Any]) -> Document:
    """Return how a letter will begin and end; empty while there is nobody to write to."""
    own, generated = draft["fields"].get("address_form") or {}, draft.get("address_form_generated") or {}
    said = {name: own.get(name) or words for name, words in generated.items()}
    return said if draft.get("name") else {}


def _lines(draft: Mapping[str, Any]) -> list[str]:
    fields = draft["fields"]
    addresses = fields.get("addresses") or []
    if not addresses:
        return []
    language = fields.get("language")
    whom = {"addressee": draft.get("name", ""), **({"language": language} if language in LANGUAGES else {})}
    try:
        lines: list[str] = send("relations", "POST", "/addresses/preview", {**addresses[0], **whom})["lines"]
    except Problem:
        return []
    return lines
