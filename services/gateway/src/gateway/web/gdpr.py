"""Data-protection requests: asking with open eyes, following, and the papers that come out."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from gateway.backends import ask as ask_service
from gateway.web.asking import answered, fetch, send
from gateway.web.confirming import asked_first
from gateway.web.downloads import as_file
from gateway.web.formats import moment, whole
from gateway.web.known import relation_documents, relation_url
from gateway.web.long_work import Progress
from gateway.web.marks import Page, request_mark
from gateway.web.wording import GDPR_KINDS, PARTICIPANTS, REFUSALS, word
from shared.auth import requires
from shared.errors import Invalid, Problem

blueprint = Blueprint("gdpr", __name__)

PAPERS = {
    "report.pdf": "application/pdf",
    "report.json": "application/json",
    "certificate.pdf": "application/pdf",
}
PATIENCE = 30.0


@blueprint.get("/relations/<uuid:relation_id>/gdpr/new")
@requires("gdpr")
def ask(relation_id: UUID) -> str:
    """Show what can be asked about a relation, and what the chosen kind would do."""
    kind = request.args.get("kind", "access")
    return _dialog(relation_id, kind if kind in GDPR_KINDS else "access")


@blueprint.post("/relations/<uuid:relation_id>/gdpr/new")
@requires("gdpr")
def open_request(relation_id: UUID) -> AnyResponse:
    """Open a request; what cannot be undone is typed out first."""
    kind, reason = request.form.get("kind", ""), request.form.get("reason", "").strip()
    typed = request.form.get("confirmation", "").strip().lstrip("#").casefold()
    relation = fetch("relations", f"/relations/{relation_id}")
    errors: dict[str, str] = {}
    if not reason:
        errors["reason"] = _("Geef de reden, bv. “verzoek van de betrokkene”.")
    if kind != "access" and typed not in (str(relation["number"]), confirming_word(kind)):
        errors["confirmation"] = _("Typ %(number)s of %(word)s.", number=relation["number"], word=confirming_word(kind))
    if not errors:
        body = {"kind": kind, "relation_ids": [str(relation_id)], "reason": reason}
        try:
            made = send("gdpr", "POST", "/gdpr/requests", body, once=request.form.get("once", ""))
            return redirect(url_for("web.gdpr.request_page", request_id=made["id"]), 303)
        except Invalid as invalid:
            errors = {field: messages[0] for field, messages in invalid.errors.items()}
    return make_response(_dialog(relation_id, kind, errors=errors, reason=reason, typed=typed), 422)


@blueprint.get("/gdpr/requests")
@requires("gdpr")
def requests() -> str:
    """Show the requests, latest first."""
    asked = {"status": request.args.get("status", "")}
    found = fetch("gdpr", "/gdpr/requests", **asked, cursor=request.args.get("cursor"))
    return render_template(
        "gdpr/requests.html",
        rows=[request_row(item) for item in found["items"]],
        page=Page.of(found, "web.gdpr.requests", asked),
    )


@blueprint.get("/gdpr/requests/<uuid:request_id>")
@requires("gdpr")
def request_page(request_id: UUID) -> str:
    """Show how far a request is, who answered, and its papers; follows by itself until it is finished."""
    found = fetch("gdpr", f"/gdpr/requests/{request_id}")
    refused, failures = found.get("refused", []), found.get("failures", [])
    documents = documents_of([*refused, *failures])
    return render_template(
        "gdpr/request.html",
        row=request_row(found),
        kind=found["kind"],
        progress=Progress.of(found),
        may_cancel=found["status"] in ("scheduled", "running") and found["kind"] != "access",
        may_retry=found["status"] == "failed",
        participants=[
            {"name": word(PARTICIPANTS, name), **progress} for name, progress in sorted(found["participants"].items())
        ],
        refused=[refusal_row(item, documents) for item in refused[:100]],
        failures=[
            {**refusal_row(item, documents), "who": word(PARTICIPANTS, item["participant"])} for item in failures[:100]
        ],
        survivors=question_for_survivors(found, documents),
        survivors_url=url_for("web.gdpr.ask_for_survivors", request_id=request_id),
        papers=papers_of(found),
    )


@blueprint.get("/gdpr/requests/<uuid:request_id>/<any('report.pdf', 'report.json', 'certificate.pdf'):paper>")
@requires("gdpr")
def paper(request_id: UUID, paper: str) -> Response:
    """Hand over a paper of a request, as a file to keep."""
    answer = answered(ask_service("gdpr", "GET", f"/gdpr/requests/{request_id}/{paper}", timeout=PATIENCE))
    return as_file(answer.content, f"{request_id}-{paper}", PAPERS[paper])


@blueprint.post("/gdpr/requests/<uuid:request_id>/cancel")
@requires("gdpr")
def cancel(request_id: UUID) -> AnyResponse:
    """Cancel what was not carried out yet."""
    here = url_for("web.gdpr.request_page", request_id=request_id)
    if asking := asked_first(_("Dit verzoek annuleren?"), back=here):
        return asking
    send("gdpr", "POST", f"/gdpr/requests/{request_id}/cancel")
    return redirect(url_for("web.gdpr.request_page", request_id=request_id, done="cancelled"), 303)


@blueprint.post("/gdpr/requests/<uuid:request_id>/for-survivors")
@requires("gdpr")
def ask_for_survivors(request_id: UUID) -> AnyResponse:
    """Ask the same for the relations into which those were merged that this request could not reach."""
    found = fetch("gdpr", f"/gdpr/requests/{request_id}")
    question = question_for_survivors(found, documents_of([*found["refused"], *found["failures"]]))
    if asking := asked_first(question, back=url_for("web.gdpr.request_page", request_id=request_id)):
        return asking
    path = f"/gdpr/requests/{request_id}/for-survivors"
    made = send("gdpr", "POST", path, once=f"for-survivors-{request_id}")
    return redirect(url_for("web.gdpr.request_page", request_id=made["id"]), 303)


@blueprint.get("/gdpr/candidates")
@requires("gdpr")
def candidates() -> str:
    """Show who is in no active matter and is no employee."""
    found = fetch("gdpr", "/gdpr/candidates", cursor=request.args.get("cursor"))
    rows = [
        {
            "id": item["relation_id"],
            "number": item["number"],
            "name": item["display_name"],
            "url": relation_url(item["relation_id"]),
            "gdpr_url": url_for("web.gdpr.ask", relation_id=item["relation_id"], kind="anonymise"),
        }
        for item in found["items"]
    ]
    return render_template("gdpr/candidates.html", rows=rows, page=Page.of(found, "web.gdpr.candidates", {}))


def confirming_word(kind: str) -> str:
    """Return the word that confirms what cannot be undone, in the reader's language."""
    words: dict[str, str] = {"anonymise": _("anonimiseren"), "erase": _("wissen")}
    return words.get(kind, "")


