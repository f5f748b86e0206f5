"""The stand-in of Microsoft, driven by MSAL and plain requests over real HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msal
import pytest
import requests

from sandbox.clock import Clock
from sandbox.microsoft.gate import Gate
from sandbox.settings import Settings
from sandbox.store import Store
from sandbox.testing import RunningSandbox, running_sandbox

ANNA = "anna@kantoor.example"
BACK = "http://localhost:8000/m365/callback"
OWN_ID = "String {7f1c2f6e-8a47-4c9c-9f0e-3f1f0d0a8b11} Name CrmRelationId"
IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}


class Loopback:
    """The http client that MSAL is given: Microsoft's host becomes the sandbox."""

    def __init__(self, url: str) -> None:
        self._url = url

    def get(self, url: str, **options: Any) -> requests.Response:
        return requests.get(self._here(url), timeout=10, **options)

    def post(self, url: str, **options: Any) -> requests.Response:
        return requests.post(self._here(url), timeout=10, **options)

    def close(self) -> None:
        """Nothing is kept open."""

    def _here(self, url: str) -> str:
        return url.replace("https://login.microsoftonline.com", self._url)


@pytest.fixture(scope="module")
def _served() -> Iterator[RunningSandbox]:
    with running_sandbox(Settings()) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_served: RunningSandbox) -> RunningSandbox:
    _served.reset()
    return _served


@pytest.fixture
def application(sandbox: RunningSandbox) -> msal.ConfidentialClientApplication:
    return msal.ConfidentialClientApplication(
        "relations-app",
        client_credential="sandbox-secret",
        authority="https://login.microsoftonline.com/kantoor.example",
        instance_discovery=False,
        http_client=Loopback(sandbox.url),
    )


def sign_in(application: msal.ConfidentialClientApplication, **options: Any) -> dict[str, Any]:
    flow = application.initiate_auth_code_flow(
        ["Contacts.ReadWrite", "User.Read"], redirect_uri=BACK, login_hint=ANNA, response_mode="form_post", **options
    )
    page = requests.get(flow["auth_uri"], timeout=10).text
    assert f'action="{BACK}"' in page
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    return dict(application.acquire_token_by_auth_code_flow(flow, fields))


class Graph:
    """Requests to Graph with a token."""

    def __init__(self, sandbox: RunningSandbox, token: str) -> None:
        self.root = f"{sandbox.url}/v1.0"
        self._token = token

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self._token}", **options.pop("headers", {})}
        url = path if path.startswith("http") else self.root + path
        return requests.request(method, url, headers=headers, timeout=10, **options)

    def add(self, **properties: Any) -> dict[str, Any]:
        answer = self.ask("POST", "/me/contacts", json=properties, headers=IMMUTABLE)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def batch(self, *items: dict[str, Any]) -> dict[str, dict[str, Any]]:
        answer = self.ask("POST", "/$batch", json={"requests": items})
        assert answer.status_code == 200, answer.text
        return {response["id"]: response for response in answer.json()["responses"]}


@pytest.fixture
def graph(sandbox: RunningSandbox, application: msal.ConfidentialClientApplication) -> Graph:
    return Graph(sandbox, sign_in(application)["access_token"])


def creation(item_id: str, **more: Any) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    return {"id": item_id, "method": "POST", "url": "/me/contacts", "headers": headers, "body": {}, **more}


def test_msal_signs_in_with_pkce_and_refreshes_silently(
    sandbox: RunningSandbox, application: msal.ConfidentialClientApplication
) -> None:
    result = sign_in(application)
    assert result["id_token_claims"]["preferred_username"] == ANNA
    account = application.get_accounts()[0]
    fresh = application.acquire_token_silent(["Contacts.ReadWrite"], account=account, force_refresh=True)
    assert fresh["access_token"] != result["access_token"]
    sandbox.control("DELETE", f"/microsoft/people/{ANNA}/tokens")
    refused = application.acquire_token_silent_with_error(["User.Read"], account=account, force_refresh=True)
    assert refused["error"] == "invalid_grant"
    assert refused["error_codes"] == [50173]


def test_a_code_works_once_and_only_with_its_verifier(sandbox: RunningSandbox) -> None:
    asked = {
        "client_id": "app",
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "User.Read",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
        "login_hint": ANNA,
    }

    def exchange(verifier: str, code: str) -> requests.Response:
        form = {"grant_type": "authorization_code", "client_id": "app", "redirect_uri": BACK}
        form |= {"code": code, "code_verifier": verifier}
        return requests.post(f"{sandbox.url}/common/oauth2/v2.0/token", data=form, timeout=10)

    def new_code() -> str:
        page = f"{sandbox.url}/common/oauth2/v2.0/authorize"
        back = requests.get(page, params=asked, allow_redirects=False, timeout=10).headers["Location"]
        return dict(parse_qsl(urlsplit(back).query))["code"]

    right = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert exchange("guess", new_code()).json()["error_codes"] == [501481]
    code = new_code()
    assert exchange(right, code).status_code == 200
    assert exchange(right, code).json()["error"] == "invalid_grant"


