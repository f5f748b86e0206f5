"""Relations as vCards: one, the chosen ones, or everything a list holds."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from gateway.backends import ask as ask_service
from gateway.web.asking import answered, fetch
from gateway.web.downloads import as_file
from gateway.web.formats import whole
from gateway.web.relations import FILTERS
from shared.auth import requires
from shared.errors import Invalid

blueprint = Blueprint("vcards", __name__)

VCARD = "text/vcard; charset=utf-8"
AT_ONCE = 200
"""Relations asked for in one call."""
MOST = 10_000
"""Relations in one file."""


@blueprint.get("/relations/<uuid:relation_id>/vcard")
@requires("read")
def one(relation_id: UUID) -> Response:
    """Hand over a relation as a vCard."""
    answer = answered(ask_service("relations", "GET", f"/relations/{relation_id}.vcf"))
    return as_file(answer.content, f"{relation_id}.vcf", VCARD)


@blueprint.get("/relations/all")
@requires("export")
def offer_all() -> str:
    """Offer to choose everything the list holds, once its whole page is chosen."""
    count = _asked(limit=1, total="true")["total"]
    return render_template("relations/all.html", count=whole(count), most=whole(MOST), is_too_much=count > MOST)


@blueprint.post("/relations/vcards")
@requires("export")
def chosen() -> Response:
    """Hand over the chosen relations, or all of the list, as vCards in one file."""
    ids = everything() if request.form.get("all") else request.form.getlist("relation_ids")
    if not ids:
        raise Invalid({"relation_ids": [_("Kies eerst een of meer relaties.")]})
    parts = [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
    answers = [
        answered(ask_service("relations", "POST", "/relations/vcf", json={"relation_ids": part})) for part in parts
    ]
    return as_file(b"".join(answer.content for answer in answers), "relations.vcf", VCARD)


def everything() -> list[str]:
    """Return the ids of all that the filters of the list let through; raises ``Invalid`` when that is too much."""
    ids: list[str] = []
    cursor = None
    while len(ids) <= MOST:
        found = _asked(limit=AT_ONCE, cursor=cursor)
        ids += [item["id"] for item in found["items"]]
        cursor = found["next_cursor"]
        if not cursor:
            return ids
    raise Invalid(
        {"relation_ids": [_("Hoogstens %(most)s tegelijk: maak de lijst kleiner met een filter.", most=whole(MOST))]}
    )


def _asked(**more: Any) -> dict[str, Any]:
    filters = {name: request.values.get(name, "").strip() for name in FILTERS}
    found: dict[str, Any] = fetch("relations", "/relations", **filters, **more)
    return found
