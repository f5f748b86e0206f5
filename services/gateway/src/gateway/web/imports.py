"""Imports: a file that is understood, tried, taken in on the background, and rolled back when it was wrong."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson
from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from gateway.backends import ask as ask_service
from gateway.settings import GatewaySettings
from gateway.web.asking import Refused, answered, fetch, send
from gateway.web.confirming import asked_first
from gateway.web.downloads import as_file
from gateway.web.field_names import field_name
from gateway.web.formats import moment
from gateway.web.known import relation_names, relation_url
from gateway.web.long_work import Progress
from gateway.web.marks import Page, address_of
from gateway.web.toasts import is_uuid
from gateway.web.wording import all_told, told, word
from shared.auth import requires
from shared.errors import Conflict, Invalid, Problem, Unknown

blueprint = Blueprint("imports", __name__)

PATIENCE = 120.0
SHOWN_ERRORS = 100
ERRORS_FILE = "errors.xlsx"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {"csv": _l("een tabel (CSV)"), "xlsx": _l("een Excel-bestand (XLSX)"), "vcard": _l("visitekaartjes (vCard)")}
DELIMITERS = {";": _l("puntkomma"), ",": _l("komma"), "\t": _l("tab"), "|": _l("rechte streep")}

TARGETS = (
    (_l("Relatie"), ("kind", "display_name", "language", "status", "groups", "warning", "memo")),
    (
        _l("Persoon"),
        (
            "person.title", "person.initials", "person.first_names", "person.call_name", "person.prefix",
            "person.last_name", "person.birth_name", "person.suffix", "person.birth_date",
        ),
    ),
    (_l("Organisatie"), ("entity.legal_name", "entity.legal_form", "entity.trade_names", "entity.short_name")),
    (
        _l("Nummers"),
        ("identifiers.kbo", "identifiers.kvk", "identifiers.vat", "identifiers.rsin", "identifiers.establishment"),
    ),
    (
        _l("Communicatie"),
        (
            "communications.phone", "communications.mobile", "communications.fax", "communications.email",
            "communications.web", "communications.ebox", "communications.peppol",
        ),
    ),
    (
        _l("Contactadres"),
        (
            "addresses.label", "addresses.recipient_lines", "addresses.contact_person", "addresses.title",
            "addresses.building", "addresses.street", "addresses.number", "addresses.box", "addresses.zip",
            "addresses.city", "addresses.country", "addresses.matter_correspondence", "addresses.mailing",
        ),
    ),
)  # fmt: skip
"""Where a column can go, by the part of the relation."""


@blueprint.url_value_preprocessor
def let_files_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let the form with a file be as large as files may be; it is looked at before anything reads it."""
    if endpoint == "web.imports.upload":
        settings: GatewaySettings = current_app.extensions["settings"]
        request.max_content_length = settings.largest_upload


@blueprint.get("/imports")
@requires("write")
def show() -> str:
    """Show where a file is dropped, and the imports so far: those on their way are found again here."""
    return _start_page()


@blueprint.post("/imports/preview")
@requires("write")
def upload() -> Response:
    """Take a file, and go on with what it holds."""
    given: FileStorage | None = request.files.get("file")
    if given is None or not given.filename:
        return make_response(_start_page(complaint=_("Kies eerst een bestand.")), 422)
    files = {"file": (given.filename, given.stream.read(), given.mimetype)}
    try:
        found = answered(ask_service("relations", "POST", "/imports/preview", files=files, timeout=PATIENCE)).json()
    except (Invalid, Refused) as problem:
        return make_response(_start_page(complaint=word_of(problem)), problem.status)
    return redirect(url_for(".preview", upload_id=found["upload_id"]), 303)


@blueprint.get("/imports/uploads/<uuid:upload_id>")
@requires("write")
def preview(upload_id: UUID) -> Response:
    """Show what a file holds: its shape, the places proposed for its columns, and its first rows."""
    like = request.args.get("like", "")
    mapping = fetch("relations", f"/imports/{UUID(like)}")["mapping"] if is_uuid(like) else None
    try:
        return make_response(_mapping_page(_previewed(upload_id, mapping)))
    except Unknown:
        # A file is kept until it was imported, and for a day at most.
        return make_response(_start_page(complaint=_("Dit bestand is er niet meer: kies het opnieuw.")), Unknown.status)


