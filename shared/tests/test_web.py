"""What every service's application does the same: problems, the second click, figures, and logs without words."""

import json
import logging
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, text
from sqlalchemy.exc import ProgrammingError

from shared.clock import utc_now
from shared.db import Database
from shared.ids import new_id
from shared.logs import configure_logs
from shared.plumbing import inbox, outbox
from shared.problems import flatten

WORDS = "Jansens rekening BE68539007547034"
"""What the service under test puts into its errors."""


def effects(of: Database) -> list[str]:
    with of.reading() as connection:
        return list(connection.scalars(text("SELECT what FROM effect ORDER BY id")))


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """Log as a service does, and put everything back."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    written = StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    configure_logs("probe")
    yield written
    structlog.reset_defaults()
    root.handlers, root.level = handlers, level


def lines(logs: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in logs.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("messages", "flat"),
    [
        ({"json": {"name": ["Missing"]}}, {"name": ["Missing"]}),
        ({"json": {"parts": {0: {"size": ["Not a number"]}}}}, {"parts.0.size": ["Not a number"]}),
        ({"query": {"_schema": ["Unreadable"]}}, {"body": ["Unreadable"]}),
        ("One sentence", {"body": ["One sentence"]}),
    ],
)
def test_messages_are_named_by_the_path_of_their_field(messages: Any, flat: dict[str, list[str]]) -> None:
    assert flatten(messages) == flat


def test_every_wrong_field_is_named_in_one_answer(client: FlaskClient, anna: dict[str, str]) -> None:
    answer = client.post("/things", json={"name": "", "parts": [{"size": 1}, {"size": "x"}], "odd": 1}, headers=anna)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert set(answer.json["errors"]) == {"name", "parts.1.size", "odd"}


@pytest.mark.parametrize(
    ("how", "status", "type_"),
    [("unforeseen", 500, "internal-error"), ("data", 500, "internal-error"), ("conflict", 409, "conflict")],
)
def test_a_problem_says_what_to_do_and_shows_nothing_of_the_inside(
    client: FlaskClient, logs: StringIO, how: str, status: int, type_: str
) -> None:
    answer = client.get(f"/fail/{how}", headers={"X-Request-ID": "asked-for"})
    assert (answer.status_code, answer.json["type"], answer.json["request_id"]) == (status, type_, "asked-for")
    for inside in (WORDS, "Traceback", "RuntimeError", "psycopg", "INSERT"):
        assert inside not in answer.text


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/things", 405), ("/mine", 401)])
def test_what_the_framework_refuses_is_a_problem_too(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]


def test_a_request_id_that_could_forge_a_log_line_is_replaced(client: FlaskClient) -> None:
    asked = 'x" injected="' + "y" * 80
    assert client.get("/health/live", headers={"X-Request-ID": asked}).headers["X-Request-ID"] not in asked


def test_while_the_database_is_away_the_service_says_so_and_asks_to_wait(
    probe: Flask, client: FlaskClient, logs: StringIO
) -> None:
    probe.extensions["database"] = Database("postgresql+psycopg://nobody@127.0.0.1:9/none")
    answer = client.get("/fail/data")
    assert (answer.status_code, answer.json["type"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert client.get("/health/live").status_code == 200


def test_a_log_tells_the_kind_and_place_of_an_error_and_never_its_words(client: FlaskClient, logs: StringIO) -> None:
    client.get("/fail/unforeseen", headers={"X-Request-ID": "r-17"})
    (line,) = lines(logs)
    assert (line["error"], line["request_id"], line["level"]) == ("RuntimeError", "r-17", "error")
    assert any(place.startswith("conftest.py:") for place in line["at"])
    assert WORDS not in json.dumps(line)


def test_libraries_log_their_template_and_never_what_they_fill_in(logs: StringIO) -> None:
    try:
        raise ValueError(WORDS)
    except ValueError:
        logging.getLogger("some.library").exception("failed for %s", WORDS)
    (line,) = lines(logs)
    assert (line["logger"], line["template"]) == ("some.library", "failed for %s")
    assert WORDS not in json.dumps(line)


def test_an_error_of_the_database_does_not_quote_what_was_to_be_stored(store: Database) -> None:
    with pytest.raises(ProgrammingError) as failed, store.transaction() as session:
        session.execute(text("INSERT INTO effect (what, unknown) VALUES (:what, 1)"), {"what": WORDS})
    assert WORDS not in str(failed.value)


def test_two_clicks_at_once_make_one_thing_and_both_get_it(probe: Flask, store: Database, anna: dict[str, str]) -> None:
    def click(_: int) -> Any:
        return probe.test_client().post("/things", json={"name": "a"}, headers={**anna, "Idempotency-Key": "k"}).json

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(click, range(4)))
    assert len({answer["id"] for answer in answers}) == 1
    assert len(effects(store)) == 1


def test_a_key_belongs_to_one_body_and_one_caller(client: FlaskClient, store: Database, anna: dict[str, str]) -> None:
    def post(name: str, **headers: str) -> int:
        return client.post("/things", json={"name": name}, headers={**anna, **headers}).status_code

    assert post("a", **{"Idempotency-Key": "k"}) == 200
    assert post("b", **{"Idempotency-Key": "k"}) == 409
    assert post("a", **{"Idempotency-Key": "x" * 129}) == 422
    assert (post("a"), post("a")) == (200, 200)
    assert len(effects(store)) == 3


def figures(client: FlaskClient) -> dict[str, float]:
    lines = [line for line in client.get("/metrics").text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_the_figures_tell_what_waits_and_what_failed(client: FlaskClient, store: Database) -> None:
    now = utc_now()
    event = {"exchange": "x", "routing_key": "x", "envelope": "{}"}
    with store.transaction() as session:
        for age, sent_at in ((90, None), (10, None), (500, now)):
            row = {**event, "event_id": new_id(), "recorded_at": now - timedelta(seconds=age), "sent_at": sent_at}
            session.execute(insert(outbox).values(row))
        for status in ("dead", "dead", "dead", "retrying", "retrying"):
            session.execute(insert(inbox).values(event_id=new_id(), type="x", status=status))
        late = {"happened_at": now - timedelta(seconds=7), "handled_at": now}
        session.execute(insert(inbox).values(event_id=new_id(), type="x", status="handled", **late))
    found = figures(client)
    told = {name.removesuffix('{service="probe"}'): value for name, value in found.items()}
    assert (told["outbox_unsent_events"], told["inbox_dead_letters"], told["inbox_retrying_events"]) == (2, 3, 2)
    assert 90 <= told["outbox_age_seconds"] < 300
    assert told["inbox_lag_seconds"] == pytest.approx(7, abs=0.1)


def test_requests_are_measured_by_endpoint_and_never_by_address(client: FlaskClient) -> None:
    counted = 'http_request_seconds_count{endpoint="probe.fail",method="GET",service="probe",status="409"}'
    before = figures(client).get(counted, 0)
    client.get("/fail/conflict")
    found = figures(client)
    assert found[counted] == before + 1
    assert not any("/fail" in name for name in found)


def test_figures_are_served_even_while_the_database_is_away(store: Database, probe: Flask) -> None:
    from shared.metrics import BusState

    assert list(BusState("probe", Database("postgresql+psycopg://nobody@127.0.0.1:9/none")).collect()) == []
