"""Runs: what they bring into a mailbox, and that nothing is ever doubled."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from contracts.m365_sync import RunFinished
from m365_sync.adapters.graph import GraphMailbox
from m365_sync.adapters.mailbox import MailboxAway
from m365_sync.runs.actions import queue_due_runs
from m365_sync.runs.claims import LeaseLost, beat, claim_run
from shared.clock import utc_now
from shared.ids import new_id


def counts(run: dict[str, Any]) -> tuple[int, int, int, int]:
    return run["added"], run["updated"], run["unchanged"], run["failed"]


@pytest.fixture
def connected(bench: Any) -> Any:
    """Give a connected mailbox with the group client chosen."""
    bench.connect()
    bench.choose("client")
    return bench


def test_new_relations_are_added_changed_ones_updated_and_the_rest_left_alone(connected: Any) -> None:
    ids = connected.owner.add(5)
    assert (connected.sync()["status"], counts(connected.sync())) == ("done", (0, 0, 5, 0))
    connected.owner.add(1)
    connected.owner.relations[ids[0]]["display_name"] = "Anders"
    assert counts(connected.sync()) == (1, 1, 4, 0)
    assert len(connected.contacts()) == 6
    assert "Anders" in {contact["displayName"] for contact in connected.contacts()}
    assert {tuple(contact["categories"]) for contact in connected.contacts()} == {("CRM",)}


def test_the_preview_says_what_the_run_then_does(connected: Any) -> None:
    ids = connected.owner.add(4)
    connected.owner.add(3, groups=("court",))
    connected.owner.add(2, groups=("court", "client"))
    assert connected.preview() == {"to_add": 6, "to_update": 0, "unchanged": 0, "total": 6, "excluded": 3}
    assert connected.contacts() == []
    assert counts(connected.sync()) == (6, 0, 0, 0)
    connected.owner.relations[ids[0]]["person"]["last_name"] = "Anders"
    assert connected.preview() == {"to_add": 0, "to_update": 1, "unchanged": 5, "total": 6, "excluded": 3}
    assert counts(connected.sync()) == (0, 1, 5, 0)


def test_a_relation_that_left_its_group_stays_in_the_mailbox(connected: Any) -> None:
    (left, *_) = connected.owner.add(2)
    connected.sync()
    connected.owner.relations[left]["groups"] = ["court"]
    assert counts(connected.sync()) == (0, 0, 1, 0)
    assert len(connected.contacts()) == 2


def test_a_second_press_answers_with_the_run_under_way(connected: Any) -> None:
    first, second = (connected.anna.post(connected.url("m365-sync/runs")) for _ in range(2))
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json["id"] == second.json["id"]
    connected.synchroniser.carry_out_next()
    assert connected.start()["id"] != first.json["id"]


def test_a_contact_the_user_moved_or_edited_is_updated_in_its_place_and_keeps_its_categories(connected: Any) -> None:
    (id_,) = connected.owner.add()
    connected.sync()
    (contact,) = connected.contacts()
    folder = connected.sandbox.control(
        "POST", "/microsoft/mailboxes/anna@kantoor.example/folders", displayName="Vrienden"
    )
    connected.sandbox.control(
        "PATCH", f"/microsoft/mailboxes/anna@kantoor.example/contacts/{contact['id']}",
        folder=folder["id"], categories=["CRM", "Golf"], jobTitle="Buurman",
    )  # fmt: skip
    connected.owner.relations[id_]["display_name"] = "Anders"
    assert counts(connected.sync()) == (0, 1, 0, 0)
    (after,) = connected.contacts()
    assert (after["id"], after["displayName"], after["jobTitle"]) == (contact["id"], "Anders", "Buurman")
    assert after["categories"] == ["CRM", "Golf"]


def test_a_contact_the_user_deleted_comes_back_when_the_relation_changes(connected: Any) -> None:
    (id_,) = connected.owner.add()
    connected.sync()
    (contact,) = connected.contacts()
    connected.sandbox.control("DELETE", f"/microsoft/mailboxes/anna@kantoor.example/contacts/{contact['id']}")
    assert counts(connected.sync()) == (0, 0, 1, 0)
    connected.owner.relations[id_]["display_name"] = "Anders"
    assert counts(connected.sync()) == (0, 1, 0, 0)
    assert connected.related() == [str(id_)]


def test_contacts_of_a_mailbox_we_forgot_are_recognised_by_the_id_they_carry(connected: Any) -> None:
    ids = connected.owner.add(205)
    connected.sync()
    connected.execute("DELETE FROM link")
    assert counts(connected.sync()) == (0, 205, 0, 0)
    assert connected.related() == sorted(map(str, ids))


def test_throttling_is_obeyed_and_only_what_was_throttled_is_sent_again(connected: Any) -> None:
    ids = connected.owner.add(6)
    connected.sync()
    for id_ in ids:
        connected.owner.relations[id_]["display_name"] += " anders"
    connected.sandbox.control("DELETE", "/counters")
    connected.sandbox.behave("microsoft", throttle_next=2, retry_after=1)
    started = time.monotonic()
    assert counts(connected.sync()) == (0, 6, 0, 0)
    assert time.monotonic() - started >= 1.0
    told = connected.sandbox.control("GET", "/counters")["microsoft"]
    assert told["throttled"] == {"anna@kantoor.example": 2}
    assert told["requests"] == {"anna@kantoor.example": 8}
    assert told["updated"] == {"anna@kantoor.example": 6}


def test_the_mailbox_is_never_asked_more_than_four_things_at_once(connected: Any) -> None:
    connected.owner.add(20)
    connected.sandbox.behave("microsoft", slow_ms=20)
    assert counts(connected.sync()) == (20, 0, 0, 0)
    assert "throttled" not in connected.sandbox.control("GET", "/counters")["microsoft"]


def test_an_expired_token_is_renewed_on_the_way(connected: Any) -> None:
    connected.owner.add(3)
    connected.sync()
    connected.sandbox.advance(4000)
    connected.owner.add(3)
    assert counts(connected.sync()) == (3, 0, 3, 0)


def test_a_mailbox_that_stumbles_is_asked_again(connected: Any) -> None:
    ids = connected.owner.add(8)
    connected.sandbox.behave("microsoft", fail_next=2, fail_status=503)
    assert counts(connected.sync()) == (8, 0, 0, 0)
    for id_ in ids:
        connected.owner.relations[id_]["display_name"] += " anders"
    connected.sandbox.behave("microsoft", fail_next=3, fail_status=504)
    assert counts(connected.sync()) == (0, 8, 0, 0)


def test_contacts_whose_making_was_never_confirmed_are_looked_up_and_not_made_again(
    connected: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = connected.owner.add(8)
    send, lost = GraphMailbox._send, []

    def lose_the_first_answer(mailbox: Any, method: str, path: str, *arguments: Any, **options: Any) -> Any:
        answer = send(mailbox, method, path, *arguments, **options)
        if path == "/$batch" and not lost:
            lost.append(path)
            raise MailboxAway
        return answer

    monkeypatch.setattr(GraphMailbox, "_send", lose_the_first_answer)
    assert counts(connected.sync()) == (8, 0, 0, 0)
    assert lost
    assert connected.related() == sorted(map(str, ids))


def test_a_mailbox_that_stays_away_fails_the_run_and_the_next_one_goes_on(connected: Any) -> None:
    ids = connected.owner.add(3)
    connected.sandbox.behave("microsoft", fail_next=1000, fail_status=502)
    assert connected.sync()["code"] == "mailbox_unavailable"
    connected.sandbox.control("DELETE", "/behaviour")
    assert counts(connected.sync()) == (3, 0, 0, 0)
    assert connected.related() == sorted(map(str, ids))


def test_a_closed_mailbox_and_a_silent_owner_each_fail_the_run_with_their_reason(connected: Any) -> None:
    connected.owner.add(2)
    connected.sandbox.control("PATCH", "/microsoft/people/anna@kantoor.example", has_mailbox=False)
    assert connected.sync()["code"] == "no_mailbox"
    connected.owner.down = True
    run = connected.sync()
    assert (run["status"], run["code"]) == ("failed", "relations_unavailable")


def test_one_relation_the_mailbox_refuses_does_not_stop_the_others(connected: Any) -> None:
    good, bad = connected.owner.add(2)
    connected.owner.relations[bad]["person"]["suffix"] = 12
    run = connected.sync()
    assert counts(run) == (1, 0, 0, 1)
    assert run["errors"] == [{"relation_id": str(bad), "code": "not_acceptable"}]
    assert connected.related() == [str(good)]


def test_a_finished_run_tells_which_relations_it_brought(connected: Any) -> None:
    ids = connected.owner.add(2)
    run = connected.sync()
    (told,) = connected.kit.events(RunFinished)
    assert (str(told.run_id), told.status, sorted(told.relation_ids)) == (run["id"], "done", sorted(ids))
    assert connected.anna.get(f"/panels/m365/{ids[0]}").json["mailboxes"] == 1
    assert connected.anna.get(f"/panels/m365/{new_id()}").json == {"mailboxes": 0, "last_pushed_at": None}


def test_the_log_shows_runs_latest_first_page_by_page(connected: Any) -> None:
    ids = [connected.sync()["id"] for _ in range(3)]
    first = connected.anna.get(connected.url("m365-sync/runs?limit=2&total=true")).json
    rest = connected.anna.get(connected.url(f"m365-sync/runs?limit=2&cursor={first['next_cursor']}")).json
    assert [run["id"] for run in first["items"] + rest["items"]] == ids[::-1]
    assert (first["total"], rest["next_cursor"]) == (3, None)
    assert connected.anna.get(connected.url("m365-sync/runs?cursor=WyJ4Il0")).status_code == 422
    assert connected.anna.get(connected.url()).json["last_run"]["id"] == ids[-1]
    assert connected.anna.get(connected.url(f"m365-sync/runs/{new_id()}")).status_code == 404


def test_a_cancelled_run_stops_and_says_so(connected: Any) -> None:
    connected.owner.add(3)
    run = connected.start()
    cancelled = connected.anna.post(connected.url(f"m365-sync/runs/{run['id']}/cancel"))
    assert (cancelled.status_code, cancelled.json["status"]) == (202, "cancelled")
    assert not connected.synchroniser.carry_out_next()
    assert connected.anna.post(connected.url(f"m365-sync/runs/{run['id']}/cancel")).status_code == 409
    running = connected.start()
    claim_run(connected.kit.database)
    connected.anna.post(connected.url(f"m365-sync/runs/{running['id']}/cancel"))
    connected.execute("UPDATE run SET lease_until = now() - interval '1 second'")
    connected.synchroniser.carry_out_next()
    assert connected.anna.get(connected.url(f"m365-sync/runs/{running['id']}")).json["status"] == "cancelled"
    assert connected.contacts() == []


def test_every_24_hours_a_run_starts_by_itself_while_the_tick_is_on(connected: Any) -> None:
    def queued() -> int:
        with connected.kit.database.transaction() as session:
            return queue_due_runs(session, now=utc_now())

    assert queued() == 0
    connected.execute("UPDATE preference SET next_run_at = now() - interval '1 second'")
    assert (queued(), queued()) == (1, 0)
    connected.synchroniser.carry_out_next()
    (run,) = connected.anna.get(connected.url("m365-sync/runs")).json["items"]
    assert (run["trigger"], run["status"]) == ("daily", "done")
    connected.execute("UPDATE preference SET next_run_at = now() - interval '1 second'")
    connected.choose("client", enabled=False)
    assert queued() == 0


def test_a_worker_that_was_taken_for_dead_can_write_nothing_more(connected: Any) -> None:
    connected.start()
    slow = claim_run(connected.kit.database)
    assert slow is not None
    connected.execute("UPDATE run SET lease_until = now() - interval '1 second'")
    assert claim_run(connected.kit.database) is not None
    with pytest.raises(LeaseLost):
        beat(connected.kit.database, slow)


def test_a_worker_that_must_stop_hands_its_run_to_the_next(connected: Any) -> None:
    connected.owner.add(3)
    run = connected.start()
    claim = claim_run(connected.kit.database)
    connected.synchroniser.stop.set()
    connected.synchroniser._carry_out(claim)
    assert connected.anna.get(connected.url(f"m365-sync/runs/{run['id']}")).json["status"] == "queued"


def until(condition: Callable[[], bool], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.slow
def test_a_run_whose_worker_was_killed_half_way_is_finished_by_another_with_exact_counts(connected: Any) -> None:
    ids = connected.owner.add(60)
    run = connected.start()
    connected.sandbox.behave("microsoft", slow_ms=60)
    settings = connected.kit.settings
    worker = subprocess.Popen(
        [sys.executable, "-m", "m365_sync", "work"],
        env={
            **os.environ, "DATABASE_URL": settings.database_url, "BROKER_URL": settings.broker_url,
            "KEYS_DIR": str(settings.keys_dir), "DATA_DIR": str(settings.data_dir), "PORT": "1",
            "RELATIONS_URL": settings.relations_url, "GRAPH_BASE_URL": settings.graph_base_url,
            "LOGIN_BASE_URL": settings.login_base_url, "CLIENT_ID": settings.client_id,
            "CLIENT_SECRET": settings.client_secret, "DATA_KEY": settings.data_key,
        },
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until(lambda: len(connected.contacts()) >= 10)
    finally:
        worker.kill()
        worker.wait()
    connected.sandbox.behave("microsoft", slow_ms=0)
    seen = -1
    while seen != (seen := len(connected.contacts())):
        time.sleep(0.5)  # what was on its way when the worker died arrives
    assert seen < 60
    half = connected.anna.get(connected.url(f"m365-sync/runs/{run['id']}")).json
    assert (half["status"], half["total"]) == ("running", 60)
    assert not connected.synchroniser.carry_out_next(), "the lease of the dead worker still runs"
    connected.execute("UPDATE run SET lease_until = now() - interval '1 second'")
    assert connected.synchroniser.carry_out_next()
    done = connected.anna.get(connected.url(f"m365-sync/runs/{run['id']}")).json
    assert (done["status"], done["total"], counts(done)) == ("done", 60, (60, 0, 0, 0))
    assert connected.related() == sorted(map(str, ids))
    assert connected.sandbox.control("GET", "/counters")["microsoft"]["created"] == {"anna@kantoor.example": 60}
    assert counts(connected.sync()) == (0, 0, 60, 0)


def test_what_a_killed_worker_sent_without_hearing_the_answer_is_counted_once(connected: Any) -> None:
    ids = connected.owner.add(3)
    run = connected.start()
    push = GraphMailbox.push

    def push_and_die(mailbox: Any, changes: Any) -> Any:
        push(mailbox, changes)
        raise SystemExit

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(GraphMailbox, "push", push_and_die)
        with pytest.raises(SystemExit):
            connected.synchroniser.carry_out_next()
    assert len(connected.contacts()) == 3
    with connected.kit.database.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM link WHERE contact_id IS NULL")) == 3
    connected.execute("UPDATE run SET lease_until = now() - interval '1 second'")
    connected.synchroniser.carry_out_next()
    done = connected.anna.get(connected.url(f"m365-sync/runs/{run['id']}")).json
    assert (done["status"], counts(done)) == ("done", (3, 0, 0, 0))
    assert connected.related() == sorted(map(str, ids))


def test_neither_names_nor_tokens_stand_in_our_tables(connected: Any) -> None:
    connected.owner.add(1, display_name="Zeldzamenaam", person={"last_name": "Zeldzamenaam"})
    connected.sync()
    with connected.kit.database.reading() as connection:
        tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        rows = "".join(str(connection.execute(text(f'SELECT * FROM "{table}"')).all()) for table in tables)
    assert "Zeldzamenaam" not in rows
    assert "access_token" not in rows