@blueprint.post("/imports/uploads/<uuid:upload_id>")
@requires("write")
def start(upload_id: UUID) -> Response:
    """Look again with other places, try the import, or start it: it goes on in the background."""
    step, mapping = request.form.get("step", "look"), mapping_typed()
    if step == "look":
        return make_response(_mapping_page(_previewed(upload_id, mapping)))
    skips = "skip_duplicates" in request.form
    form = {
        "upload_id": str(upload_id),
        "mapping": orjson.dumps(mapping).decode(),
        "dry_run": "true" if step == "trial" else "false",
        "on_duplicate": "skip" if skips else "create",
    }
    once = {"Idempotency-Key": request.form["once"]} if request.form.get("once") and step == "import" else {}
    try:
        made = answered(ask_service("relations", "POST", "/imports", files=form, headers=once)).json()
    except (Invalid, Refused) as problem:
        return make_response(_mapping_page(_previewed(upload_id, mapping), complaint=word_of(problem)), problem.status)
    more = {"upload": upload_id, "skips": int(skips)} if step == "trial" else {}
    return redirect(address_of("web.imports.follow", import_id=made["id"], **more), 303)


@blueprint.get("/imports/<uuid:import_id>")
@requires("write")
def follow(import_id: UUID) -> str:
    """Show how far an import is and how it ended; follows by itself until then."""
    return _import_page(import_id)


@blueprint.get("/imports/<uuid:import_id>/errors.xlsx")
@requires("write")
def errors(import_id: UUID) -> Response:
    """Hand over the rows that were not taken in, to mend and import again."""
    answer = answered(ask_service("relations", "GET", f"/imports/{import_id}/{ERRORS_FILE}", timeout=PATIENCE))
    return as_file(answer.content, f"import-{ERRORS_FILE}", XLSX)


@blueprint.post("/imports/<uuid:import_id>/cancel")
@requires("write")
def cancel(import_id: UUID) -> Response:
    """Stop an import; what was taken in stays until it is rolled back."""
    send("relations", "POST", f"/imports/{import_id}/cancel")
    return redirect(url_for(".follow", import_id=import_id), 303)


@blueprint.post("/imports/<uuid:import_id>/rollback")
@requires("write")
def roll_back(import_id: UUID) -> Response:
    """Take back what an import made; what was changed since is refused and listed."""
    here = url_for(".follow", import_id=import_id)
    if asking := asked_first(_("Alles wat deze import aanmaakte weer verwijderen?"), back=here):
        return asking
    try:
        send("relations", "POST", f"/imports/{import_id}/rollback")
    except (Conflict, Refused) as problem:
        if problem.status != Conflict.status:
            raise
        return make_response(_import_page(import_id, complaint=word_of(problem)), problem.status)
    return redirect(here, 303)


def mapping_typed() -> dict[str, str | None]:
    """Return where each column goes, as it was chosen; None for those that go nowhere."""
    pairs = zip(request.form.getlist("column"), request.form.getlist("target"), strict=False)
    return {column: target or None for column, target in pairs}


def word_of(problem: Problem) -> str:
    """Return why a file or an order was refused, in words."""
    if isinstance(problem, Invalid):
        return all_told(problem)
    return told(problem.detail)


def _previewed(upload_id: UUID, mapping: dict[str, str | None] | None) -> dict[str, Any]:
    form = {"upload_id": str(upload_id)}
    if mapping is not None:
        form["mapping"] = orjson.dumps(mapping).decode()
    found: dict[str, Any] = answered(
        ask_service("relations", "POST", "/imports/preview", files=form, timeout=PATIENCE)
    ).json()
    return found


def _start_page(*, complaint: str = "") -> str:
    found = fetch("relations", "/imports", limit=20, cursor=request.args.get("cursor"))
    return render_template(
        "imports/show.html",
        complaint=complaint,
        imports=[import_row(item) for item in found["items"]],
        page=Page.of(found, "web.imports.show", {}),
    )


def _mapping_page(found: dict[str, Any], *, complaint: str = "") -> str:
    """Show what a file was found to hold, with the choices for each column."""
    columns, rows, chosen = found["columns"], found["rows"], found["mapping"]
    return render_template(
        "imports/mapping.html",
        complaint=complaint,
        name=found["filename"],
        shape=_shape_words(found),
        is_remembered=found["remembered"],
        columns=[
            {"name": name, "target": chosen.get(name, ""), "sample": _sample(rows, place)}
            for place, name in enumerate(columns)
        ],
        choices=_places(found["places"], chosen.values()),
        rows=[
            {
                "row": row["row"],
                "cells": row["cells"],
                "name": row["display_name"],
                "errors": [f"{field_name(each['field'])}: {told(each['message'])}" for each in row["errors"]],
            }
            for row in rows
        ],
        action=url_for(".start", upload_id=found["upload_id"]),
        skips=request.form.get("skip_duplicates") or request.method == "GET",
    )


