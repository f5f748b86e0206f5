"""Composes the card: held panels as they are, missing ones from their owners at once, each within its deadline."""

import re
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from functools import partial
from time import monotonic
from typing import Any
from uuid import UUID

import orjson
import structlog
from flask import current_app

from gateway.audit.buffer import ReadLog
from gateway.audit.domain import CARD_OPENED, Entry
from gateway.backends import Backends
from gateway.card.actions import Fetched, note_generations, store_panels
from gateway.card.panels import PANELS, RELATION, Panel, Reason, may_see_more_than_the_name
from gateway.card.queries import Held, read_panels
from gateway.users.domain import User
from shared.clock import utc_now
from shared.context import acting
from shared.db import Database
from shared.errors import Problem, Unavailable, Unknown

FETCHERS = 32
"""Panels fetched at once in one process."""

PATIENCE = 4.0
"""Times its deadline that a fetch may go on; what comes too late for this card is kept for the next."""

FIRST_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")

log = structlog.get_logger("card")


class Merged(Problem):
    """The relation was merged into another one, whose card is the one to show."""

    status, type, title = 301, "merged", "This relation was merged into another one"

    def __init__(self, survivor_id: UUID) -> None:
        super().__init__()
        self.survivor_id = survivor_id


class Cards:
    """Composes cards for one process."""

    def __init__(self, database: Callable[[], Database], backends: Backends, read_log: ReadLog) -> None:
        self._database = database
        self._backends = backends
        self._read_log = read_log
        # Its threads start with the first fetch, so after the server has forked its workers.
        self._fetchers = ThreadPoolExecutor(FETCHERS, thread_name_prefix="panel")

    def compose(self, relation_id: UUID, user: User, *, held: Held | None = None) -> bytes:
        """Return a relation's card for a user as JSON, and note that it was opened.

        Raises ``Unknown``, ``Merged``, and ``Unavailable`` when the relation itself can be had from nowhere.
        """
        if held is None:
            held = read_panels(self._database(), relation_id)
        contents = dict(zip(PANEL_NAMES, held.contents, strict=True))
        restricted_to = held.restricted_to
        hidden = {panel.name: panel.hidden_from(user.rights, user.licences) for panel in PANELS}
        asked = [panel for panel in PANELS if contents[panel.name] is None and hidden[panel.name] is None]
        missing: dict[str, Reason] = {name: reason for name, reason in hidden.items() if reason}
        alerts = held.alerts
        if asked:
            for name, answer in self._fetch(relation_id, asked).items():
                if isinstance(answer, Fetched):
                    contents[name] = answer.content
                    alerts = answer.alerts if name == "register" else alerts
                    restricted_to = answer.restricted_to if name == RELATION else restricted_to
                else:
                    missing[name] = answer
        self._read_log.note(Entry(utc_now(), user.id, CARD_OPENED, relation_id, request_id=acting().request_id))
        if not may_see_more_than_the_name(user.username, user.rights, restricted_to):
            contents[RELATION] = _name_alone(contents[RELATION] or "{}")
            missing = dict.fromkeys(PANEL_NAMES[1:], "forbidden")
        return _join(contents, missing, alerts).encode()

    def close(self) -> None:
        """Let the fetches on their way end."""
        self._fetchers.shutdown(wait=True, cancel_futures=True)

    def _fetch(self, relation_id: UUID, panels: list[Panel]) -> dict[str, Fetched | Reason]:
        """Ask the owners of missing panels, all at once; what comes in time is stored and returned."""
        generations = note_generations(self._database(), relation_id, names=[panel.name for panel in panels])
        started = monotonic()
        others = [panel for panel in panels if panel.name != RELATION]
        on_their_way: dict[str, Future[Fetched | Reason]] = {
            panel.name: self._fetchers.submit(copy_context().run, self._ask_owner, panel, relation_id, PATIENCE)
            for panel in others
        }
        answers: dict[str, Fetched | Reason] = {}
        if len(others) < len(panels):
            answers[RELATION] = self._ask_for_relation(relation_id)
        for panel in others:
            future = on_their_way[panel.name]
            wait([future], timeout=max(0.0, panel.deadline - (monotonic() - started)))
            answers[panel.name] = future.result() if future.done() else "late"
        self._store(relation_id, generations, answers)
        for name, future in on_their_way.items():
            if answers[name] == "late":
                future.add_done_callback(partial(self._store_late, relation_id, generations, name))
        if not isinstance(answers.get(RELATION, Fetched("")), Fetched):
            raise Unavailable("The service that keeps relations does not answer: try again in a moment")
        return answers

    def _ask_for_relation(self, relation_id: UUID) -> Fetched | Reason:
        """Ask for the relation itself, in this thread: without it there is no card to show in time."""
        try:
            return self._ask_owner(PANELS[0], relation_id, patience=1.0)
        except (Unknown, Merged):
            self._forget_claims(relation_id)
            raise

    def _ask_owner(self, panel: Panel, relation_id: UUID, patience: float) -> Fetched | Reason:
        client = self._backends.by_name(panel.service)
        try:
            answer = client.request("GET", f"/panels/{panel.name}/{relation_id}", timeout=panel.deadline * patience)
            if panel.name == RELATION and answer.status_code == 404:
                raise Unknown
            if panel.name == RELATION and answer.status_code == 301:
                raise Merged(survivor_of(answer.headers.get("Location", "")))
            if answer.status_code != 200:
                log.warning("panel refused", panel=panel.name, status=answer.status_code)
                return "unavailable"
            content = orjson.loads(answer.content)
        except (Unavailable, ValueError):
            return "unavailable"
        alerts = orjson.dumps(content.get("alerts") or []).decode() if panel.name == "register" else None
        restricted_to = _restricted_to(content) if panel.name == RELATION else None
        return Fetched(orjson.dumps(content).decode(), alerts, restricted_to)

    def _store(self, relation_id: UUID, generations: dict[str, int], answers: dict[str, Fetched | Reason]) -> None:
        fetched = {name: answer for name, answer in answers.items() if isinstance(answer, Fetched)}
        store_panels(self._database(), relation_id, fetched=fetched, generations=generations)

    def _store_late(
        self, relation_id: UUID, generations: dict[str, int], name: str, future: "Future[Fetched | Reason]"
    ) -> None:
        if not future.cancelled() and future.exception() is None:
            self._store(relation_id, generations, {name: future.result()})

    def _forget_claims(self, relation_id: UUID) -> None:
        """Delete the rows made for a relation that is not there, so that guessing ids fills no table."""
        self._database().run("DELETE FROM panel WHERE relation_id = %s", (relation_id,))


