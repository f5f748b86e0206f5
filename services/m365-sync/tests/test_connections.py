"""Connecting a mailbox: the real sign-in, over HTTP."""

from typing import Any
from uuid import UUID

import pytest
import requests
from sqlalchemy import text

from contracts.m365_sync import ConnectionLost
from m365_sync.demo import approved_at_once, seed
from shared.testing.kit import ANNA

KAREL = UUID("01936f2e-0000-7000-8000-0000000ca4e1")


def test_after_a_sign_in_the_mailbox_is_connected_and_its_tokens_are_unreadable(bench: Any) -> None:
    assert bench.anna.get(bench.url("m365-connection")).json["mailbox"] == "not_connected"
    finished = bench.connect()
    assert (finished.status_code, finished.json["connected"], finished.json["address"]) == (
        200, True, "anna@kantoor.example",
    )  # fmt: skip
    with bench.kit.database.reading() as connection:
        sealed = connection.scalar(text("SELECT sealed_tokens FROM connection"))
    assert "refresh_token" not in sealed
    assert "RefreshToken" in bench.kit.app.extensions["vault"].open(sealed)


def test_an_answer_of_microsoft_works_once_and_for_its_own_user_only(bench: Any) -> None:
    begun = bench.anna.post(
        bench.url("m365-connection/start"),
        json={"redirect_uri": "http://127.0.0.1/back", "login_hint": "anna@kantoor.example"},
    )
    answer = {"params": approved_at_once(begun.json["authorize_url"])}
    stolen = bench.anna.post(bench.url("m365-connection/finish", user_id=KAREL), json=answer)
    assert (stolen.status_code, stolen.json["reason"]) == (409, "unknown_or_expired")
    assert bench.anna.post(bench.url("m365-connection/finish"), json=answer).status_code == 200
    again = bench.anna.post(bench.url("m365-connection/finish"), json=answer)
    assert (again.status_code, again.json["type"]) == (409, "sign-in-failed")


def test_a_sign_in_that_took_too_long_is_refused(bench: Any) -> None:
    begun = bench.anna.post(
        bench.url("m365-connection/start"), json={"redirect_uri": "http://127.0.0.1/back", "login_hint": "a@b.example"}
    )
    bench.execute("UPDATE sign_in_flow SET expires_at = now() - interval '1 second'")
    answer = {"params": approved_at_once(begun.json["authorize_url"])}
    assert bench.anna.post(bench.url("m365-connection/finish"), json=answer).json["reason"] == "unknown_or_expired"


def test_a_user_who_says_no_is_not_connected(bench: Any) -> None:
    begun = bench.anna.post(bench.url("m365-connection/start"), json={"redirect_uri": "http://127.0.0.1/back"})
    state = begun.json["authorize_url"].split("state=")[1].split("&")[0]
    answer = {"params": {"error": "access_denied", "error_description": "no", "state": state}}
    refused = bench.anna.post(bench.url("m365-connection/finish"), json=answer)
    assert (refused.status_code, refused.json["reason"]) == (409, "access_denied")
    assert bench.anna.get(bench.url("m365-connection")).json["mailbox"] == "not_connected"


def test_without_consent_for_contacts_there_is_no_connection(bench: Any) -> None:
    bench.sandbox.control("PATCH", "/microsoft/people/anna@kantoor.example", consented=False)
    assert bench.connect().json["reason"] == "consent_missing"


def test_two_users_cannot_share_a_mailbox(bench: Any) -> None:
    assert bench.connect().status_code == 200
    assert bench.connect(user_id=KAREL).json["type"] == "mailbox-taken"


def test_when_microsoft_is_away_the_caller_is_told_so(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from m365_sync.adapters.sign_in import MsalSignIn

    away = MsalSignIn(
        authority=bench.kit.settings.login_authority,
        client_id="x",
        client_secret="y",
        login_base_url="http://127.0.0.1:9",
    )
    monkeypatch.setitem(bench.kit.app.extensions, "sign_in", away)
    begun = bench.anna.post(bench.url("m365-connection/start"), json={"redirect_uri": "http://127.0.0.1/back"})
    assert begun.status_code == 503


def test_a_revoked_sign_in_fails_the_run_and_asks_once_for_a_new_one(bench: Any) -> None:
    bench.connect()
    bench.choose("client")
    bench.owner.add(2)
    run = bench.start()
    bench.sandbox.control("DELETE", "/microsoft/people/anna@kantoor.example/tokens")
    bench.synchroniser.carry_out_next()
    ended = bench.anna.get(bench.url(f"m365-sync/runs/{run['id']}")).json
    assert (ended["status"], ended["code"]) == ("failed", "reconnect_needed")
    assert bench.anna.get(bench.url()).json["mailbox"] == "reconnect_needed"
    assert [event.user_id for event in bench.kit.events(ConnectionLost)] == [ANNA]
    assert bench.anna.post(bench.url("m365-sync/runs")).json["type"] == "connect-first"
    bench.connect()
    assert bench.sync()["added"] == 2


def test_disconnecting_forgets_the_tokens_and_leaves_the_contacts(bench: Any) -> None:
    bench.connect()
    bench.choose("client")
    bench.owner.add(2)
    bench.sync()
    assert bench.anna.delete(bench.url("m365-connection")).status_code == 204
    assert bench.anna.get(bench.url()).json["connected"] is False
    assert len(bench.contacts()) == 2


def test_the_demonstration_starts_connected_with_everything_excluded(bench: Any) -> None:
    for _ in range(2):
        seed(bench.kit.settings, bench.kit.database)
    settings = bench.anna.get(bench.url()).json
    assert (settings["connected"], settings["enabled"], settings["synchronised_groups"]) == (True, False, [])
    assert len(settings["excluded_groups"]) == 3


def test_the_stand_in_is_reached_by_configuration_alone(bench: Any) -> None:
    assert bench.kit.settings.login_authority.startswith("https://login.microsoftonline.com/")
    assert requests.get(f"{bench.sandbox.url}/_sandbox/health", timeout=5).ok
    assert bench.connect().status_code == 200
