"""Reports and certificates over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response, current_app, jsonify
from flask_smorest import Blueprint

from gdpr.reports.document import certificate_document, missing_sources, report_document
from gdpr.reports.printing import print_document
from gdpr.reports.queries import Gathered, certified, gathered
from gdpr.reports.schemas import DocumentQuery, ReportDocumentQuery, ReportOut, ReportQuery
from gdpr.reports.seal import Seal
from gdpr.reports.texts import texts_in
from gdpr.settings import GdprSettings
from shared.auth import principal, requires
from shared.db import database
from shared.errors import Confidential
from shared.sight import hidden_relations

LEGAL_BASIS = "Regulation (EU) 2016/679, article 15"
PDF = {"content_type": "application/pdf"}

blueprint = Blueprint("reports", __name__, description="Access reports and certificates")


def settings() -> GdprSettings:
    """Return the settings."""
    found: GdprSettings = current_app.extensions["settings"]
    return found


def seal() -> Seal:
    """Return what opens stored reports."""
    found: Seal = current_app.extensions["seal"]
    return found


def report_for_the_caller(request_id: UUID, *, only: UUID | None) -> Gathered:
    """Return what was gathered; raises ``Confidential`` when it tells of a relation that the caller may not see.

    The right to handle requests is no right to read: a report has everything there is.
    """
    hidden = hidden_relations()
    with database().transaction() as session:
        found = gathered(session, request_id, seal=seal(), only=only)
    if not hidden.isdisjoint(found.reports):
        raise Confidential("This report tells of a confidential relation: ask one of the users named on it to read it")
    return found


@blueprint.get("/gdpr/requests/<uuid:request_id>/report.json")
@blueprint.arguments(ReportQuery, location="query")
@blueprint.response(200, ReportOut)
@requires("gdpr")
def report_as_data(query: dict[str, Any], request_id: UUID) -> Response:
    """Return everything that every service holds of the relations of an access request."""
    found = report_for_the_caller(request_id, only=query.get("relation_id"))
    missing = missing_sources(found.reports, found.sources)
    return jsonify(
        {
            "request_id": found.request_id,
            "legal_basis": LEGAL_BASIS,
            "requested_at": found.requested_at,
            "finished_at": found.finished_at,
            "complete": not missing,
            "missing": [{"source": source, "reason": "unavailable"} for source in missing],
            "relations": [
                {"relation_id": relation_id, "sources": sections} for relation_id, sections in found.reports.items()
            ],
        }
    )


@blueprint.get("/gdpr/requests/<uuid:request_id>/report.pdf")
@blueprint.arguments(ReportDocumentQuery, location="query")
@blueprint.response(200, **PDF)
@requires("gdpr")
def report_as_document(query: dict[str, Any], request_id: UUID) -> Response:
    """Return the access report as a PDF/A, in the language asked for or the reader's."""
    found = report_for_the_caller(request_id, only=query.get("relation_id"))
    document = report_document(
        texts_in(query.get("language", principal().language)),
        found.reports,
        request_id=found.request_id,
        requested_at=found.requested_at,
        finished_at=found.finished_at,
        sources=found.sources,
    )
    return _pdf(print_document("report", document, made_at=found.finished_at), f"report-{request_id}.pdf")


@blueprint.get("/gdpr/requests/<uuid:request_id>/certificate.pdf")
@blueprint.arguments(DocumentQuery, location="query")
@blueprint.response(200, **PDF)
@requires("gdpr")
def certificate(query: dict[str, Any], request_id: UUID) -> Response:
    """Return the certificate of an anonymisation or erasure as a PDF/A; it holds no personal data."""
    with database().transaction() as session:
        request, erased = certified(session, request_id, participants=settings().erasure_participants)
    document = certificate_document(texts_in(query.get("language", principal().language)), request, erased=erased)
    return _pdf(
        print_document("certificate", document, made_at=request["finished_at"]), f"certificate-{request_id}.pdf"
    )


def _pdf(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type="application/pdf", headers=headers)
