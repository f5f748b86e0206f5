"""Hygiene: how clean the office's relations are, what is still to be mended, and the office's own guideline."""

from functools import partial
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.backends import ask
from gateway.users.sessions import current_user
from gateway.web.asking import answered, fetch, fetch_or, send
from gateway.web.field_names import field_name
from gateway.web.formats import moment
from gateway.web.forms import Field, Form, at
from gateway.web.known import office_groups, relation_url
from gateway.web.lists import Sorting, filters_of
from gateway.web.marks import Mark, Page, address_of
from gateway.web.wording import (
    HYGIENE_MESSAGES,
    HYGIENE_RULES,
    KINDS,
    RULE_PARAMETERS,
    SEVERITIES,
    all_told,
    choices_of,
    word,
)
from shared.auth import requires
from shared.errors import Invalid, Problem

blueprint = Blueprint("hygiene", __name__)

PAGE = 50
SORTS = ("severity", "rule", "number", "name")
CLEAN, FAIR = 90, 60
"""Scores from which an office is clean, and from which it is not bad."""
AT_ONCE = 0.6
"""Seconds a card waits for what is still open on it."""

Way = tuple[str, dict[str, Any]]

NAME: Way = ("web.edit.block", {"block": "name"})
TO_MEND: dict[str, Way] = {
    "person": NAME,
    "entity": NAME,
    "groups": ("web.edit.block", {"block": "groups"}),
    "status": ("web.edit.block", {"block": "groups"}),
    "language": ("web.edit.block", {"block": "groups"}),
    "responsible": ("web.edit.block", {"block": "groups"}),
    "identifiers": ("web.edit.block", {"block": "numbers"}),
    "communications": ("web.card.show", {"tab": "communication"}),
    "addresses": ("web.card.show", {"tab": "addresses"}),
    "register": ("web.card.show", {"tab": "companyinfo"}),
    "matters": ("web.card.show", {"tab": "matters"}),
    "duplicates": ("web.merging.find", {}),
}
"""Where each part of a relation is mended."""
TO_ADD: dict[str, Way] = {
    "communications": ("web.edit.new_communication", {}),
    "addresses": ("web.edit.new_address", {}),
}
"""Where a part is added that is not there at all."""
ON_THE_CARD: Way = ("web.card.show", {})
REQUIRED = "required"


@blueprint.get("/hygiene")
@requires("read")
def show() -> str:
    """Show the score and what is still to be mended, by rule and group."""
    groups = office_groups()
    asked = {name: request.args.get(name, "") for name in ("rule", "group")}
    sorting = Sorting.of("web.hygiene.show", asked, SORTS, usual="-severity")
    found = fetch("relations", "/hygiene", **sorting.kept, cursor=request.args.get("cursor"), limit=PAGE)
    return render_template(
        "hygiene/list.html",
        score=found["score"],
        mark=score_mark(found["score"]),
        checked_at=moment(found.get("checked_at")),
        chips=_chips(found.get("counts") or {}, asked),
        filters=_filters(asked, groups),
        rows=[finding_row(item) for item in found["items"]],
        is_filtered=any(asked.values()),
        may_write="write" in current_user().rights,
        may_rule="key_user" in current_user().rights,
        sorting=sorting,
        page=Page.of(found, "web.hygiene.show", sorting.kept),
    )


@blueprint.get("/hygiene/rules")
@requires("key_user")
def rules() -> str:
    """Show the office's guideline, rule by rule."""
    return _rules_page(_rules())


@blueprint.post("/hygiene/rules")
@requires("key_user")
def save_rules() -> Response:
    """Save the office's guideline."""
    typed = [typed_rule(rule) for rule in _rules()]
    try:
        send("relations", "PUT", "/hygiene/rules", {"rules": typed})
    except Invalid as invalid:
        return make_response(_rules_page(typed, complaint=all_told(invalid)), 422)
    return redirect(url_for(".rules", done="rules-saved"), 303)


def typed_rule(rule: dict[str, Any]) -> dict[str, Any]:
    """Return a rule as it was typed: on or off, for whom, how grave, and its numbers."""
    code, form = rule["code"], request.form
    numbers = {
        name: int(typed) if (typed := form.get(f"{code}.{name}", "").strip()).isdecimal() else value
        for name, value in rule["parameters"].items()
        if isinstance(value, int)
    }
    return {
        "code": code,
        "check": rule["check"],
        "active": f"{code}.active" in form,
        "groups": form.getlist(f"{code}.groups"),
        "severity": form.get(f"{code}.severity", rule["severity"]),
        "parameters": {**rule["parameters"], **numbers},
    }


def finding_row(item: dict[str, Any]) -> dict[str, Any]:
    """Return what is still to be mended on a relation, with the way to its field."""
    return {
        "name": item["display_name"],
        "number": item["number"],
        "url": relation_url(item["relation_id"]),
        "rule": word(HYGIENE_RULES, item["rule"]),
        "severity": word(SEVERITIES, item["severity"]),
        "is_grave": item["severity"] == "high",
        "text": finding_words(item),
        "mend_url": mend_url(item["relation_id"], item),
    }


