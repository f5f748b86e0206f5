"""Imports over HTTP."""

from io import BytesIO
from typing import Any, BinaryIO, cast
from uuid import UUID

from flask import Response, current_app, jsonify, make_response, request, send_file
from flask_smorest import Blueprint
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from relations.exchange.workbooks import write_rows
from relations.imports import actions, files, queries
from relations.imports.domain import StartImport
from relations.imports.errors import UnknownUpload
from relations.imports.models import Import, Upload
from relations.imports.previewing import preview_of
from relations.imports.schemas import FileField, ImportForm, ImportPage, ImportReport, Preview, PreviewForm
from shared.auth import principal, requires
from shared.db import database
from shared.errors import Forbidden, Invalid
from shared.idempotency import create_once
from shared.paging import PageQuery

blueprint = Blueprint("imports", __name__, description="Imports")
FORM_BESIDE_THE_FILE = 1024 * 1024
NO_FILE = {"file": ["Give a file, or the upload_id of one that was uploaded for a preview"]}
IN_WORKBOOK = {"nl": ("rij", "reden"), "fr": ("ligne", "raison"), "en": ("row", "reason")}


@blueprint.before_request
def allow_large_uploads() -> None:
    """Let a body be as large as the office allows files to be; everywhere else bodies are small."""
    if request.mimetype == "multipart/form-data":
        request.max_content_length = current_app.extensions["settings"].largest_import + FORM_BESIDE_THE_FILE


@blueprint.post("/imports")
@blueprint.arguments(ImportForm(), location="form")
@blueprint.arguments(FileField(), location="files")
@blueprint.response(202, ImportReport)
@requires("write")
def start(form: dict[str, Any], sent: dict[str, FileStorage]) -> Response:
    """Import a table or business cards; the rows are dealt with in the background."""
    with database().transaction() as session:

        def create() -> Import:
            upload_id = _kept(session, form, sent).id
            order = {name: form[name] for name in ("mapping", "defaults", "dry_run", "on_duplicate")}
            return actions.start(session, StartImport(upload_id=upload_id, **order), user_id=_user())

        run = create_once(
            session,
            create,
            again=lambda made: queries.import_of(session, made, user_id=_user()),
            id_of=lambda made: made.id,
            body=_body(form, sent),
        )
        answer = make_response(jsonify(queries.report_of(session, run)), 202)
    answer.headers["Location"] = f"/imports/{run.id}"
    return answer


@blueprint.post("/imports/preview")
@blueprint.arguments(PreviewForm(), location="form")
@blueprint.arguments(FileField(), location="files")
@blueprint.response(200, Preview)
@requires("write")
def preview(form: dict[str, Any], sent: dict[str, FileStorage]) -> Response:
    """Keep a file for a day and return what it looks like, where its columns would go, and its first rows checked."""
    with database().transaction() as session:
        upload = _kept(session, form, sent)
        if sent:
            return jsonify(
                preview_of(session, upload, _stream(sent), mapping=form["mapping"], defaults=form["defaults"])
            )
    with files.opened(database(), upload.id) as file, database().transaction() as session:
        return jsonify(preview_of(session, upload, file, mapping=form["mapping"], defaults=form["defaults"]))


@blueprint.get("/imports")
@blueprint.arguments(PageQuery(), location="query")
@blueprint.response(200, ImportPage)
@requires("write")
def imports(query: dict[str, Any]) -> Response:
    """Return the imports of this user, newest first."""
    with database().transaction() as session:
        return jsonify(queries.imports_of(session, user_id=_user(), limit=query["limit"], cursor=query["cursor"]))


@blueprint.get("/imports/<uuid:import_id>")
@blueprint.response(200, ImportReport)
@requires("write")
def report(import_id: UUID) -> Response:
    """Return how far an import is and what there is to say of its rows."""
    with database().transaction() as session:
        return jsonify(queries.report_of(session, queries.import_of(session, import_id, user_id=_user())))


@blueprint.get("/imports/<uuid:import_id>/errors.xlsx")
@blueprint.response(200, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
@requires("write")
def errors(import_id: UUID) -> Response:
    """Return the rows that were left out, as they were, each with its number and the reason."""
    file = BytesIO()
    with database().transaction() as session:
        run = queries.import_of(session, import_id, user_id=_user())
        words = IN_WORKBOOK.get(principal().language, IN_WORKBOOK["en"])
        write_rows(file, header=[*run.columns, *words], rows=queries.left_out(session, run))
    file.seek(0)
    return send_file(file, download_name="errors.xlsx", as_attachment=True)


@blueprint.post("/imports/<uuid:import_id>/cancel")
@blueprint.response(200, ImportReport)
@requires("write")
def cancel(import_id: UUID) -> Response:
    """Stop an import that waits or runs; what it created so far stays until it is rolled back."""
    with database().transaction() as session:
        return jsonify(queries.report_of(session, actions.cancel(session, import_id, user_id=_user())))


@blueprint.post("/imports/<uuid:import_id>/rollback")
@blueprint.response(202, ImportReport)
@requires("write")
def roll_back(import_id: UUID) -> Response:
    """Delete what an import created, in the background; what was changed or used since stays and is named."""
    with database().transaction() as session:
        run = actions.roll_back(session, import_id, user_id=_user())
        return make_response(jsonify(queries.report_of(session, run)), 202)


def _kept(session: Session, form: dict[str, Any], sent: dict[str, FileStorage]) -> Upload:
    """Return the file of a request: kept anew, or the one that was kept before."""
    if sent:
        return files.keep(session, _stream(sent), filename=sent["file"].filename or "", user_id=_user())
    if form["upload_id"] is None:
        raise Invalid(NO_FILE)
    upload = session.get(Upload, form["upload_id"])
    if upload is None or upload.user_id != _user():
        raise UnknownUpload
    return upload


def _body(form: dict[str, Any], sent: dict[str, FileStorage]) -> bytes:
    return repr(sorted(form.items(), key=lambda item: item[0])).encode() + (
        files.digest_of(_stream(sent)) if sent else b""
    )


def _stream(sent: dict[str, FileStorage]) -> BinaryIO:
    return cast(BinaryIO, sent["file"].stream)


def _user() -> UUID:
    user_id = principal().user_id
    if user_id is None:
        raise Forbidden("Only a user can import")
    return user_id