def test_the_page_offers_mailboxes_and_sends_a_choice_or_a_refusal_back(sandbox: RunningSandbox) -> None:
    page = f"{sandbox.url}/common/oauth2/v2.0/authorize"
    asked = {"client_id": "app", "redirect_uri": BACK, "response_type": "code", "state": 'a"b', "scope": "User.Read"}
    shown = requests.get(page, params=asked, timeout=10).text
    assert f"Sign in as {ANNA}" in shown
    assert 'value="a&#34;b"' in shown
    chosen = requests.post(page, data={**asked, "mailbox": ANNA}, allow_redirects=False, timeout=10)
    assert re.match(rf"{BACK}\?code=.+&state=a%22b", chosen.headers["Location"])
    refused = requests.post(page, data={**asked, "mailbox": ""}, allow_redirects=False, timeout=10)
    assert "error=access_denied" in refused.headers["Location"]
    elsewhere = requests.get(page, params={**asked, "redirect_uri": "https://example.org/x"}, timeout=10)
    assert elsewhere.status_code == 400


def test_an_application_reaches_any_mailbox_but_has_none_of_its_own(
    sandbox: RunningSandbox, application: msal.ConfidentialClientApplication
) -> None:
    token = application.acquire_token_for_client(["https://graph.microsoft.com/.default"])["access_token"]
    app_only = Graph(sandbox, token)
    assert app_only.ask("POST", f"/users/{ANNA}/contacts", json={"givenName": "Jo"}).status_code == 201
    assert app_only.ask("GET", "/me/contacts").status_code == 400


def test_a_token_expires_and_a_mailbox_of_someone_else_is_closed(sandbox: RunningSandbox, graph: Graph) -> None:
    assert graph.ask("GET", "/me").json()["userPrincipalName"] == ANNA
    assert graph.ask("GET", "/users/karel@kantoor.example/contacts").json()["error"]["code"] == "ErrorAccessDenied"
    sandbox.advance(3601)
    answer = graph.ask("GET", "/me/contacts")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")


def test_without_consent_contacts_are_closed_but_the_person_is_not(
    sandbox: RunningSandbox, application: msal.ConfidentialClientApplication
) -> None:
    sandbox.control("PATCH", f"/microsoft/people/{ANNA}", consented=False)
    graph = Graph(sandbox, sign_in(application)["access_token"])
    assert graph.ask("GET", "/me").status_code == 200
    assert graph.ask("POST", "/me/contacts", json={}).json()["error"]["code"] == "ErrorAccessDenied"


def test_a_contact_is_made_changed_and_deleted_and_then_is_not_found(graph: Graph) -> None:
    contact = graph.add(givenName="Jo", categories=["CRM"])
    changed = graph.ask("PATCH", f"/me/contacts/{contact['id']}", json={"surname": "Peeters"}, headers=IMMUTABLE)
    assert (changed.json()["givenName"], changed.json()["surname"]) == ("Jo", "Peeters")
    stale = {"If-Match": contact["@odata.etag"]}
    assert graph.ask("PATCH", f"/me/contacts/{contact['id']}", json={}, headers=stale).status_code == 412
    assert graph.ask("DELETE", f"/me/contacts/{contact['id']}").status_code == 204
    gone = graph.ask("PATCH", f"/me/contacts/{contact['id']}", json={})
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "ErrorItemNotFound")


def test_what_outlook_cannot_hold_is_refused(graph: Graph) -> None:
    assert graph.ask("POST", "/me/contacts", json={"shoeSize": "42"}).json()["error"]["code"] == "RequestBodyRead"
    three = {"businessPhones": ["1", "2", "3"]}
    assert graph.ask("POST", "/me/contacts", json=three).json()["error"]["code"] == "ErrorInvalidArgument"


def test_an_own_id_is_found_by_filter_and_shown_only_by_expand(graph: Graph) -> None:
    own = {"id": OWN_ID, "value": "Rel-123"}
    contact = graph.add(givenName="Jo", singleValueExtendedProperties=[own])
    graph.add(givenName="Other", singleValueExtendedProperties=[{**own, "value": "rel-124"}])

    def found(property_id: str, value: str) -> list[dict[str, Any]]:
        test = f"singleValueExtendedProperties/Any(ep: ep/id eq '{property_id}' and ep/value eq '{value}')"
        return list(graph.ask("GET", "/me/contacts", params={"$filter": test}, headers=IMMUTABLE).json()["value"])

    hits = found(OWN_ID, "rel-123")
    assert [hit["id"] for hit in hits] == [contact["id"]]
    assert "singleValueExtendedProperties" not in hits[0]
    assert found(OWN_ID.replace("Crm", "crm"), "rel-123") == []
    expand = {"$expand": f"singleValueExtendedProperties($filter=id eq '{OWN_ID}')"}
    shown = graph.ask("GET", f"/me/contacts/{contact['id']}", params=expand).json()
    assert shown["singleValueExtendedProperties"] == [own]
    assert graph.ask("GET", "/me/contacts", params={"$filter": "1 eq 1"}).status_code == 400