def request_row(item: dict[str, Any]) -> dict[str, Any]:
    """Return a request as it stands in a list."""
    return {
        "url": url_for("web.gdpr.request_page", request_id=item["id"]),
        "cancel_url": url_for("web.gdpr.cancel", request_id=item["id"]),
        "retry_url": url_for("web.gdpr.retry", request_id=item["id"]),
        "kind": word(GDPR_KINDS, item["kind"]),
        "mark": request_mark(item["status"]),
        "at": moment(item["created_at"]),
        "finished": moment(item.get("finished_at")),
        "planned": moment(item.get("execute_at")),
        "total": whole(item["counts"]["total"]),
        "refused": whole(item["counts"]["refused"]),
    }


def documents_of(left_out: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the relations that were refused or failed, and those they were merged into, by id."""
    named = (item.get(key) for item in left_out[:100] for key in ("relation_id", "into"))
    return relation_documents(each for each in named if each)


def refusal_row(item: dict[str, Any], documents: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return a relation that was refused or failed, with the reason in words; of a merged one, who it is now."""
    into = documents.get(item.get("into") or "")
    known = documents.get(item["relation_id"]) or {}
    return {
        "name": known.get("display_name") or _("relatie"),
        "url": relation_url(item["relation_id"]),
        "reason": word(REFUSALS, item["reason"]),
        "into": {"name": _numbered(into), "url": relation_url(into["id"])} if into else None,
    }


def question_for_survivors(found: dict[str, Any], documents: dict[str, dict[str, Any]]) -> str:
    """Return what is asked before the same is requested for those in whom others live on; empty without any."""
    survivors = {item["into"] for item in [*found.get("refused", []), *found.get("failures", [])] if item.get("into")}
    if not survivors:
        return ""
    names = ", ".join(sorted(_numbered(documents[each]) for each in survivors if each in documents))
    return str(_("%(kind)s aanvragen voor %(names)s?", kind=word(GDPR_KINDS, found["kind"]), names=names))


def _numbered(document: dict[str, Any]) -> str:
    return f"{document['display_name']} (#{document['number']})"


def papers_of(found: dict[str, Any]) -> list[dict[str, str]]:
    """Return the papers that are ready."""
    if found["status"] != "done":
        return []
    names: Sequence[tuple[str, str]] = (
        (("report.pdf", _("Rapport (PDF)")), ("report.json", _("Gegevens (JSON)")))
        if found["kind"] == "access"
        else (("certificate.pdf", _("Certificaat (PDF)")),)
    )
    return [
        {"text": text, "url": url_for("web.gdpr.paper", request_id=found["id"], paper=name)} for name, text in names
    ]


@blueprint.post("/gdpr/requests/<uuid:request_id>/retry")
@requires("gdpr")
def retry(request_id: UUID) -> AnyResponse:
    """Ask again whoever failed."""
    send("gdpr", "POST", f"/gdpr/requests/{request_id}/retry")
    return redirect(url_for("web.gdpr.request_page", request_id=request_id), 303)


def _dialog(
    relation_id: UUID, kind: str, *, errors: dict[str, str] | None = None, reason: str = "", typed: str = ""
) -> str:
    relation = fetch("relations", f"/relations/{relation_id}")
    preview, unknown = None, False
    try:
        preview = send("gdpr", "POST", "/gdpr/previews", {"kind": kind, "relation_ids": [str(relation_id)]})
    except Problem:
        unknown = True
    documents = {str(relation_id): relation}
    return render_template(
        "gdpr/ask.html",
        relation={
            "id": relation_id,
            "name": relation["display_name"],
            "number": relation["number"],
            "url": relation_url(relation_id),
        },
        kind=kind,
        kinds=[
            {"code": code, "text": str(text), "url": url_for("web.gdpr.ask", relation_id=relation_id, kind=code)}
            for code, text in GDPR_KINDS.items()
        ],
        counts=(preview or {}).get("counts", {}),
        refused=[refusal_row(item, documents) for item in (preview or {}).get("refused", [])],
        is_unknown=unknown,
        word=confirming_word(kind),
        held=held_counts(relation),
        errors=errors or {},
        reason=reason,
        typed=typed,
    )


def held_counts(relation: dict[str, Any]) -> list[str]:
    """Return what is held of a relation here, counted, so that nobody is surprised; nothing of a confidential one."""
    if relation.get("restricted"):
        return []
    return [
        ngettext("%(num)s communicatiegegeven", "%(num)s communicatiegegevens", len(relation["communications"])),
        ngettext("%(num)s contactadres", "%(num)s contactadressen", len(relation["addresses"])),
    ]
