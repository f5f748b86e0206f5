"""A confidential relation on the whole system: who is not named meets its name and nothing else, anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
import requests
from flask import Flask
from werkzeug.routing import AnyConverter, Map, Rule

from gateway.api.routes import ROUTES
from gateway.web import blueprint as pages
from shared.auth import LICENCES, RIGHTS
from shared.testing.client import ApiClient
from shared.testing.examples import FIRST_MADE_UP_COMPANY, person, word
from shared.testing.stack import LocalStack, eventually

pytestmark = pytest.mark.slow

PASSWORD = "nieuwsgierig genoeg"
MAILBOX = "anna@kantoor.example"
OWN_CALLS = (("GET", "/relations/<uuid:relation_id>/card"), ("GET", "/audit"), ("GET", "/users"), ("GET", "/me"))
"""Calls that the gateway answers itself."""

PUBLIC_REGISTERS = "/registers/"
"""What they know of a company is no secret, and does not come from its relation."""

SHOW_ANNA = {
    "/relations/<uuid:relation_id>", "/relations/<uuid:relation_id>/card", "/relations/<uuid:relation_id>/addresses",
    "/relations/<uuid:relation_id>/communications", "/relations/<uuid:relation_id>/legal-identities",
    "/relations/<uuid:relation_id>/links", "/relations/<uuid:relation_id>/matters",
    "/relations/<uuid:relation_id>/changes", "/relations/<uuid:relation_id>/register-profiles",
    "/relations/<uuid:relation_id>.vcf", "/relations/<uuid:relation_id>/party-description",
    "/relations/<uuid:relation_id>/addresses/<uuid:address_id>/preview", "/contact-moments",
    "/contact-moments/<uuid:moment_id>", "/matters", "/gdpr/requests/<uuid:request_id>/report.json",
    "/history", "/relations/<uuid:relation_id>/merges", "/merges/<uuid:merge_id>", "/duplicates",
}  # fmt: skip
"""Where who is named does find what is hidden from others, so that looking there proves something."""

NOWHERE_LISTED = (
    "/alerts", "/charges", "/contact-moments", "/hygiene", "/duplicates", "/history", "/audit", "/matters?q=zaak",
)  # fmt: skip
"""Lists in which a relation is not even named to who may see no more than its name."""


@dataclass
class Secret:
    """A confidential relation about which everything says the mark, and the ids of all that belongs to it."""

    relation: dict[str, Any]
    mark: str
    telltales: tuple[str, ...]
    ids: dict[str, str]
    neighbour: dict[str, Any]

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.relation["id"])

    def is_told_in(self, text: str, *, asked: str | None = None) -> list[str]:
        """Return what a text tells beyond the name, apart from what was ``asked`` and may stand in the search box."""
        return [telltale for telltale in self.telltales if telltale != asked and telltale in text]


@pytest.fixture
def admin(stack: LocalStack) -> ApiClient:
    """Sign in as the administrator."""
    return ApiClient(stack.url, "admin")


@pytest.fixture
def secret(stack: LocalStack, anna: ApiClient) -> Secret:
    """Let anna fill a relation in every part and every service, and make it confidential afterwards."""
    mark, number = word(), FIRST_MADE_UP_COMPANY + 60_000 + uuid4().int % 30_000
    facts = {"legal_name": f"{mark} B.V.", "bankrupt": True}
    found = f"{stack.sandbox_url}/_sandbox/companyinfo/companies/{number}"
    requests.post(found, json={"facts": facts}, timeout=10).raise_for_status()
    relation = anna.register(everything_about(mark, number=number))
    neighbour = anna.register(person(word()))
    ids = filled(anna, relation, neighbour, mark=mark)
    restricted = {"confidentiality": {"level": "restricted", "users": ["anna"]}, "memo": f"memo {mark}"}
    relation = anna.send("PATCH", f"/relations/{relation['id']}", restricted)
    phone = relation["communications"][1]["normalised"].removeprefix("+32")
    return Secret(relation, mark, (mark, str(number), phone), ids, neighbour)


@pytest.fixture
def snoop(stack: LocalStack, admin: ApiClient) -> ApiClient:
    """Sign in as a user who may do everything but administer, and is named on nothing."""
    username = f"snoop-{word()}"
    rights = [right for right in RIGHTS if right != "admin"]
    body = {"username": username, "display_name": "Nieuwsgierig", "password": PASSWORD}
    admin.send("POST", "/users", {**body, "rights": rights, "licences": list(LICENCES)})
    return ApiClient(stack.url, username, password=PASSWORD)


def everything_about(mark: str, *, number: int) -> dict[str, Any]:
    """Return an organisation of which the name shown is all that does not contain the mark."""
    like = person(mark)
    return {
        "kind": "legal_entity",
        "display_name": f"Discreet {word()}",
        "entity": {"legal_name": f"{mark} BV", "trade_names": [f"{mark} shop"], "short_name": mark},
        "aliases": [{"kind": "former", "name": f"vroeger {mark}"}],
        "identifiers": {"kvk": str(number)},
        "address_form": {"salutation": f"beste {mark}"},
        "accounting": {"debtor_number": f"D-{mark}", "invoice_email": f"f@{mark}.example.com"},
        "bank_accounts": [{"iban": "BE68539007547034", "holder": f"houder {mark}", "purpose": f"doel {mark}"}],
        **{part: like[part] for part in ("groups", "memo", "warning", "communications", "addresses")},
    }


def filled(anna: ApiClient, relation: dict[str, Any], neighbour: dict[str, Any], *, mark: str) -> dict[str, str]:
    """Add to a relation what other rooms and services keep of it; return every id by the name routes give it."""
    url = f"/relations/{relation['id']}"
    anna.send("POST", f"{url}/legal-identities", {"legal_name": f"{mark} BV", "seat": f"{mark}straat 1, Gent"})
    link = {"other_id": neighbour["id"], "type": "employee", "note": f"verband {mark}"}
    twin = anna.register({**everything_about(mark, number=0), "identifiers": {}, "display_name": f"{mark} BV"})
    merge = anna.send("POST", f"/relations/{twin['id']}/merge", {"into": relation["id"]})
    double = {**everything_about(mark, number=0), "identifiers": {}, "display_name": f"Dubbel {word()}"}
    anna.register({**double, "confidentiality": {"level": "restricted", "users": ["anna"]}})
    moment = {
        "relation_id": relation["id"], "date": "2026-03-02", "subject": f"Gesprek {mark}", "memo": f"over {mark}",
        "from_user": "anna", "for_user": "anna",
    }  # fmt: skip
    parties = [{"relation_id": relation["id"], "role": "client"}]
    anna.send("PUT", f"/matters/C-{mark}", {"title": f"Zaak {mark}", "status": "active", "parties": parties})
    anna.send("POST", f"{url}/register-lookups", {"provider": "companyinfo", "charge_to_matter": f"C-{mark}"})
    request = anna.send("POST", "/gdpr/requests", {"kind": "access", "relation_ids": [relation["id"]], "reason": mark})
    look = f"/gdpr/requests/{request['id']}"
    eventually(lambda: anna.get(look)["status"] == "done", "the report is gathered", seconds=60)
    scan = anna.send("POST", "/duplicates/scans")
    look_at_scan = f"/duplicates/scans/{scan['id']}"
    eventually(lambda: anna.get(look_at_scan)["status"] == "done", "the doubles are found", seconds=60)
    anna.get(f"{url}/card")
    whole = anna.get(url)
    return {
        "relation_id": relation["id"],
        "link_id": anna.send("POST", f"{url}/links", link)["id"],
        "moment_id": anna.send("POST", "/contact-moments", moment)["id"],
        "request_id": request["id"],
        "merge_id": merge["merge_id"],
        "scan_id": scan["id"],
        "change_id": anna.get(f"{url}/changes")["items"][0]["id"],
        "address_id": whole["addresses"][0]["id"],
        "communication_id": whole["communications"][0]["id"],
        "entry_id": whole["communications"][0]["id"],
        "draft_id": anna.send("POST", "/drafts", {"fields": {"memo": mark}})["id"],
    }


def filled_in(rule: Rule, values: dict[str, Any]) -> Iterator[str]:
    """Return the addresses of a route: one for each of its fixed words, and with an unknown id where we have none."""
    words = [name for name in rule.arguments if isinstance(rule._converters[name], AnyConverter)]
    for chosen in product(*(sorted(rule._converters[name].items) for name in words)):
        given = {name: values.get(name, str(uuid4())) for name in rule.arguments} | dict(
            zip(words, chosen, strict=True)
        )
        built = rule.build({name: int(value) if name == "step" else value for name, value in given.items()})
        assert built is not None, rule
        yield built[1]


def api_calls(secret: Secret, user_id: str) -> list[tuple[str, str, str]]:
    """Return method, rule and address of every public call, about the secret wherever it names something."""
    values = {**secret.ids, "user_id": user_id, "provider": "companyinfo", "number": "69599084", "level": "relation"}
    values |= {"key": "kerstkaart", "matter_number": f"O-{word()}"}
    known = [(route.method, route.path) for route in ROUTES if not route.path.startswith(PUBLIC_REGISTERS)]
    rules = [Rule(path, methods=[method], endpoint=path) for method, path in (*known, *OWN_CALLS)]
    Map(rules)
    return [
        (method, rule.rule, address)
        for rule, (method, _) in zip(rules, (*known, *OWN_CALLS), strict=True)
        for address in filled_in(rule, values)
    ]


def body_of(rule: str, secret: Secret) -> dict[str, Any]:
    """Return what to send with a call, so that it would tell of the secret if it could."""
    like = person(secret.mark)
    bodies: dict[str, dict[str, Any]] = {
        "/duplicates/check": {
            "kind": "legal_entity", "entity": {"legal_name": f"{secret.mark[:6]} elders"},
            "communications": like["communications"], "addresses": like["addresses"],
        },
        "/relations/vcf": {"relation_ids": [secret.id]},
        "/relations/<uuid:relation_id>": {"memo": "overschreven"},
        "/relations/<uuid:relation_id>/merge": {"into": secret.neighbour["id"], "dry_run": True},
        "/relations/<uuid:relation_id>/links": {"other_id": secret.neighbour["id"], "type": "employee"},
        "/relations/<uuid:relation_id>/register-lookups": {"provider": "companyinfo"},
        "/contact-moments": {
            "relation_id": secret.id, "date": "2026-03-02", "subject": "x", "from_user": "anna", "for_user": "anna",
        },
        "/contact-moments/<uuid:moment_id>": {"memo": "overschreven"},
        "/gdpr/previews": {"kind": "anonymise", "relation_ids": [secret.id]},
        "/gdpr/requests": {"kind": "access", "relation_ids": [secret.id], "reason": "x"},
        "/duplicates/not": {"a": secret.id, "b": secret.neighbour["id"]},
    }  # fmt: skip
    return bodies.get(rule, {})


def questions(secret: Secret) -> list[dict[str, str]]:
    """Return ways to ask a list for more than it shows by itself."""
    phone = secret.telltales[-1]
    asked = [{}, {"q": secret.mark}, {"q": phone}, {"q": secret.telltales[1]}, {"limit": "200"}, {"total": "true"}]
    return [*asked, {"relation_id": secret.id}, {"recent": "true"}, {"q": str(secret.relation["display_name"])}]


def test_every_public_call_tells_who_is_not_named_the_name_and_nothing_else(
    stack: LocalStack, anna: ApiClient, secret: Secret, snoop: ApiClient
) -> None:
    reads = [(rule, address) for method, rule, address in api_calls(secret, anna.get("/me")["id"]) if method == "GET"]

    def is_shown_to_anna(rule: str) -> bool:
        asked = ((address, params) for each, address in reads if each == rule for params in questions(secret))
        return any(secret.is_told_in(anna.call("GET", address, params=params).text) for address, params in asked)

    for rule in SHOW_ANNA:  # some of it comes by event
        eventually(lambda rule=rule: is_shown_to_anna(rule), f"anna sees it at {rule}")

    before = anna.get(f"/relations/{secret.id}")
    leaks, faults = [], []
    for method, rule, address in api_calls(secret, snoop.get("/me")["id"]):
        sent = (
            [{"params": asked} for asked in questions(secret)] if method == "GET" else [{"json": body_of(rule, secret)}]
        )
        for arguments in sent:
            answer = snoop.call(method, address, **arguments)
            if told := secret.is_told_in(answer.text + str(answer.headers)):
                leaks.append(f"{method} {rule} {arguments}: {told} in {answer.text[:300]}")
            if answer.status_code >= 500:
                faults.append(f"{method} {rule}: {answer.status_code}")
    assert leaks == []
    assert faults == []
    for path in NOWHERE_LISTED:
        text = snoop.call("GET", path, params={"limit": "200"}).text
        assert secret.id not in text, path
        assert secret.relation["display_name"] not in text, path
    assert anna.get(f"/relations/{secret.id}") == before


def test_every_page_shows_who_is_not_named_the_name_and_nothing_else(
    stack: LocalStack, secret: Secret, snoop: ApiClient
) -> None:
    visitor, token = signed_in(stack, snoop.get("/me")["username"])
    site = Flask("pages")
    site.register_blueprint(pages)
    values = {**secret.ids, "user_id": snoop.get("/me")["id"], "into": secret.neighbour["id"], "key": "kerstkaart"}
    values |= {"a": secret.id, "b": secret.neighbour["id"], "step": "8"}
    leaks, faults, seen = [], [], 0
    for rule in site.url_map.iter_rules():
        if "static" in rule.rule or "log" in rule.rule:
            continue
        for address in filled_in(rule, values):
            for method in sorted({"GET", "POST"} & (rule.methods or set())):
                for asked in [{}, *questions(secret)[1:]] if method == "GET" and "<" not in rule.rule else [{}]:
                    answer = visitor.request(
                        method, stack.url + address, params=asked, headers={"X-CSRF-Token": token}, timeout=30
                    )
                    seen += answer.ok
                    if told := secret.is_told_in(answer.text, asked=asked.get("q")):
                        leaks.append(f"{method} {address} {asked}: {told}")
                    if answer.status_code >= 500:
                        faults.append(f"{method} {address}: {answer.status_code}")
    assert leaks == []
    assert faults == []
    assert seen > 100
    card = visitor.get(f"{stack.url}/relations/{secret.id}", timeout=30).text
    assert str(secret.relation["display_name"]) in card
    for path in ("/", "/alerts", "/contact-moments", "/history", "/hygiene", "/duplicates"):
        assert str(secret.relation["display_name"]) not in visitor.get(stack.url + path, timeout=30).text, path


def signed_in(stack: LocalStack, username: str) -> tuple[requests.Session, str]:
    """Return a browser of a user, and the token its forms carry."""
    visitor = requests.Session()
    visitor.trust_env = False
    form = visitor.get(f"{stack.url}/login/again", timeout=30).json()["csrf_token"]
    entered = {"username": username, "password": PASSWORD, "_csrf": form}
    visitor.post(f"{stack.url}/login", data=entered, timeout=30).raise_for_status()
    return visitor, visitor.get(f"{stack.url}/login/again", timeout=30).json()["csrf_token"]


def test_who_is_taken_off_the_list_loses_sight_at_once_and_who_is_named_gains_it(
    stack: LocalStack, anna: ApiClient, admin: ApiClient, secret: Secret, snoop: ApiClient
) -> None:
    places = (
        f"/relations/{secret.id}/card",
        f"/relations/{secret.id}/register-profiles",
        "/contact-moments",
        "/alerts",
    )
    assert secret.mark in anna.call("GET", places[0]).text
    username = snoop.get("/me")["username"]
    now_named = {"confidentiality": {"level": "restricted", "users": [username]}}
    admin.send("PATCH", f"/relations/{secret.id}", now_named)
    for place in places:
        assert not secret.is_told_in(anna.call("GET", place, params={"limit": "200"}).text), place
    assert anna.call("GET", f"/contact-moments/{secret.ids['moment_id']}").status_code == 404
    for place in places[:3]:
        assert secret.mark in snoop.call("GET", place, params={"limit": "200"} if "?" in place else {}).text, place
    assert secret.id in snoop.call("GET", "/alerts", params={"limit": "200"}).text
    assert secret.mark in admin.call("GET", places[0]).text


def test_without_the_service_relations_what_may_be_confidential_is_not_shown(
    stack: LocalStack, anna: ApiClient, secret: Secret, snoop: ApiClient
) -> None:
    closed = (
        "/contact-moments", f"/contact-moments/{secret.ids['moment_id']}", "/alerts", "/charges",
        f"/relations/{secret.id}/register-profiles", f"/gdpr/requests/{secret.ids['request_id']}/report.json",
    )  # fmt: skip
    warm = anna.get(f"/relations/{secret.id}/card")
    with stack.kept_down("relations-web"):
        for path in closed:
            answer = snoop.call("GET", path)
            assert (answer.status_code, answer.json()["type"]) == (503, "unavailable"), path
        assert anna.get(f"/relations/{secret.id}/card") == warm
        assert set(snoop.get(f"/relations/{secret.id}/card")["relation"]) == {
            "id", "number", "display_name", "kind", "status", "restricted",
        }  # fmt: skip
    assert snoop.persist("GET", "/contact-moments").status_code == 200


def test_a_copy_leaves_the_mailbox_of_who_is_not_named(stack: LocalStack, anna: ApiClient) -> None:
    mark, group = word(), word()
    anna.send("POST", "/groups", {"code": group, "labels": {"nl": group, "fr": group, "en": group}})
    relation = anna.register(person(mark, groups=[group]))
    sync = f"/users/{anna.get('/me')['id']}/m365-sync"
    anna.send("PUT", sync, {"enabled": True, "synchronised_groups": [group], "excluded_groups": []})

    def synchronised() -> dict[str, Any]:
        run = anna.send("POST", f"{sync}/runs", {})["id"]
        look = f"{sync}/runs/{run}"
        return eventually(lambda: run if (run := anna.get(look))["finished_at"] else None, "the run ends", seconds=60)

    def in_mailbox() -> bool:
        url = f"{stack.sandbox_url}/_sandbox/microsoft/mailboxes/{MAILBOX}/contacts"
        return mark in requests.get(url, timeout=20).text

    synchronised()
    assert in_mailbox()
    named = {"confidentiality": {"level": "restricted", "users": ["anna"]}}
    anna.send("PATCH", f"/relations/{relation['id']}", named)
    assert synchronised()["total"] == 1
    assert in_mailbox()
    anna.send("PATCH", f"/relations/{relation['id']}", {"confidentiality": {"level": "restricted", "users": ["karel"]}})
    eventually(lambda: not in_mailbox(), "the copy leaves the mailbox")
    assert synchronised()["total"] == 0
    assert not in_mailbox()
