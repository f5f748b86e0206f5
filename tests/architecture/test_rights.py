"""Every endpoint of every service states what it needs, lets in who has it, and refuses everybody else."""

import hmac
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter, Rule, UUIDConverter
from werkzeug.test import TestResponse

from gateway.front_door import FOR_SERVICES
from gateway.users.actions import begin_session
from gateway.users.domain import IMPLIED
from gateway.users.models import Account, ApiToken
from gateway.users.queries import digest
from shared.auth import LICENCES, RIGHTS, Requirement
from shared.clock import utc_now
from shared.ids import new_id
from shared.testing.kit import SERVICES, ServiceKit

BEHIND = [service for service in SERVICES if service != "gateway"]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
Endpoint = tuple[str, str, Requirement]


def endpoints(app: Flask) -> Iterator[Endpoint]:
    """Return method, an address and what is required, for every endpoint but files and generated documents."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api-docs.") or rule.endpoint.rpartition(".")[2] == "static":
            continue
        view = app.view_functions[rule.endpoint]
        requirement = getattr(getattr(view, "view_class", view), "__requirement__", None)
        assert requirement is not None, f"{rule.endpoint} states no right"
        for method in METHODS:
            if method in (rule.methods or ()):
                yield method, address_of(rule), requirement


def address_of(rule: Rule) -> str:
    """Return an address the rule matches."""
    values: dict[str, Any] = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        if isinstance(converter, UUIDConverter):
            values[name] = new_id()
        elif isinstance(converter, AnyConverter):
            values[name] = sorted(converter.items)[0]
        else:
            values[name] = 1 if isinstance(converter, IntegerConverter) else "x"
    built = rule.build({**(rule.defaults or {}), **values})
    assert built is not None
    return built[1]


def guarded(kit: ServiceKit) -> list[Endpoint]:
    return [endpoint for endpoint in endpoints(kit.app) if not endpoint[2].public]


def without(wanted: str, everything: tuple[str, ...]) -> list[str]:
    return [one for one in everything if one != wanted]


def wrong(found: dict[str, int], *, expected: set[int]) -> dict[str, int]:
    return {what: status for what, status in found.items() if status not in expected}


@pytest.mark.parametrize("service", SERVICES)
def test_every_endpoint_states_a_known_right_and_licence(kits: dict[str, ServiceKit], service: str) -> None:
    needs = guarded(kits[service])
    assert needs
    assert {requirement.right for _, _, requirement in needs} <= {*RIGHTS, "privacy", ""}
    assert {requirement.licence for _, _, requirement in needs} <= {*LICENCES, ""}


@pytest.mark.parametrize("service", BEHIND)
def test_behind_the_gateway_nothing_but_health_and_figures_is_public(kits: dict[str, ServiceKit], service: str) -> None:
    public = {path for _, path, requirement in endpoints(kits[service].app) if requirement.public}
    assert public == {"/health/live", "/health/ready", "/metrics"}


@pytest.mark.parametrize("service", BEHIND)
def test_every_endpoint_refuses_who_brings_no_token(kits: dict[str, ServiceKit], service: str) -> None:
    client = kits[service].app.test_client()
    found = {
        f"{method} {path}": client.open(path, method=method).status_code for method, path, _ in guarded(kits[service])
    }
    assert wrong(found, expected={401}) == {}


@pytest.mark.parametrize("service", BEHIND)
def test_every_endpoint_refuses_who_has_every_right_but_the_one_it_needs(
    kits: dict[str, ServiceKit], service: str
) -> None:
    kit, found = kits[service], {}
    for method, path, needs in guarded(kit):
        if needs.right:
            caller = kit.as_user(rights=without(needs.right, RIGHTS))
            found[f"{method} {path}"] = getattr(caller, method.lower())(path, json={}).status_code
        if needs.licence:
            caller = kit.as_user(licences=without(needs.licence, LICENCES))
            answer = getattr(caller, method.lower())(path, json={})
            assert answer.json["type"] == "licence-required"
            found[f"{method} {path} ({needs.licence})"] = answer.status_code
    assert wrong(found, expected={403}) == {}


@pytest.mark.parametrize("service", BEHIND)
def test_every_endpoint_lets_in_who_has_the_right_it_needs(kits: dict[str, ServiceKit], service: str) -> None:
    kit, refused = kits[service], []
    kit.clean()
    for method, path, needs in guarded(kit):
        caller = (
            kit.as_service("gdpr")
            if needs.right == "privacy"
            else kit.as_user(rights=[needs.right], licences=[needs.licence])
        )
        status = getattr(caller, method.lower())(path, json={}).status_code
        if status in (401, 403) and "/users/" not in path:
            refused.append(f"{method} {path}: {status}")
    kit.clean()
    assert refused == []


class Visitor:
    """Somebody at the front door: with a token for the API, and with a cookie for the pages."""

    def __init__(self, kit: ServiceKit, *, rights: list[str], licences: list[str]) -> None:
        self.client = kit.app.test_client()
        self._token = new_id().hex
        user_id: UUID = new_id()
        with kit.database.transaction() as session:
            session.add(
                Account(
                    id=user_id, username=f"user-{user_id.hex[-12:]}", display_name="Iemand", password_hash="",
                    rights=rights, licences=licences,
                )
            )  # fmt: skip
            session.flush()
            hour = utc_now() + timedelta(hours=1)
            session.add(ApiToken(token_hash=digest(self._token), account_id=user_id, expires_at=hour))
            self._cookie = begin_session(session, user_id)

    def call(self, method: str, path: str) -> TestResponse:
        """Call the API with the token, and a page with the cookie and its form token."""
        if path.startswith("/api/v1/"):
            return self.client.open(path, method=method, json={}, headers={"Authorization": f"Bearer {self._token}"})
        self.client.set_cookie("session", self._cookie)
        sent = hmac.new(self._cookie.encode(), b"csrf", "sha256").hexdigest()
        return self.client.open(path, method=method, data={}, headers={"X-CSRF-Token": sent})


@pytest.fixture
def visitor(kits: dict[str, ServiceKit]) -> Callable[..., Visitor]:
    """Return a function that lets somebody with given rights come to the front door."""
    kits["gateway"].clean()
    return lambda rights, licences: Visitor(kits["gateway"], rights=rights, licences=licences)


def at_the_front_door(kits: dict[str, ServiceKit]) -> list[Endpoint]:
    return [endpoint for endpoint in guarded(kits["gateway"]) if not endpoint[1].startswith(FOR_SERVICES)]


def test_the_front_door_refuses_who_is_not_signed_in(kits: dict[str, ServiceKit]) -> None:
    found = {}
    for method, path, _ in at_the_front_door(kits):
        answer = kits["gateway"].app.test_client().open(path, method=method)
        to_sign_in = answer.status_code in (302, 303) and "/login" in answer.headers["Location"]
        found[f"{method} {path}"] = 401 if to_sign_in else answer.status_code
    forged = {what for what, status in found.items() if status == 403 and not what.startswith("GET")}
    assert wrong({what: status for what, status in found.items() if what not in forged}, expected={401}) == {}


def test_the_front_door_refuses_who_lacks_the_right_an_endpoint_needs(
    kits: dict[str, ServiceKit], visitor: Callable[..., Visitor]
) -> None:
    found = {}
    for right in {needs.right for _, _, needs in at_the_front_door(kits) if needs.right}:
        implying = {stronger for stronger, implied in IMPLIED.items() if right in implied}
        lacking = visitor([other for other in without(right, RIGHTS) if other not in implying], list(LICENCES))
        for method, path, needs in at_the_front_door(kits):
            if needs.right == right:
                found[f"{method} {path}"] = lacking.call(method, path).status_code
    assert wrong(found, expected={403}) == {}


def test_the_front_door_refuses_who_lacks_the_licence_an_endpoint_needs(
    kits: dict[str, ServiceKit], visitor: Callable[..., Visitor]
) -> None:
    lacking = visitor(list(RIGHTS), [])
    licensed = [(method, path) for method, path, needs in at_the_front_door(kits) if needs.licence]
    assert licensed
    found = {f"{method} {path}": lacking.call(method, path).status_code for method, path in licensed}
    assert wrong(found, expected={403}) == {}


def test_a_form_without_its_token_is_refused_whatever_rights_come_with_it(
    kits: dict[str, ServiceKit], visitor: Callable[..., Visitor]
) -> None:
    someone = visitor(list(RIGHTS), list(LICENCES))
    someone.client.set_cookie("session", someone._cookie)
    found = {
        f"{method} {path}": someone.client.open(path, method=method, data={}).status_code
        for method, path, _ in at_the_front_door(kits)
        if method != "GET"
    }
    assert found
    assert wrong(found, expected={403}) == {}
