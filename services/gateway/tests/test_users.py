"""Users, rights, licences, tokens and browser sessions."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from gateway.audit.models import AuditEntry
from gateway.backends import ask
from gateway.card.models import PanelRow
from gateway.settings import GatewaySettings
from gateway.users.models import Account, ApiToken
from gateway.users.seed import EXAMPLE_USERS, seed
from gateway.users.sessions import csrf_token, sign_in, sign_out
from gateway.users.throttling import MOST_TRIES
from gateway.web.known import office_users, people_names
from shared.auth import KeyRing, TokenVerifier, public, requires
from shared.clock import utc_now
from shared.ids import new_id
from shared.migrations import differences

TOKENS = "/api/v1/tokens"


def signing_in(gateway: Any, username: str = "anna", password: str = "demo") -> Any:
    return gateway.browser().post(TOKENS, json={"username": username, "password": password})


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_password_is_exchanged_for_a_token_that_is_not_kept(gateway: Any) -> None:
    gateway.seed()
    answer = signing_in(gateway)
    assert answer.status_code == 201
    assert answer.json["user"]["username"] == "anna"
    assert "admin" not in answer.json["user"]["rights"]
    me = gateway.browser().get("/api/v1/me", headers=bearer(answer.json["token"])).json
    assert me == answer.json["user"]
    with gateway.kit.database.transaction() as session:
        assert answer.json["token"].encode() not in session.scalars(select(ApiToken.token_hash)).one()


def test_everybody_is_known_by_name_in_an_office_of_hundreds(gateway: Any) -> None:
    gateway.seed()
    with gateway.kit.database.transaction() as session:
        password = session.scalars(select(Account.password_hash).limit(1)).one()
        session.add_all(
            Account(username=f"p{number:03}", display_name=f"Persoon {number}", password_hash=password)
            for number in range(300)
        )
    with gateway.kit.app.app_context():
        assert office_users()["p299"] == "Persoon 299"
        assert people_names()["p299"] == "Persoon 299"


@pytest.mark.parametrize(("username", "password"), [("anna", "wrong"), ("nobody", "demo"), ("anna ", "demo")])
def test_who_is_not_known_does_not_come_in(gateway: Any, username: str, password: str) -> None:
    gateway.seed()
    assert signing_in(gateway, username, password).status_code == 401


def test_guessing_is_stopped_for_that_name_alone_and_begins_anew_later(gateway: Any) -> None:
    gateway.seed()
    for _ in range(MOST_TRIES):
        assert signing_in(gateway, "karel", "wrong").status_code == 401
    refused = signing_in(gateway, "karel")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "300")
    assert signing_in(gateway, "anna").status_code == 201
    with gateway.kit.database.transaction() as session:
        session.execute(text("UPDATE sign_in_tries SET since = since - interval '1 hour'"))
    assert signing_in(gateway, "karel").status_code == 201


def test_a_token_ends_when_revoked_or_expired_or_when_its_user_is_shut_out(gateway: Any) -> None:
    one, two, three = gateway.as_user(), gateway.as_user(), gateway.as_user()
    assert one.delete("/tokens/current").status_code == 204
    with gateway.kit.database.transaction() as session:
        session.execute(
            update(ApiToken)
            .where(ApiToken.account_id == two.user_id)
            .values(expires_at=utc_now() - timedelta(seconds=1))
        )
    assert gateway.as_user().patch(f"/users/{three.user_id}", json={"active": False}).status_code == 200
    for client in (one, two, three):
        assert client.get("/me").status_code == 401
        assert client.get(f"/relations/{new_id()}/card").status_code == 401


def test_a_right_or_licence_taken_away_is_gone_at_the_next_request(gateway: Any) -> None:
    admin, user = gateway.as_user(), gateway.as_user()
    assert user.get("/contact-moments").status_code == 200
    assert admin.put("/licences", json={"crm": False}).json["crm"] is False
    assert user.get("/contact-moments").json["type"] == "licence-required"
    assert "crm" not in user.get("/me").json["licences"]
    assert admin.put(f"/users/{user.user_id}/rights", json={"rights": ["read"]}).json["rights"] == ["read"]
    assert user.post("/groups", json={}).status_code == 403
    assert "m365" in user.get("/me").json["licences"]


def test_users_are_added_and_changed_by_administrators_only(gateway: Any) -> None:
    admin, clerk = gateway.as_user(), gateway.as_user(rights=("read", "key_user"))
    body = {"username": "eva", "display_name": "Eva", "password": "lang genoeg 1", "rights": ["read"]}
    assert clerk.post("/users", json=body).status_code == 403
    made = admin.post("/users", json=body)
    assert (made.status_code, made.json["rights"]) == (201, ["read"])
    assert "password" not in made.text
    assert admin.post("/users", json=body).json["errors"]["username"]
    assert admin.post("/users", json={**body, "username": "kort", "password": "kort"}).status_code == 422
    path, seen = f"/users/{made.json['id']}", {"If-Match": made.headers["ETag"]}
    assert admin.patch(path, json={"display_name": "Eva Maes"}, headers=seen).json["display_name"] == "Eva Maes"
    assert admin.patch(path, json={"display_name": "x"}, headers=seen).status_code == 412
    assert "rights" in admin.get("/users").json["items"][0]
    assert "rights" not in clerk.get("/users").json["items"][0]
    assert signing_in(gateway, "eva", "lang genoeg 1").status_code == 201


def test_somebody_stays_administrator(gateway: Any) -> None:
    admin = gateway.as_user()
    assert admin.put(f"/users/{admin.user_id}/rights", json={"rights": ["read"]}).status_code == 409
    assert admin.patch(f"/users/{admin.user_id}", json={"active": False}).status_code == 409
    assert admin.get("/users").status_code == 200


def test_signing_in_and_administration_are_logged_without_names(gateway: Any) -> None:
    gateway.seed()
    signing_in(gateway, "anna", "wrong")
    signing_in(gateway, "anna")
    gateway.as_user().put("/licences", json={"crm": True})
    with gateway.kit.database.transaction() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(row.action, row.status) for row in rows] == [
        ("user.sign_in_refused", 401),
        ("user.signed_in", 200),
        ("licences.switched", 200),
    ]


def test_the_example_users_exist_only_for_a_demo_on_loopback(gateway: Any, capsys: Any) -> None:
    gateway.seed()
    gateway.seed()
    assert signing_in(gateway, "gast").json["user"]["rights"] == ["read"]
    real = GatewaySettings(**{**vars(gateway.kit.settings), "host": "0.0.0.0"})
    seed(real, gateway.kit.database)
    assert signing_in(gateway, "gast").status_code == 401
    printed = capsys.readouterr().out
    assert printed == "" or "admin" in printed


def test_a_real_office_starts_with_one_administrator_whose_password_is_shown_once(gateway: Any, capsys: Any) -> None:
    real = GatewaySettings(**{**vars(gateway.kit.settings), "demo": False})
    seed(real, gateway.kit.database)
    (password,) = re.findall(r"password (\S+)", capsys.readouterr().out)
    assert "admin" in signing_in(gateway, "admin", password).json["user"]["rights"]
    seed(real, gateway.kit.database)
    assert capsys.readouterr().out == ""


def edit_by_page(relation_id: UUID) -> str:
    """Change a relation the way a page does."""
    return str(ask("relations", "PATCH", f"/relations/{relation_id}", json={"memo": "nieuw"}).status_code)


@pytest.fixture
def pages(gateway: Any) -> Flask:
    """Return the application with three small pages that sign in, sign out and change something."""
    app: Flask = gateway.kit.service.create_app(gateway.kit.settings)
    app.extensions["database"].close()
    app.extensions["database"] = gateway.kit.database
    app.add_url_rule("/t/form", view_func=public(lambda: csrf_token()), endpoint="t-form")
    app.add_url_rule(
        "/t/in", view_func=public(lambda: sign_in("anna", "demo").username), endpoint="t-in", methods=["POST"]
    )
    app.add_url_rule(
        "/t/edit/<uuid:relation_id>",
        view_func=requires("read")(edit_by_page),
        endpoint="t-edit",
        methods=["POST"],
    )
    app.add_url_rule("/t/out", view_func=public(lambda: sign_out() or "out"), endpoint="t-out", methods=["POST"])
    return app


def test_a_browser_signs_in_with_a_form_of_ours_and_out_again(gateway: Any, pages: Flask) -> None:
    gateway.seed()
    browser = pages.test_client()
    assert browser.post("/t/in").status_code == 403
    before = browser.get("/t/form").text
    signed_in = browser.post("/t/in", data={"_csrf": before})
    cookie = signed_in.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    assert browser.get("/t/form").text != before
    assert browser.get("/api/v1/me").json["username"] == "anna"
    assert browser.post("/t/out", data={"_csrf": before}).status_code == 403
    assert browser.post("/t/out", data={"_csrf": browser.get("/t/form").text}).status_code == 200
    assert browser.get("/api/v1/me").status_code == 401


def test_a_cookie_alone_changes_nothing_through_the_api(gateway: Any, pages: Flask) -> None:
    gateway.seed()
    browser = pages.test_client()
    browser.post("/t/in", data={"_csrf": browser.get("/t/form").text})
    token = browser.get("/t/form").text
    assert browser.post("/api/v1/groups", json={}).status_code == 403
    assert browser.post("/api/v1/groups", data={"_csrf": token}).status_code == 403
    assert browser.post("/api/v1/groups", json={}, headers={"X-CSRF-Token": token}).status_code == 200


def test_a_page_writes_for_its_user_and_the_card_knows_at_once(
    gateway: Any, services: Any, pages: Flask, relation_id: UUID
) -> None:
    gateway.seed()
    services.fill(relation_id)
    gateway.as_user().get(f"/relations/{relation_id}/card")
    browser = pages.test_client()
    assert browser.post(f"/t/edit/{relation_id}").status_code == 403
    browser.post("/t/in", data={"_csrf": browser.get("/t/form").text})
    form = {"_csrf": browser.get("/t/form").text}
    assert browser.post(f"/t/edit/{relation_id}", data=form).text == "200"
    sent = TokenVerifier(KeyRing(gateway.kit.keys_dir, "relations"), {}).principal(
        services.calls[-1].headers["Authorization"].removeprefix("Bearer ")
    )
    assert (sent.username, "write" in sent.rights) == ("anna", True)
    with gateway.kit.database.transaction() as session:
        held = session.scalar(
            select(PanelRow.content).where(PanelRow.relation_id == relation_id, PanelRow.name == "relation")
        )
        logged = session.scalars(select(AuditEntry.action).where(AuditEntry.relation_id == relation_id)).all()
    assert held is None
    assert "relation.changed" in logged


def test_a_lost_database_connection_is_replaced_without_anybody_noticing(gateway: Any) -> None:
    client = gateway.as_user()
    assert client.get("/me").status_code == 200
    with gateway.kit.database.reading() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    gateway.kit.database.engine.dispose()
    assert client.get("/me").status_code == 200


def test_every_endpoint_states_what_it_requires(gateway: Any) -> None:
    app = gateway.kit.app
    silent = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.startswith("api-docs.")
        and rule.endpoint.rpartition(".")[2] != "static"
        and not hasattr(app.view_functions[rule.endpoint], "__requirement__")
    ]
    assert silent == []


def test_elsewhere_than_on_loopback_the_cookie_needs_encryption(gateway: Any, pages: Flask) -> None:
    answer = pages.test_client().get("/t/form", base_url="https://relations.example")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"]


def test_every_answer_carries_the_security_headers(gateway: Any) -> None:
    for path in ("/api/v1/me", "/api/docs", "/health/live", "/nowhere"):
        headers = gateway.browser().get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_it_is_ready_only_when_every_service_is(gateway: Any, services: Any) -> None:
    assert gateway.browser().get("/health/ready").status_code == 200
    services.answers["GET", "/health/ready"] = (503, {"reasons": ["database: OperationalError"]}, {})
    answer = gateway.browser().get("/health/ready")
    assert answer.status_code == 503
    assert "gdpr: database: OperationalError" in answer.json["reasons"]


def test_the_migrations_make_what_the_models_say(gateway: Any) -> None:
    metadata = gateway.kit.service.metadata
    assert differences(gateway.kit.database.engine, [metadata]) == []


def test_the_example_ids_are_the_documented_ones() -> None:
    assert {UUID(user[0]).hex[-4:] for user in EXAMPLE_USERS} == {"ad01", "a22a", "ca12", "9a57"}
    assert Account.__tablename__ == "account"


def test_another_service_learns_the_names_of_users_who_have_access_and_nobody_else_does(gateway: Any) -> None:
    there, gone = gateway.as_user(), gateway.as_user()
    with gateway.kit.database.transaction() as session:
        session.get_one(Account, gone.user_id).active = False
        username = session.get_one(Account, there.user_id).username
    asked = {"user_ids": [str(there.user_id), str(gone.user_id), str(new_id())]}
    answer = gateway.kit.as_service("m365_sync").post("/directory/usernames", json=asked)
    assert answer.json == {"usernames": {str(there.user_id): username}}
    assert gateway.kit.as_service("contacts").post("/directory/usernames", json=asked).status_code == 403
    assert gateway.kit.app.test_client().post("/directory/usernames", json=asked).status_code == 401