def test_only_the_immutable_id_survives_a_move(sandbox: RunningSandbox, graph: Graph) -> None:
    contact = graph.add(givenName="Jo")
    regular = graph.ask("GET", f"/me/contacts/{contact['id']}").json()["id"]
    assert regular != contact["id"]
    folder = graph.ask("POST", "/me/contactFolders", json={"displayName": "Private"}).json()["id"]
    sandbox.control("PATCH", f"/microsoft/mailboxes/{ANNA}/contacts/{contact['id']}", folder=folder)
    assert graph.ask("GET", f"/me/contacts/{regular}").status_code == 404
    assert graph.ask("GET", f"/me/contacts/{contact['id']}", headers=IMMUTABLE).json()["parentFolderId"] == folder
    assert graph.ask("GET", "/me/contacts").json()["value"] == []
    assert len(graph.ask("GET", f"/me/contactFolders/{folder}/contacts").json()["value"]) == 1


def test_pages_follow_each_other_until_all_contacts_are_read(graph: Graph) -> None:
    names = [f"Contact {number}" for number in range(7)]
    for name in names:
        graph.add(displayName=name)
    read, address = [], "/me/contacts?$top=3&$select=displayName"
    while address:
        page = graph.ask("GET", address).json()
        assert len(page["value"]) <= 3
        read += [contact["displayName"] for contact in page["value"]]
        address = page.get("@odata.nextLink")
    assert read == names
    preferred = graph.ask("GET", "/me/contacts", headers={"Prefer": "odata.maxpagesize=5"}).json()
    assert len(preferred["value"]) == 5


def test_a_parallel_batch_runs_into_the_limit_of_four_and_a_chain_does_not(
    sandbox: RunningSandbox, graph: Graph
) -> None:
    parallel = graph.batch(*[creation(str(number)) for number in range(6)])
    assert sorted(answer["status"] for answer in parallel.values()) == [201, 201, 201, 201, 429, 429]
    late = [answer for answer in parallel.values() if answer["status"] == 429]
    assert {answer["headers"]["Retry-After"] for answer in late} == {"1"}
    links = [creation(str(number), **({"dependsOn": [str(number - 1)]} if number else {})) for number in range(20)]
    assert {answer["status"] for answer in graph.batch(*links).values()} == {201}
    assert sandbox.control("GET", "/counters")["microsoft"]["created"] == {ANNA: 24}


def test_what_depends_on_a_failure_is_not_carried_out(sandbox: RunningSandbox, graph: Graph) -> None:
    gone = {"id": "a", "method": "DELETE", "url": "/me/contacts/none"}
    answers = graph.batch(gone, creation("b", dependsOn=["a"]), creation("c", dependsOn=["b"]), creation("d"))
    assert {key: answer["status"] for key, answer in answers.items()} == {"a": 404, "b": 424, "c": 424, "d": 201}


def test_a_malformed_batch_is_refused_whole(graph: Graph) -> None:
    def status(*items: dict[str, Any]) -> int:
        return graph.ask("POST", "/$batch", json={"requests": items}).status_code

    assert status(creation("a"), creation("a")) == 400
    assert status(*[creation(str(number)) for number in range(21)]) == 400
    assert status(creation("a", dependsOn=["z"])) == 400
    assert status(creation("a", dependsOn=["b"]), creation("b", dependsOn=["a"])) == 400
    assert graph.ask("GET", "/me/contacts").json()["value"] == []


def test_a_fifth_request_at_the_same_time_has_to_come_back() -> None:
    gate = Gate(Clock(Store()))
    assert [gate.enter("app", ANNA) for _ in range(5)] == [True, True, True, True, False]
    assert gate.enter("app", "karel@kantoor.example")
    assert gate.enter("other app", ANNA)
    gate.leave("app", ANNA)
    assert gate.enter("app", ANNA)


def test_a_mailbox_takes_ten_thousand_requests_in_ten_minutes() -> None:
    clock = Clock(Store(), lambda: datetime(2026, 3, 4, tzinfo=UTC))
    gate = Gate(clock)

    def passes() -> bool:
        entered = gate.enter("app", ANNA)
        if entered:
            gate.leave("app", ANNA)
        return entered

    assert sum(passes() for _ in range(10_001)) == 10_000
    clock.advance(600)
    assert passes()


def test_ordered_throttling_and_failures_last_as_long_as_told(sandbox: RunningSandbox, graph: Graph) -> None:
    sandbox.behave("microsoft", throttle_next=1, retry_after=7)
    throttled = graph.ask("GET", "/me/contacts")
    assert (throttled.status_code, throttled.headers["Retry-After"]) == (429, "7")
    sandbox.behave("microsoft", fail_next=1)
    assert [graph.ask("GET", "/me/contacts").status_code for _ in range(2)] == [503, 200]