def finding_words(item: dict[str, Any]) -> str:
    """Return why a relation is on the list, in words."""
    if item["message_code"] != REQUIRED:
        return word(HYGIENE_MESSAGES, item["message_code"])
    if item["rule"] in HYGIENE_MESSAGES:
        return word(HYGIENE_MESSAGES, item["rule"])
    return str(_("%(field)s ontbreekt", field=field_name(item["field"])))


def mend_url(relation_id: str, item: dict[str, Any]) -> str:
    """Return where a finding is mended: the block that holds the field, open for editing."""
    part = item["field"].partition(".")[0]
    way = TO_MEND.get(part, ON_THE_CARD)
    endpoint, more = TO_ADD.get(part, way) if item["message_code"] == REQUIRED else way
    if part == "duplicates" and "merge" not in current_user().rights:
        return url_for("web.duplicates.show")
    return url_for(endpoint, relation_id=relation_id, **more)


def score_mark(score: int) -> Mark:
    """Return what a score means: a word with its colour."""
    if score >= CLEAN:
        return Mark(_("in orde"), "green")
    return Mark(_("na te kijken"), "amber") if score >= FAIR else Mark(_("aandacht nodig"), "red")


def score_shown() -> dict[str, Any] | None:
    """Return the score for the dashboard; None while nobody can tell."""
    found = fetch_or("relations", "/hygiene", None, limit=1)
    if not found:
        return None
    counts = found.get("counts") or {}
    worst = sorted(counts.items(), key=lambda pair: -pair[1])[:4]
    return {
        "score": found["score"],
        "mark": score_mark(found["score"]),
        "rows": [
            {"text": word(HYGIENE_RULES, code), "count": count, "url": url_for("web.hygiene.show", rule=code)}
            for code, count in worst
            if count
        ],
    }


def points_of(relation: dict[str, Any], missing: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return what is still to be filled in on one relation, and what breaks a house rule besides.

    Rules are checked a moment after a change, so what was just mended is left out here already; while their owner does
    not answer at once, a card does without them.
    """
    said = {rule for point in missing for rule in point["rules"]}
    try:
        answer = answered(ask("relations", "GET", f"/relations/{relation['id']}/hygiene", timeout=AT_ONCE))
        items = answer.json()["items"]
    except Problem:
        items = []
    broken = [item for item in items if item["rule"] not in said and not is_mended(relation, item)]
    return [*missing, *({"text": finding_words(item), "url": mend_url(relation["id"], item)} for item in broken)]


def is_mended(relation: dict[str, Any], item: dict[str, Any]) -> bool:
    """Tell whether a relation, as it is now, no longer breaks a rule that says what has to be there."""
    code = item["message_code"]
    if code == REQUIRED:
        return bool(at(relation, item["field"]))
    if code == "mailing_flag":
        return any(address["mailing"] for address in relation["addresses"])
    return bool(code == "draft_age" and relation["status"] != "draft")


def _chips(counts: dict[str, int], asked: dict[str, str]) -> list[dict[str, Any]]:
    chips = [{"text": _("alles"), "count": sum(counts.values()), "code": ""}]
    chips += [{"text": word(HYGIENE_RULES, code), "count": count, "code": code} for code, count in counts.items()]
    return [
        {
            **chip,
            "url": address_of("web.hygiene.show", **{**asked, "rule": chip["code"]}),
            "current": chip["code"] == asked["rule"],
        }
        for chip in chips
        if chip["count"] or not chip["code"] or chip["code"] == asked["rule"]
    ]


def _filters(asked: dict[str, str], groups: dict[str, str]) -> Form:
    asking = [
        Field(path=name, label=label, widget="select", choices=partial(choices_of, words, first=_("alle")))
        for name, label, words in (("rule", _("Regel"), HYGIENE_RULES), ("group", _("Groep"), groups))
    ]
    return filters_of(asking, asked)


def _rules() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = fetch("relations", "/hygiene/rules")["rules"]
    return found


def _rules_page(items: list[dict[str, Any]], *, complaint: str = "") -> str:
    groups = office_groups()
    return render_template(
        "hygiene/rules.html",
        complaint=complaint,
        rules=[_rule_row(item, groups) for item in items],
        severities=choices_of(SEVERITIES),
    )


def _rule_row(rule: dict[str, Any], groups: dict[str, str]) -> dict[str, Any]:
    parameters = [
        {"name": name, "label": word(RULE_PARAMETERS, name), "value": value}
        for name, value in rule["parameters"].items()
        if value is not None
    ]
    return {
        "code": rule["code"],
        "name": word(HYGIENE_RULES, rule["code"]),
        "active": rule["active"],
        "severity": rule["severity"],
        "numbers": [each for each in parameters if isinstance(each["value"], int)],
        "facts": [
            {"label": each["label"], "text": ", ".join(_said(str(each["name"]), one) for one in each["value"])}
            for each in parameters
            if isinstance(each["value"], list)
        ],
        "groups": [(code, name, code in rule["groups"]) for code, name in groups.items()],
        "for_whom": ", ".join(word(groups, code) for code in rule["groups"]) or _("iedereen"),
    }


def _said(parameter: str, value: str) -> str:
    return word(KINDS, value) if parameter == "kinds" else field_name(value)
