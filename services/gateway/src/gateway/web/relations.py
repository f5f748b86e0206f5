"""Finding relations: the list with its filters."""

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from gateway.web.asking import fetch
from gateway.web.formats import day, whole
from gateway.web.forms import Field, Form
from gateway.web.known import office_groups, summary_row
from gateway.web.lists import Chip, Sorting, chips_of, filters_of
from gateway.web.marks import Mark, Page, status_mark
from gateway.web.wording import KINDS, STATUSES, choices_of, word
from shared.auth import requires
from shared.errors import Invalid

blueprint = Blueprint("relations", __name__)

FILTERS = ("q", "group", "kind", "status")
SORTS = ("name", "number", "updated_at")
PAGE = 50
AT_ONCE = 200
"""Relations asked for in one call."""
MOST = 10_000
"""Relations chosen at once."""


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
    hidden = Mark(_("vertrouwelijk"), "amber") if item.get("restricted") else None
    mark: Mark | None = hidden or status_mark(item["status"])
    return {
        **summary_row(item, groups),
        "kind": word(KINDS, item["kind"]),
        "mark": mark,
        "updated": day(item.get("updated_at")),
    }


def _filters(asked: dict[str, str], groups: dict[str, str]) -> Form:
    asking = (
        Field(path="group", label=_("Groep"), widget="select", choices=lambda: choices_of(groups, first=_("alle"))),
        Field(path="kind", label=_("Soort"), widget="select", choices=lambda: choices_of(KINDS, first=_("alle"))),
        Field(path="status", label=_("Status"), widget="select", choices=lambda: choices_of(STATUSES, first=_("alle"))),
    )
    return filters_of(asking, asked)


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


def chosen_relations() -> list[str]:
    """Return the ids that were chosen in a list, or of all it holds; raises ``Invalid`` for none and for too many."""
    ids = _everything() if request.form.get("all") else request.form.getlist("relation_ids")
    if not ids:
        raise Invalid({"relation_ids": [_("Kies eerst een of meer relaties.")]})
    return ids


def _everything() -> list[str]:
    ids: list[str] = []
    cursor = None
    while len(ids) <= MOST:
        found = found_by_filters(limit=AT_ONCE, cursor=cursor)
        ids += [item["id"] for item in found["items"]]
        cursor = found["next_cursor"]
        if not cursor:
            return ids
    raise Invalid(
        {"relation_ids": [_("Hoogstens %(most)s tegelijk: maak de lijst kleiner met een filter.", most=whole(MOST))]}
    )


def found_by_filters(**more: Any) -> dict[str, Any]:
    """Return what the filters that came along let through."""
    filters = {name: request.values.get(name, "").strip() for name in FILTERS}
    found: dict[str, Any] = fetch("relations", "/relations", **filters, **more)
    return found
