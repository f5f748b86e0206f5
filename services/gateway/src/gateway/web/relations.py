"""Finding relations: the list with its filters."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from gateway.web.asking import fetch
from gateway.web.forms import Control, Field, Form, Section
from gateway.web.known import office_groups, summary_row
from gateway.web.marks import Mark, Page, address_of, status_mark
from gateway.web.wording import KINDS, STATUSES, choices_of, word
from shared.auth import requires

blueprint = Blueprint("relations", __name__)

PAGE = 50


@dataclass(frozen=True)
class Chip:
    """A filter that is on, and the address without it."""

    text: str
    without: str


@blueprint.get("/relations")
@requires("read")
def find() -> str:
    """Show the relations that match, a page at a time."""
    groups = office_groups()
    asked = {name: request.args.get(name, "").strip() for name in ("q", "group", "kind", "status")}
    found = fetch("relations", "/relations", **asked, cursor=request.args.get("cursor"), limit=PAGE)
    return render_template(
        "relations/list.html",
        rows=[_row(item, groups) for item in found["items"]],
        chips=_chips(asked, groups),
        filters=_filters(asked, groups),
        q=asked["q"],
        page=Page.of(found, "web.relations.find", asked),
    )


def _row(item: dict[str, Any], groups: dict[str, str]) -> dict[str, Any]:
    hidden = Mark(_("vertrouwelijk"), "amber") if item.get("restricted") else None
    mark: Mark | None = hidden or status_mark(item["status"])
    return {**summary_row(item, groups), "kind": word(KINDS, item["kind"]), "mark": mark}


def _filters(asked: dict[str, str], groups: dict[str, str]) -> list[Control]:
    asking = (
        Field(path="group", label=_("Groep"), widget="select", choices=lambda: choices_of(groups, first=_("alle"))),
        Field(path="kind", label=_("Soort"), widget="select", choices=lambda: choices_of(KINDS, first=_("alle"))),
        Field(path="status", label=_("Status"), widget="select", choices=lambda: choices_of(STATUSES, first=_("alle"))),
    )
    return list(Form.blank([Section("", asking)], asked))


def _chips(asked: dict[str, str], groups: dict[str, str]) -> list[Chip]:
    words = {
        "q": lambda value: f"“{value}”",
        "group": lambda value: word(groups, value),
        "kind": lambda value: word(KINDS, value),
        "status": lambda value: word(STATUSES, value),
    }
    return [
        Chip(words[name](value), address_of("web.relations.find", **{**asked, name: ""}))
        for name, value in asked.items()
        if value
    ]
