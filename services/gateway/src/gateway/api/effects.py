"""What a successful call leaves here: panels dropped before the caller hears of it, and a line in the audit log."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import current_app

from gateway.api.routes import Route
from gateway.audit.actions import log_deeds, write_entries
from gateway.audit.buffer import ReadLog
from gateway.audit.domain import Entry
from gateway.card.actions import drop_panels
from gateway.notifications.actions import note_work
from gateway.users.sessions import current_user
from shared.clock import utc_now
from shared.context import acting
from shared.db import database
from shared.http import Answer

ReadBefore = Callable[[], Any]


def relations_before(route: Route, read: ReadBefore) -> set[UUID]:
    """Return the relations a call will touch that can only be known before it; ``read`` returns what it changes."""
    return _named_in(read()) if route.relation == "before" else set()


def apply_effects(route: Route, values: Mapping[str, Any], *, body: Any, before: set[UUID], answer: Answer) -> None:
    """Drop the panels a successful call made untrue, and log it; reads are logged within a second."""
    touched = before | _touched(route, values, body, answer)
    entries = _entries(route, values, answer, touched)
    if route.method == "GET":
        log: ReadLog = current_app.extensions["read_log"]
        for entry in entries:
            log.note(entry)
    elif touched and route.drops:
        with database().transaction() as session:
            drop_panels(session, touched, names=route.drops)
            write_entries(session, entries)
    else:
        log_deeds(database(), entries)
    if route.work:
        _note_work(route.work, values, _json_of(answer))


def _note_work(kind: str, values: Mapping[str, Any], told: Mapping[str, Any]) -> None:
    work_id = _uuid(told.get("id") or told.get("merge_id"))
    if work_id:
        places = {"user_id": values.get("user_id", "")}
        note_work(
            database(), kind, work_id, user_id=current_user().id, status=str(told.get("status", "")), places=places
        )


def _touched(route: Route, values: Mapping[str, Any], body: Any, answer: Answer) -> set[UUID]:
    in_path = {values["relation_id"]} if "relation_id" in values else set()
    if route.relation == "body":
        return in_path | _named_in(body)
    if route.relation == "answer":
        return in_path | _named_in(_json_of(answer))
    if route.relation == "made":
        return _named_in({"relation_id": _json_of(answer).get("id")})
    return in_path


def _named_in(document: Any) -> set[UUID]:
    """Return the relations a JSON document names: ``relation_id``, ``relation_ids``, or those of its ``parties``."""
    if not isinstance(document, Mapping):
        return set()
    named = [document.get("relation_id"), *(document.get("relation_ids") or ())]
    named += [party.get("relation_id") for party in document.get("parties") or () if isinstance(party, Mapping)]
    return {relation_id for text in named if (relation_id := _uuid(text))}


def _entries(route: Route, values: Mapping[str, Any], answer: Answer, touched: set[UUID]) -> list[Entry]:
    if not route.audit:
        return []
    others = [str(value) for name, value in values.items() if name != "relation_id"]
    made = str(_json_of(answer).get("id") or "") if route.method == "POST" else ""
    subject = (others[-1] if others else made)[:64] or None
    now, actor, request_id = utc_now(), current_user().id, acting().request_id
    return [
        Entry(now, actor, route.audit, relation_id, subject, answer.status_code, request_id)
        for relation_id in (sorted(touched) or (None,))
    ]


def _json_of(answer: Answer) -> Mapping[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, Mapping) else {}


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
