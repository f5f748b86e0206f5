"""Duplicates over HTTP: likely doubles of what is being typed, the pairs of the whole base, and its scans."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify, make_response
from flask_smorest import Blueprint
from sqlalchemy import select

from relations.duplicates import actions, queries
from relations.duplicates.actions import UnknownScan
from relations.duplicates.blocking import KEYS
from relations.duplicates.models import DuplicateScan
from relations.duplicates.schemas import CheckQuery, PairIn, PairQuery, ScanOut
from relations.record.domain import RegisterRelation
from relations.record.schemas import RelationIn
from shared.auth import requires
from shared.db import database

blueprint = Blueprint("duplicates", __name__, description="Likely doubles")


@blueprint.post("/duplicates/check")
@blueprint.arguments(RelationIn())
@blueprint.arguments(CheckQuery(), location="query")
@blueprint.response(200)
@requires("read")
def check(command: RegisterRelation, query: dict[str, Any]) -> Response:
    """Return the relations that may be the one being typed, with a score and the reasons."""
    with database().reading() as connection:
        probe = queries.probe_of(command)
        return jsonify({"items": queries.likely_doubles(connection, probe, most=10, of=query["relation_id"])})


@blueprint.get("/duplicates")
@blueprint.arguments(PairQuery(), location="query")
@blueprint.response(200)
@requires("read")
def pairs(query: dict[str, Any]) -> Response:
    """Return the pairs that the last scan found, likeliest first, or those that were told apart."""
    with database().reading() as connection:
        return jsonify(queries.pairs(connection, query))


@blueprint.put("/duplicates/not")
@blueprint.arguments(PairIn())
@blueprint.response(204)
@requires("write")
def tell_apart(pair: dict[str, UUID]) -> None:
    """Remember that two relations are not the same one: they are not proposed as doubles again."""
    with database().transaction() as session:
        actions.tell_apart(session, pair["a"], pair["b"])


@blueprint.delete("/duplicates/not")
@blueprint.arguments(PairIn())
@blueprint.response(204)
@requires("write")
def doubt_again(pair: dict[str, UUID]) -> None:
    """Forget that two relations were told apart: they may be proposed as doubles again."""
    with database().transaction() as session:
        actions.doubt_again(session, pair["a"], pair["b"])


@blueprint.post("/duplicates/scans")
@blueprint.response(202, ScanOut)
@requires("write")
def begin_scan() -> Response:
    """Begin to look for duplicates through the whole base; a scan that runs is answered with itself."""
    with database().transaction() as session:
        scan = actions.begin_scan(session)
        response = _answer(scan, status=202)
    response.headers["Location"] = f"/duplicates/scans/{scan.id}"
    return response


@blueprint.get("/duplicates/scans")
@blueprint.response(200)
@requires("read")
def scans() -> Response:
    """Return the latest scans, newest first."""
    with database().transaction() as session:
        rows = session.scalars(select(DuplicateScan).order_by(DuplicateScan.id.desc()).limit(20)).all()
        return jsonify({"items": [_shape(scan) for scan in rows], "next_cursor": None})


@blueprint.get("/duplicates/scans/<uuid:scan_id>")
@blueprint.response(200, ScanOut)
@requires("read")
def read_scan(scan_id: UUID) -> Response:
    """Return how far a scan is."""
    with database().transaction() as session:
        scan = session.get(DuplicateScan, scan_id)
        if scan is None:
            raise UnknownScan
        return _answer(scan)


@blueprint.post("/duplicates/scans/<uuid:scan_id>/cancel")
@blueprint.response(202, ScanOut)
@requires("write")
def cancel_scan(scan_id: UUID) -> Response:
    """Stop a scan after the step at hand."""
    with database().transaction() as session:
        return _answer(actions.cancel_scan(session, scan_id), status=202)


def _answer(scan: DuplicateScan, *, status: int = 200) -> Response:
    return make_response(jsonify(_shape(scan)), status)


def _shape(scan: DuplicateScan) -> dict[str, Any]:
    shape = {name: getattr(scan, name) for name in ScanOut().fields if hasattr(scan, name)}
    phase = "comparing" if scan.gathered == len(KEYS) else "gathering"
    return {**shape, "phase": phase, "keys": len(KEYS)}
