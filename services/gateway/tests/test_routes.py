"""The public door: the table of routes, walked."""

import json
import re
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from gateway.api.routes import ROUTES, Route
from gateway.audit.models import AuditEntry
from gateway.card.models import PanelRow
from shared.auth import LICENCES, RIGHTS
from shared.ids import new_id

SOME_ID = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9d01"


def a_path(route: Route, *, user_id: UUID, relation_id: UUID) -> str:
    named = {"user_id": str(user_id), "relation_id": str(relation_id), "matter_number": "2026/00123"}
    named |= {"provider": "companyinfo", "number": "68750110"}
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: named.get(found[1], SOME_ID), route.path)


def a_call(client: Any, route: Route, relation_id: UUID) -> Any:
    body = {} if route.method in ("GET", "DELETE") else {"json": {"relation_id": str(relation_id)}}
    path = a_path(route, user_id=client.user_id, relation_id=relation_id)
    return getattr(client, route.method.lower())(path, **body)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_each_route_is_refused_without_its_right_and_licence_and_forwarded_with_them(
    gateway: Any, services: Any, relation_id: UUID, route: Route
) -> None:
    others = tuple(right for right in RIGHTS if right not in (route.right, "admin"))
    assert a_call(gateway.as_user(rights=others), route, relation_id).status_code == 403
    if route.licence:
        without = tuple(licence for licence in LICENCES if licence != route.licence)
        refused = a_call(gateway.as_user(rights=(route.right,), licences=without), route, relation_id)
        assert (refused.status_code, refused.json["type"]) == (403, "licence-required")
    assert services.calls == []
    client = gateway.as_user(rights=(route.right,))
    assert a_call(client, route, relation_id).status_code == 200
    path = a_path(route, user_id=client.user_id, relation_id=relation_id)
    assert (services.calls[-1].method, services.calls[-1].path) == (route.method, path)


@pytest.mark.parametrize("route", [route for route in ROUTES if route.own], ids=lambda route: route.path)
def test_what_belongs_to_one_user_is_for_that_user_and_administrators(
    gateway: Any, relation_id: UUID, route: Route
) -> None:
    path = a_path(route, user_id=new_id(), relation_id=relation_id)
    assert getattr(gateway.as_user(rights=("read",)), route.method.lower())(path).status_code == 403
    assert getattr(gateway.as_user(rights=("read", "admin")), route.method.lower())(path).status_code == 200


def test_request_and_answer_pass_unchanged(gateway: Any, services: Any, relation_id: UUID) -> None:
    services.answers["PATCH", f"/relations/{relation_id}"] = (
        412,
        {"type": "changed-meanwhile"},
        {"ETag": '"7"', "Location": "/relations/x", "X-Internal": "no"},
    )
    sent = {"If-Match": '"6"', "Idempotency-Key": "k1", "Content-Type": "application/merge-patch+json"}
    answer = gateway.as_user().patch(
        f"/relations/{relation_id}?on_duplicate=refuse&q=%C3%A9", data=b'{ "memo":"x" }', headers=sent
    )
    assert (answer.status_code, answer.json, answer.headers["ETag"]) == (412, {"type": "changed-meanwhile"}, '"7"')
    assert answer.headers["Location"] == "/api/v1/relations/x"
    assert "X-Internal" not in answer.headers
    (call,) = services.calls
    assert (call.body, call.query) == (b'{ "memo":"x" }', "on_duplicate=refuse&q=%C3%A9")
    assert {name: call.headers[name] for name in sent} == sent
    assert call.headers["X-Request-Id"] == answer.headers["X-Request-ID"]


def test_a_services_own_fault_stays_its_own(gateway: Any, services: Any) -> None:
    services.answers["GET", "/groups"] = (500, {"trace": "internals"}, {})
    answer = gateway.as_user().get("/groups")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert "internals" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/nowhere", 404),
        ("get", "/relations/not-an-id", 404),
        ("delete", "/groups", 405),
        ("get", "/matters/%2e%2e/privacy/catalogue", 405),
        ("put", "/matters/../privacy/export", 404),
        ("put", "/matters/%2e%2e/privacy/export", 404),
    ],
)
def test_what_is_not_in_the_table_is_not_there(
    gateway: Any, services: Any, method: str, path: str, status: int
) -> None:
    assert getattr(gateway.as_user(), method)(path).status_code == status
    assert services.calls == []