def _shape_words(found: dict[str, Any]) -> str:
    parts = [word(KINDS, found["kind"])]
    if found["kind"] == "csv":
        parts.append(_("scheidingsteken %(sign)s", sign=word(DELIMITERS, found["delimiter"])))
        parts.append(_("codering %(name)s", name=str(found["encoding"]).upper()))
    return ", ".join(str(part) for part in parts)


def _places(known: list[str], chosen: Iterable[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the places a column can go to, under the parts of a relation."""
    listed = [(str(heading), [(path, field_name(path)) for path in paths]) for heading, paths in TARGETS]
    usual = {path for _heading, paths in TARGETS for path in paths}
    more = sorted({path for path in (*known, *chosen) if path not in usual})
    return [*listed, (str(_("Andere")), [(path, field_name(path)) for path in more])] if more else listed


def _sample(rows: list[dict[str, Any]], place: int) -> str:
    return next((row["cells"][place] for row in rows if place < len(row["cells"]) and row["cells"][place]), "")


def import_row(item: dict[str, Any]) -> dict[str, Any]:
    """Return an import as it stands in a list or above its page."""
    return {
        "url": url_for(".follow", import_id=item["id"]),
        "name": item["filename"],
        "at": moment(item["created_at"]),
        "finished": moment(item["finished_at"]),
        "progress": Progress.of(item),
        "is_trial": item["dry_run"],
        "made": item["valid"] if item["dry_run"] else item["created"],
        "skipped": item["skipped"],
        "removed": item["removed"],
        "status": item["status"],
        "problem": told(item["problem"]),
    }


def _import_page(import_id: UUID, *, complaint: str = "") -> str:
    """Show how an import stands, what went wrong in it, and what can be done with it."""
    found = fetch("relations", f"/imports/{import_id}")
    row = import_row(found)
    is_over = not row["progress"].is_running
    names = relation_names(str(each["relation_id"]) for each in found["kept"])
    left_out = found["error_count"] + found["duplicate_count"]
    return render_template(
        "imports/import.html",
        state=row,
        complaint=complaint,
        error_count=found["error_count"],
        errors=[
            {"row": each["row"], "field": field_name(each["field"]), "message": told(each["message"])}
            for each in found["errors"][:SHOWN_ERRORS]
        ],
        doubles=[_double_row(each) for each in found["duplicates"][:SHOWN_ERRORS]],
        double_count=found["duplicate_count"],
        kept=[_kept_row(each, names) for each in found["kept"]],
        errors_url=url_for(".errors", import_id=import_id) if left_out and is_over else "",
        cancel_url="" if is_over or row["status"] == "rolling_back" else url_for(".cancel", import_id=import_id),
        rollback_url=url_for(".roll_back", import_id=import_id) if _may_roll_back(found) else "",
        trial=_trial_of(found) if is_over and row["is_trial"] else None,
    )


def _trial_of(found: dict[str, Any]) -> dict[str, Any] | None:
    """Return what it takes to start for real what was tried, or to look at its columns again."""
    upload_id = request.args.get("upload", "")
    if not is_uuid(upload_id):
        return None
    return {
        "action": url_for(".start", upload_id=upload_id),
        "back": url_for(".preview", upload_id=upload_id, like=found["id"]),
        "pairs": found["mapping"].items(),
        "skips": request.args.get("skips") == "1",
    }


def _may_roll_back(found: dict[str, Any]) -> bool:
    is_over = found["status"] in ("done", "cancelled", "failed")
    return is_over and bool(found["created"]) and not found["dry_run"]


def _double_row(item: dict[str, Any]) -> dict[str, Any]:
    relation_id = item["relation_id"]
    return {
        "row": item["row"],
        "name": item["display_name"] or "",
        "url": relation_url(relation_id) if relation_id else "",
        "same_as_row": item["same_as_row"],
        "score": item["score"],
    }


def _kept_row(item: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {
        "row": item["row"],
        "name": names.get(str(item["relation_id"]), _("relatie")),
        "url": relation_url(item["relation_id"]),
        "reason": told(item["reason"]),
    }
