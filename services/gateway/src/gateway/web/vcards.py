"""Relations as vCards: one, the chosen ones, or everything a list holds."""

from uuid import UUID

from flask import Blueprint, Response, render_template

from gateway.backends import ask as ask_service
from gateway.web.asking import answered
from gateway.web.downloads import as_file
from gateway.web.formats import whole
from gateway.web.relations import MOST, chosen_relations, found_by_filters
from shared.auth import requires

blueprint = Blueprint("vcards", __name__)

VCARD = "text/vcard; charset=utf-8"
AT_ONCE = 200
"""Relations asked for in one call."""


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
    count = found_by_filters(limit=1, total="true")["total"]
    return render_template("relations/all.html", count=whole(count), most=whole(MOST), is_too_much=count > MOST)


@blueprint.post("/relations/vcards")
@requires("export")
def chosen() -> Response:
    """Hand over the chosen relations, or all of the list, as vCards in one file."""
    ids = chosen_relations()
    parts = [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
    answers = [
        answered(ask_service("relations", "POST", "/relations/vcf", json={"relation_ids": part})) for part in parts
    ]
    return as_file(b"".join(answer.content for answer in answers), "relations.vcf", VCARD)