PANEL_NAMES = tuple(panel.name for panel in PANELS)


VISIBLE_TO_ALL = ("id", "number", "display_name", "kind", "status")
"""What everybody sees of a confidential relation."""


def _restricted_to(relation: dict[str, Any]) -> list[str] | None:
    """Return who sees more than the name of a relation, or None for everybody."""
    confidentiality = relation.get("confidentiality") or {}
    return list(confidentiality["users"]) if confidentiality.get("level") == "restricted" else None


def _name_alone(content: str) -> str:
    relation = orjson.loads(content)
    return orjson.dumps({**{name: relation.get(name) for name in VISIBLE_TO_ALL}, "restricted": True}).decode()


def _join(contents: dict[str, str | None], missing: dict[str, Reason], alerts: str | None) -> str:
    """Return the card's JSON text, made of ready JSON texts."""
    panels = ",".join(
        f'"{name}":{{"missing":"{missing[name]}"}}' if name in missing else f'"{name}":{{"content":{contents[name]}}}'
        for name in PANEL_NAMES[1:]
    )
    shown_alerts = "[]" if "register" in missing else alerts or "[]"
    return f'{{"relation":{contents[RELATION]},"panels":{{{panels}}},"alerts":{shown_alerts}}}'


def survivor_of(location: str) -> UUID:
    """Return the relation that a merged one leads to; raises ``Unavailable`` when it leads nowhere."""
    found = FIRST_UUID.search(location)
    if found is None:
        raise Unavailable("The service that keeps relations sent us on to nowhere")
    return UUID(found.group())


def cards() -> Cards:
    """Return what composes cards for the current request."""
    found: Cards = current_app.extensions["cards"]
    return found


def card_of(relation_id: UUID, user: User) -> dict[str, Any]:
    """Return a relation's card for a user; raises ``Unknown``, ``Merged`` and ``Unavailable``."""
    card: dict[str, Any] = orjson.loads(cards().compose(relation_id, user))
    return card
