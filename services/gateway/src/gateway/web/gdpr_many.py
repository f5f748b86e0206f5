"""Data-protection requests about many relations: counted, typed out, and carried out in the background."""

from collections import Counter
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.web.asking import send
from gateway.web.formats import midnight, whole
from gateway.web.gdpr import confirming_word
from gateway.web.known import relation_names, relation_url
from gateway.web.relations import FILTERS, chosen_relations
from gateway.web.typed_times import typed_day
from gateway.web.wording import GDPR_KINDS, REFUSALS, word
from shared.auth import requires
from shared.clock import utc_now
from shared.errors import Invalid

blueprint = Blueprint("gdpr_many", __name__)

NAMED = 20
"""Refused relations that are named; of the rest it is said how many there are."""
CHOOSING = ("relation_ids", "all", "every_candidate", *FILTERS)
"""What says which relations are meant; it goes along from the list to the last press."""


@blueprint.post("/gdpr/chosen")
@requires("gdpr")
def chosen() -> Response:
    """Show what a request about the chosen relations would do; once a reason came along, open it."""
    what = request.form.get("what", "")
    if what not in GDPR_KINDS:
        raise Invalid({"what": [_("Kies uit de lijst.")]})
    whom: dict[str, Any] = (
        {"candidates": "no_active_matter"}
        if request.form.get("every_candidate")
        else {"relation_ids": chosen_relations()}
    )
    preview = send("gdpr", "POST", "/gdpr/previews", {"kind": what, **whom})
    if "reason" not in request.form:
        return make_response(_dialog(what, preview, {}))
    body, errors = _typed(what, pending=preview["counts"]["pending"])
    if errors:
        return make_response(_dialog(what, preview, errors), 422)
    made = send("gdpr", "POST", "/gdpr/requests", {"kind": what, **whom, **body}, once=request.form.get("once", ""))
    return redirect(url_for("web.gdpr.request_page", request_id=made["id"]), 303)


def _typed(what: str, *, pending: int) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what was typed for a request, and what is wrong with it by field."""
    reason, when = request.form["reason"].strip(), request.form.get("execute_at", "").strip()
    typed = request.form.get("confirmation", "").strip().replace(".", "").casefold()
    errors: dict[str, str] = {}
    if not reason:
        errors["reason"] = _("Geef de reden, bv. “bewaartermijn verstreken”.")
    if what != "access" and typed not in (str(pending), confirming_word(what)):
        errors["confirmation"] = _("Typ %(number)s of %(word)s.", number=pending, word=confirming_word(what))
    at = midnight(typed_day(when))
    if when and (at is None or at <= utc_now()):
        errors["execute_at"] = _("Geef een dag die nog komt, of laat dit leeg.")
    body: dict[str, Any] = {"reason": reason}
    if at and what != "access":
        body["execute_at"] = at.isoformat()
    return body, errors


def _dialog(what: str, preview: dict[str, Any], errors: dict[str, str]) -> str:
    refused, counts = preview["refused"], preview["counts"]
    names = relation_names(item["relation_id"] for item in refused[:NAMED])
    reasons = Counter(item["reason"] for item in refused)
    return render_template(
        "gdpr/ask_many.html",
        what=what,
        kind=word(GDPR_KINDS, what),
        counts=counts,
        pending=whole(counts["pending"]),
        reasons=[{"text": word(REFUSALS, reason), "count": count} for reason, count in reasons.most_common()],
        refused=[
            {
                "name": names.get(item["relation_id"], _("relatie")),
                "url": relation_url(item["relation_id"]),
                "reason": word(REFUSALS, item["reason"]),
            }
            for item in refused[:NAMED]
        ],
        unnamed=max(0, len(refused) - NAMED),
        kept=[(name, value) for name in CHOOSING for value in request.form.getlist(name)],
        word=confirming_word(what),
        typed=request.form,
        errors=errors,
        back=url_for("web.gdpr.candidates" if request.form.get("every_candidate") else "web.relations.find"),
    )