def test_a_write_is_logged_with_ids_once_it_succeeded(gateway: Any, services: Any, relation_id: UUID) -> None:
    client = gateway.as_user()
    moment = {"id": SOME_ID, "relation_id": str(relation_id), "subject": "Zeer geheim"}
    services.answers["POST", "/contact-moments"] = (422, {}, {})
    client.post("/contact-moments", json=moment)
    services.answers["POST", "/contact-moments"] = (201, moment, {})
    client.post("/contact-moments", json=moment)
    services.answers["GET", f"/contact-moments/{SOME_ID}"] = (200, moment, {})
    client.delete(f"/contact-moments/{SOME_ID}")
    with gateway.kit.database.transaction() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(row.action, row.relation_id, row.subject, row.status) for row in rows] == [
        ("moment.written", relation_id, SOME_ID, 201),
        ("moment.deleted", relation_id, SOME_ID, 200),
    ]
    assert {row.actor for row in rows} == {client.user_id}


def test_a_merge_drops_the_panels_of_both_before_it_is_answered(gateway: Any, services: Any, relation_id: UUID) -> None:
    into, client = new_id(), gateway.as_user()
    for each in (relation_id, into):
        services.fill(each)
        client.get(f"/relations/{each}/card")
    answer = {"id": SOME_ID, "relation_ids": [str(relation_id), str(into)]}
    services.answers["POST", f"/relations/{relation_id}/merge"] = (200, answer, {})
    client.post(f"/relations/{relation_id}/merge", json={"into": str(into)})
    with gateway.kit.database.transaction() as session:
        assert session.scalars(select(PanelRow.content).where(PanelRow.content.is_not(None))).all() == []


def test_reads_are_logged_and_found_by_who_may_see_the_log(gateway: Any, relation_id: UUID) -> None:
    reader, auditor = gateway.as_user(rights=("read",)), gateway.as_user(rights=("audit",))
    reader.get(f"/relations/{relation_id}")
    reader.get("/groups")
    found = auditor.get(f"/audit?relation_id={relation_id}&total=true").json
    assert [(item["action"], item["status"]) for item in found["items"]] == [("relation.read", 200)]
    assert found["total"] == 1
    assert found["items"][0]["actor"].startswith("user-")
    assert auditor.get(f"/audit?actor={found['items'][0]['actor']}").json["items"] == found["items"]
    assert auditor.get("/audit?from=2999-01-01T00:00:00Z").json["items"] == []
    assert reader.get("/audit").status_code == 403


def test_what_was_done_with_a_confidential_relation_is_for_auditors_who_see_it(
    gateway: Any, services: Any, relation_id: UUID
) -> None:
    gateway.as_user(rights=("read",)).get(f"/relations/{relation_id}")
    auditor, administrator = gateway.as_user(rights=("audit",)), gateway.as_user(rights=("audit", "admin"))
    services.hidden = {relation_id}
    assert auditor.get("/audit?total=true").json == {"items": [], "next_cursor": None, "total": 0}
    assert auditor.get(f"/audit?relation_id={relation_id}").json["type"] == "confidential"
    assert administrator.get(f"/audit?relation_id={relation_id}&total=true").json["total"] == 1
    services.hidden = set()
    assert auditor.get("/audit?total=true").json["total"] == 1


def test_the_openapi_document_and_its_page_name_every_public_call(gateway: Any) -> None:
    browser = gateway.browser()
    document = browser.get("/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.")
    described = {
        (method.upper(), re.sub(r"{[^}]*}", "{}", path))
        for path, item in document["paths"].items()
        for method in item
        if method != "parameters"
    }
    for route in ROUTES:
        assert (route.method, "/api/v1" + re.sub(r"<[^>]*>", "{}", route.path)) in described
    assert ("POST", "/api/v1/tokens") in described
    assert set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document))) <= set(
        document["components"]["schemas"]
    )
    page = browser.get("/api/docs")
    assert "/api/v1/relations/{relation_id}/card" in page.text
    assert "<script" not in page.text
    with browser.get("/api/static/docs.css") as style:
        assert style.status_code == 200
