"""Finding relations: the list with its filters."""

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from gateway.web.asking import fetch
from gateway.web.formats import day
from gateway.web.forms import Control, Field, Form, Section
from gateway.web.known import office_groups, summary_row
from gateway.web.lists import Chip, Sorting, chips_of
from gateway.web.marks import Mark, Page, status_mark
from gateway.web.wording import KINDS, STATUSES, choices_of, word
from shared.auth import requires

blueprint = Blueprint("relations", __name__)

FILTERS = ("q", "group", "kind", "status")
SORTS = ("name", "number", "updated_at")
PAGE = 50


@blueprint.get("/relations")
@requires("read")
def find() -> str:
    """Show the relations that match, a page at a time."""
    groups = office_groups()
    asked = {name: request.args.get(name, "").strip() for name in FILTERS}
    sorting = Sorting.of("web.relations.find", asked, SORTS, usual="" if asked["q"] else "name")
    found = fetch("relations", "/relations", **sorting.kept, cursor=request.args.get("cursor"), limit=PAGE)
    return render_template(
        "relations/list.html",
        rows=[_row(item, groups) for item in found["items"]],
        sorting=sorting,
        chips=_chips(sorting, groups),
        filters=_filters(asked, groups),
        asked_for={name: value for name, value in asked.items() if value},
        q=asked["q"],
        page=Page.of(found, "web.relations.find", sorting.kept),
    )


def _row(item: dict[str, Any], groups: dict[str, str]) -> dict[str, Any]:
    mark: Mark | None = status_mark(item["status"])
    return {
        **summary_row(item, groups),
        "kind": word(KINDS, item["kind"]),
        "mark": mark,
        "updated": day(item.get("updated_at")),
    }


def _filters(asked: dict[str, str], groups: dict[str, str]) -> list[Control]:
    asking = (
        Field(path="group", label=_("Groep"), widget="select", choices=lambda: choices_of(groups, first=_("alle"))),
        Field(path="kind", label=_("Soort"), widget="select", choices=lambda: choices_of(KINDS, first=_("alle"))),
        Field(path="status", label=_("Status"), widget="select", choices=lambda: choices_of(STATUSES, first=_("alle"))),
    )
    return list(Form.blank([Section("", asking)], asked))


def _chips(sorting: Sorting, groups: dict[str, str]) -> list[Chip]:
    return chips_of(
        sorting,
        {
            "q": lambda value: f"“{value}”",
            "group": lambda value: word(groups, value),
            "kind": lambda value: word(KINDS, value),
            "status": lambda value: word(STATUSES, value),
        },
    )
