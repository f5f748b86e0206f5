"""What is told under the bell: to whom, when it is news, and until when."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from contracts.enrichment import AlertRaised
from contracts.gdpr import ErasureRequested, RequestFinished
from contracts.m365_sync import ConnectionLost, RunFinished
from contracts.relations import DuplicateScanFinished, ImportFinished, MergeSettled, RelationChanged
from gateway.notifications.actions import forget_old_notifications
from gateway.notifications.models import Notification
from gateway.subscriptions import subscriptions
from shared.clock import utc_now
from shared.ids import new_id

WORK = UUID("01936f2e-7c1a-7d10-8a57-0a4b4b3a9c20")


def told(caller: Any) -> list[tuple[str, str, dict[str, int]]]:
    """Return what a user is told: of what, how it stands, and how much."""
    items = caller.get("/notifications").json["items"]
    return [(item["kind"], item["status"], item["counts"]) for item in items]


def unread(caller: Any) -> int:
    return int(caller.get("/notifications").json["unread"])


def begin(gateway: Any, caller: Any, path: str, *, service_path: str = "", **answer: Any) -> None:
    """Start long work over the public API."""
    body = {"id": str(WORK), "status": "queued", **answer}
    gateway.services.answers["POST", service_path or path] = (202, body, {})
    assert caller.post(path, json={}).status_code == 202


def long_ago(gateway: Any, **ages: timedelta) -> None:
    """Let every notification be older than it is."""
    with gateway.kit.database.transaction() as session:
        session.execute(update(Notification).values({name: utc_now() - age for name, age in ages.items()}))


@pytest.mark.parametrize(
    ("path", "answer", "end", "expected"),
    [
        ("/duplicates/scans", {}, DuplicateScanFinished(WORK, "done", 3), ("scan", "done", {"found": 3})),
        (
            f"/imports/{WORK}/rollback", {"status": "rolling_back"},
            ImportFinished(WORK, "rolled_back", False, 9, 1, 8),
            ("import", "rolled_back", {"created": 9, "skipped": 1, "removed": 8, "trial": 0}),
        ),
        (
            f"/relations/{WORK}/merge", {"id": None, "merge_id": str(WORK), "status": "running"},
            MergeSettled(WORK, "done"), ("merge", "done", {}),
        ),
        (
            "/gdpr/requests", {"status": "scheduled"}, RequestFinished(WORK, "erase", "failed", ()),
            ("gdpr", "failed", {}),
        ),
    ],
)  # fmt: skip
def test_who_started_long_work_finds_it_under_the_bell_and_is_told_how_it_ended(
    gateway: Any, path: str, answer: dict[str, Any], end: Any, expected: tuple[str, str, dict[str, int]]
) -> None:
    starter, other = gateway.as_user(), gateway.as_user()
    begin(gateway, starter, path, **answer)
    assert [kind for kind, _status, _counts in told(starter)] == [expected[0]]
    assert unread(starter) == 0
    long_ago(gateway, begun_at=timedelta(minutes=5))
    assert gateway.kit.deliver(subscriptions, end) == "handled"
    assert (told(starter), unread(starter)) == ([expected], 1)
    assert (told(other), unread(other)) == ([], 0)


def test_a_run_of_a_mailbox_leads_to_its_own_page(gateway: Any) -> None:
    anna = gateway.as_user()
    begin(gateway, anna, f"/users/{anna.user_id}/m365-sync/runs")
    long_ago(gateway, begun_at=timedelta(minutes=5))
    gateway.kit.deliver(subscriptions, RunFinished(WORK, anna.user_id, "done", (new_id(), new_id())))
    (item,) = anna.get("/notifications").json["items"]
    assert item["page"] == f"/users/{anna.user_id}/m365/runs/{WORK}"
    assert item["counts"] == {"changed": 2}
    assert gateway.kit.app.test_client().get(item["page"]).status_code == 302  # a page that is there, after signing in


def test_what_ends_well_before_ones_eyes_is_no_news_but_a_failure_is(gateway: Any) -> None:
    anna = gateway.as_user()
    for status, news in (("done", 0), ("failed", 1)):
        begin(gateway, anna, "/duplicates/scans")
        gateway.kit.deliver(subscriptions, DuplicateScanFinished(WORK, status, 0))
        assert unread(anna) == news


def test_work_that_only_tried_or_is_over_at_once_is_not_told(gateway: Any) -> None:
    anna = gateway.as_user()
    begin(gateway, anna, f"/relations/{WORK}/merge", id=None, merge_id=None, status="dry_run")
    begin(gateway, anna, "/gdpr/requests", status="refused")
    assert told(anna) == []


def test_a_red_alert_is_told_to_who_opened_the_card_lately_and_has_the_licence(gateway: Any, relation_id: UUID) -> None:
    gateway.services.fill(relation_id)
    reader, stranger = gateway.as_user(), gateway.as_user()
    unlicensed = gateway.as_user(licences=("crm",))
    for caller in (reader, unlicensed):
        assert caller.get(f"/relations/{relation_id}/card").status_code == 200
    gateway.kit.app.extensions["read_log"].flush()
    gateway.kit.deliver(subscriptions, AlertRaised(relation_id, "companyinfo", "bankruptcy", "red"))
    gateway.kit.deliver(subscriptions, AlertRaised(relation_id, "companyinfo", "late_figures", "amber"))
    assert told(reader) == [("alert", "red", {})]
    assert unread(reader) == 1
    assert told(stranger) == told(unlicensed) == []
    assert unread(unlicensed) == 0
    order = ErasureRequested(request_id=new_id(), batch=1, kind="erase", relation_ids=(relation_id,))
    assert gateway.kit.deliver(subscriptions, order) == "handled"
    assert told(reader) == []


def test_an_alert_about_a_confidential_relation_is_told_to_who_sees_it(gateway: Any, relation_id: UUID) -> None:
    gateway.services.fill(relation_id)
    reader = gateway.as_user(rights=("read",))
    reader.get(f"/relations/{relation_id}/card")
    reader.get("/notifications")
    gateway.kit.app.extensions["read_log"].flush()
    gateway.kit.deliver(subscriptions, AlertRaised(relation_id, "companyinfo", "bankruptcy", "red"))
    assert [kind for kind, *_ in told(reader)] == ["alert"]
    gateway.services.hidden = {relation_id}
    assert told(reader) == []
    gateway.services.hidden = set()
    gateway.kit.deliver(subscriptions, RelationChanged(relation_id, ("confidentiality",), (), 2))
    assert told(reader) == []


def test_a_user_whose_mailbox_was_lost_is_told_once_until_it_is_lost_again(gateway: Any) -> None:
    anna = gateway.as_user()
    for _ in range(2):
        gateway.kit.deliver(subscriptions, ConnectionLost(anna.user_id))
    assert (told(anna), unread(anna)) == ([("lost_mailbox", "failed", {})], 1)
    (item,) = anna.get("/notifications").json["items"]
    assert anna.post("/notifications/read", json={"ids": [item["id"]]}).status_code == 204
    assert unread(anna) == 0
    gateway.kit.deliver(subscriptions, ConnectionLost(anna.user_id))
    assert unread(anna) == 1
    assert gateway.kit.deliver(subscriptions, ConnectionLost(new_id())) == "handled"


def test_nobody_reads_what_is_told_to_another(gateway: Any) -> None:
    anna, bert = gateway.as_user(), gateway.as_user()
    gateway.kit.deliver(subscriptions, ConnectionLost(anna.user_id))
    (item,) = anna.get("/notifications").json["items"]
    bert.post("/notifications/read", json={"ids": [item["id"]]})
    bert.post("/notifications/read", json={})
    assert unread(anna) == 1
    assert bert.get(f"/notifications?cursor={item['id']}").status_code == 422


def test_notifications_come_latest_first_in_pages_and_vanish_after_thirty_days(gateway: Any) -> None:
    anna = gateway.as_user()
    for number in range(3):
        begin(gateway, anna, "/duplicates/scans", id=str(new_id()))
        long_ago(gateway, at=timedelta(days=29, hours=number))
    first = anna.get("/notifications?limit=2&total=true").json
    rest = anna.get(f"/notifications?limit=2&cursor={first['next_cursor']}").json
    assert (len(first["items"]), len(rest["items"]), first["total"]) == (2, 1, 3)
    assert not {item["id"] for item in first["items"]} & {item["id"] for item in rest["items"]}
    forget_old_notifications(gateway.kit.database)
    assert len(told(anna)) == 3
    long_ago(gateway, at=timedelta(days=31))
    forget_old_notifications(gateway.kit.database)
    assert told(anna) == []
