"""The bell as a browser gets it: in the reader's own words, with work under way and how far it is."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from contracts.enrichment import AlertRaised
from contracts.relations import DuplicateScanFinished, ImportFinished
from gateway.notifications.models import Notification
from gateway.subscriptions import subscriptions
from shared.clock import utc_now

RELATION = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c02"
SCAN = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c09"
IMPORT = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c11"


@pytest.fixture
def scanning(anna: Any, gateway: Any) -> Any:
    """Let Anna begin a scan a while ago."""
    running = {"id": SCAN, "status": "running", "total": 900, "done": 300, "created_at": "2026-03-02T09:00:00+00:00"}
    gateway.services.answers["POST", "/duplicates/scans"] = (202, running, {})
    gateway.services.answers["GET", f"/duplicates/scans/{SCAN}"] = (200, running, {})
    anna.post("/duplicates/scans")
    with gateway.kit.database.transaction() as session:
        session.execute(update(Notification).values(begun_at=utc_now() - timedelta(minutes=5)))
    return anna


def test_work_that_was_left_is_found_again_with_its_progress(scanning: Any) -> None:
    page = scanning.get("/notifications/latest").text
    assert "Dubbels nakijken" in page
    assert "300 van 900" in page


def test_the_end_is_counted_at_the_bell_told_in_words_and_read_by_going_there(scanning: Any, gateway: Any) -> None:
    gateway.kit.deliver(subscriptions, DuplicateScanFinished(UUID(SCAN), "done", 2))
    assert '<span class="count">1' in scanning.get("/").text
    page = scanning.get("/notifications").text
    assert "Dubbels nakijken: 2 mogelijke dubbels gevonden" in page
    address = page.partition('<li class="new"><a href="')[2].partition('"')[0]
    assert scanning.get(address).location == "/duplicates"
    assert '<span class="count">' not in scanning.get("/").text


def test_an_end_that_nobody_told_of_is_seen_all_the_same(scanning: Any, services: Any) -> None:
    services.answers["GET", f"/duplicates/scans/{SCAN}"] = (200, {"id": SCAN, "status": "failed"}, {})
    scanning.get("/notifications/latest")
    page = scanning.get("/notifications").text
    assert "Mislukt" in page
    assert '<span class="count">1' in page


def test_work_whose_service_does_not_answer_is_still_named(scanning: Any, services: Any) -> None:
    services.answers["GET", f"/duplicates/scans/{SCAN}"] = (500, {}, {})
    page = scanning.get("/notifications/latest").text
    assert "Dubbels nakijken" in page
    assert "Bezig" in page


def test_everything_is_marked_as_read_in_one_press(scanning: Any, gateway: Any) -> None:
    gateway.kit.deliver(subscriptions, DuplicateScanFinished(UUID(SCAN), "failed", 0))
    assert scanning.post("/notifications/read").status_code == 303
    assert 'class="new"' not in scanning.get("/notifications").text


def test_an_alert_names_the_relation_when_it_is_read_and_nobody_else_is_told(browser_of: Any, gateway: Any) -> None:
    anna, karel = browser_of("anna"), browser_of("karel")
    anna.get(f"/relations/{RELATION}")
    gateway.kit.app.extensions["read_log"].flush()
    gateway.kit.deliver(subscriptions, AlertRaised(UUID(RELATION), "companyinfo", "bankruptcy", "red"))
    page = anna.get("/notifications").text
    assert "Rode alert: Café &#34;&lt;script&gt;" in page
    assert "Geen meldingen" in karel.get("/notifications").text


def test_an_alert_about_a_confidential_relation_is_not_told_to_who_is_not_named_on_it(anna: Any, gateway: Any) -> None:
    anna.get(f"/relations/{RELATION}")
    gateway.kit.app.extensions["read_log"].flush()
    gateway.kit.deliver(subscriptions, AlertRaised(UUID(RELATION), "companyinfo", "bankruptcy", "red"))
    assert "Rode alert" in anna.get("/notifications").text
    gateway.services.hidden.add(UUID(RELATION))
    assert "Rode alert" not in anna.get("/notifications").text
    assert "Rode alert" not in anna.get("/notifications/latest").text


def test_an_import_tells_what_came_of_it(anna: Any, gateway: Any) -> None:
    gateway.services.answers["POST", f"/imports/{IMPORT}/rollback"] = (
        202, {"id": IMPORT, "status": "rolling_back"}, {},
    )  # fmt: skip
    anna.post(f"/imports/{IMPORT}/rollback", {"confirmed": "1"})
    gateway.kit.deliver(subscriptions, ImportFinished(UUID(IMPORT), "rolled_back", False, 5, 1, 4))
    assert "Import: 4 relaties teruggedraaid" in anna.get("/notifications").text
