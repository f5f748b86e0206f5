"""A browser of one user, in front of services that answer like the real ones."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from gateway.users.models import Account
from gateway.users.seed import EXAMPLE_USERS

RELATION = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c02"
ADDRESS = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c03"
ENTRY = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c04"
MOMENT = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c05"
REQUEST = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c06"
RUN = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c07"
NOW = "2026-03-02T09:00:00+00:00"
HOSTILE = 'Café "<script>alert(1)</script>" & Zo'
OTHER = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c08"
SCAN = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c09"
MERGE = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c10"
IMPORT = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c11"
UPLOAD = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c13"
CHANGE = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c12"
DRAFT = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c14"
LINK = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c15"
ACCOUNT = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c16"
TOKEN = re.compile(r'name="_csrf" value="([^"]+)"')


def a_relation(**changes: Any) -> dict[str, Any]:
    """Return a relation as its owner gives it."""
    return {
        "id": RELATION, "number": 1042, "kind": "legal_entity", "status": "active", "language": "nl",
        "display_name": HOSTILE, "sort_name": "cafe", "groups": ["client"], "identifiers": {"kvk": "68750110"},
        "entity": {"legal_name": HOSTILE, "trade_names": ["Zo"], "short_name": "", "legal_form": "BV"},
        "communications": [
            {"id": ENTRY, "kind": "phone", "value": "020 794 0800", "normalised": "+31207940800", "label": "",
             "preferred": True, "do_not_use": False},
        ],
        "addresses": [
            {"id": ADDRESS, "label": "seat", "recipient_lines": [HOSTILE], "contact_person": "", "title": "",
             "building": "", "street": "Damrak", "number": "1", "box": "", "zip": "1012LG", "city": "Amsterdam",
             "country": "NL", "matter_correspondence": True, "mailing": False, "valid_from": None, "valid_to": None,
             "phone": "", "email": "balie@example.com", "varia": {"kerstkaart": True}},
        ],
        "aliases": [{"id": LINK, "kind": "former", "name": HOSTILE, "valid_from": None, "valid_to": "2020-01-01"}],
        "address_form": {"form": "sirs", "salutation": "", "letter_opening": "", "letter_closing": ""},
        "address_form_generated": {"salutation": "Zo", "letter_opening": "Geachte heren,", "letter_closing": "Groet,"},
        "groups_since": {"client": "2026-01-01"}, "responsible": "karel", "varia": {"sector": "bouw"},
        "confidentiality": {"level": "open", "users": []}, "warning_colour": "red", "has_photo": True,
        "accounting": {"debtor_number": "D7", "creditor_number": "", "vat_regime": "standard", "payment_term_days": 30,
                       "invoice_language": "nl", "invoice_email": "", "invoice_address_id": ADDRESS,
                       "credit_block": True},
        "bank_accounts": [{"id": ACCOUNT, "iban": "BE71096123456769", "bic": "", "holder": HOSTILE, "purpose": ""}],
        "memo": "Eerste regel\nTweede <b>regel</b>", "warning": "Belt liefst na 17 u", "version": 3,
        "created_at": NOW, "updated_at": NOW, **changes,
    }  # fmt: skip


def a_moment(**changes: Any) -> dict[str, Any]:
    """Return a contact moment as its owner gives it."""
    return {
        "id": MOMENT, "relation_id": RELATION, "date": "2026-01-05", "time": "09:15", "subject": HOSTILE, "memo": "",
        "from_user": "anna", "for_user": "karel", "person_ids": [], "matter_number": "2026/0012", "status": "open",
        "next_touch": None, "late": False, "version": 2, "created_at": NOW, "updated_at": NOW, **changes,
    }  # fmt: skip


def a_profile() -> dict[str, Any]:
    """Return what a register says of the relation."""
    return {
        "provider": "companyinfo", "number": "68750110", "status": "found", "reason": None, "fetched_at": NOW,
        "facts": {
            "number": "68750110", "legal_name": HOSTILE, "trade_names": ["Zo"], "legal_form": "BV",
            "visiting_address": {"street": "Damrak", "house_number": "1", "house_number_addition": "",
                                 "postcode": "1012LG", "city": "Amsterdam", "country": "NL"},
            "insolvency_events": [{"publication": "1", "description": "Uitgesproken", "on": "2026-02-17"}],
            "economically_active": True, "activities": [{"code": "6201", "text": "Software"}],
        },
        "figures": {"year": 2024, "currency": "EUR", "turnover": 1840000, "profit": -213500, "personnel": 12},
    }  # fmt: skip


SUMMARY = {
    "id": RELATION, "number": 1042, "kind": "legal_entity", "status": "draft", "display_name": HOSTILE,
    "groups": ["client"], "city": "Amsterdam", "phone": "+31207940800", "email": "a@example.com",
    "opened_at": NOW, "updated_at": NOW,
}  # fmt: skip
ALERT = {
    "relation_id": RELATION, "severity": "red", "code": "bankruptcy", "text": "Failliet verklaard",
    "texts": {"nl": "Failliet verklaard", "fr": "Déclarée en faillite", "en": "Declared bankrupt"},
    "provider": "companyinfo", "since": "2026-02-17",
}  # fmt: skip
COUNTS = {"total": 2, "done": 1, "failed": 0, "pending": 0, "refused": 1, "cancelled": 0}
ONE_REQUEST = {
    "id": REQUEST, "kind": "anonymise", "status": "done", "created_by": "anna", "created_at": NOW, "execute_at": None,
    "finished_at": NOW, "counts": COUNTS, "refused": [{"relation_id": RELATION, "reason": "active_matter"}],
    "participants": {"relations": {"pending": 0, "done": 1, "failed": 0}},
    "failures": [{"relation_id": RELATION, "reason": "unknown", "participant": "contacts"}],
}  # fmt: skip
ONE_RUN = {
    "id": RUN, "trigger": "user", "status": "done", "code": None, "total": 5, "added": 2, "updated": 1, "unchanged": 2,
    "failed": 0, "created_at": NOW, "started_at": NOW, "finished_at": NOW, "errors": [],
}  # fmt: skip


ONE_MERGE = {
    "merge_id": MERGE, "from_id": OTHER, "into_id": RELATION, "status": "done", "actor": "anna", "merged_at": NOW,
    "from": {"number": 1043, "display_name": HOSTILE}, "into": {"number": 1042, "display_name": "Zo BV"},
    "undo_until": "2026-04-01T09:00:00+00:00", "undoable": True, "undone_by": None, "undone_at": None,
    "participants": {"enrichment": "done", "contacts": "done"}, "preferred": [],
}  # fmt: skip
IMPORT_SUMMARY = {
    "id": IMPORT, "filename": HOSTILE, "kind": "csv", "status": "done", "dry_run": False, "on_duplicate": "skip",
    "total": 3, "done": 3, "valid": 2, "created": 1, "skipped": 1, "removed": 0, "problem": "", "created_at": NOW,
    "finished_at": NOW,
}  # fmt: skip
ONE_IMPORT = {
    **IMPORT_SUMMARY, "mapping": {"Naam": "person.last_name"}, "error_count": 1, "duplicate_count": 1,
    "errors": [{"row": 3, "field": "communications.email",
                "message": "Not an e-mail address: it looks like name@example.be"}],
    "duplicates": [{"row": 2, "relation_id": RELATION, "display_name": HOSTILE, "number": 1042, "same_as_row": None,
                    "score": 88}],
    "kept": [{"row": 2, "relation_id": RELATION, "reason": "It was changed since"}],
}  # fmt: skip
PREVIEW = {
    "upload_id": UPLOAD, "filename": HOSTILE, "kind": "csv", "encoding": "utf-8", "delimiter": ";",
    "columns": ["Naam", "Mail", "Iets"], "mapping": {"Naam": "person.last_name", "Mail": "communications.email"},
    "remembered": False, "places": ["person.last_name", "communications.email", "addresses.valid_from"],
    "rows": [{"row": 2, "cells": ["Janssens", "x", HOSTILE], "display_name": "Janssens",
              "errors": [{"row": 2, "field": "communications.email",
                          "message": "Not an e-mail address: it looks like name@example.be"}]}],
}  # fmt: skip
ONE_RULE = {
    "code": "old_draft", "check": "draft_age", "parameters": {"days": 7}, "groups": ["client"], "active": True,
    "severity": "medium", "position": 0,
}  # fmt: skip
OTHER_RULE = {
    "code": "entity_number", "check": "required", "active": True, "severity": "high", "position": 1, "groups": [],
    "parameters": {"any_of": ["identifiers.kbo", "identifiers.kvk"], "kinds": ["legal_entity"]},
}  # fmt: skip
FINDING = {
    "relation_id": RELATION, "number": 1042, "display_name": HOSTILE, "rule": "wrong_postcode", "field": "addresses",
    "message_code": "invalid_postcode", "severity": "medium", "found_at": NOW,
}  # fmt: skip
ONE_SCAN = {
    "id": SCAN, "status": "done", "phase": "comparing", "total": 9, "done": 9, "found": 1, "created_at": NOW,
    "started_at": NOW, "finished_at": NOW,
}  # fmt: skip


def fill_care_of_the_record(services: Any) -> None:
    """Let the service relations answer what duplicates, merges, imports, hygiene and history ask."""
    other = a_relation(id=OTHER, number=1043, display_name="Zo BV", memo="")
    pair = {"a": {"id": RELATION}, "b": {"id": OTHER}, "score": 93, "reasons": ["name", "phone"], "status": "open"}
    change = {"id": CHANGE, "at": NOW, "actor": "karel", "source": "user", "field": "entity.legal_name",
              "old": "Zoo BV", "new": HOSTILE, "revertible": True}  # fmt: skip
    hygiene = {"score": 71, "checked_at": NOW, "items": [FINDING], "counts": {"wrong_postcode": 1}, "next_cursor": None}
    for path, body in {
        f"/relations/{OTHER}": other,
        f"/relations/{OTHER}/legal-identities": {"items": []},
        f"/relations/{RELATION}/changes": {"items": [change], "next_cursor": None},
        f"/relations/{RELATION}/merges": {"items": [ONE_MERGE], "next_cursor": None},
        f"/relations/{RELATION}/hygiene": {"score": 80, "items": [FINDING]},
        "/duplicates": {"items": [pair], "next_cursor": None},
        "/duplicates/scans": {"items": [ONE_SCAN], "next_cursor": None},
        f"/merges/{MERGE}": ONE_MERGE,
        "/imports": {"items": [IMPORT_SUMMARY], "next_cursor": None},
        f"/imports/{IMPORT}": ONE_IMPORT,
        "/hygiene": hygiene,
        "/hygiene/rules": {"rules": [ONE_RULE, OTHER_RULE]},
    }.items():
        services.answers["GET", path] = (200, body, {})
    services.answers["POST", "/imports/preview"] = (200, PREVIEW, {})
    services.answers["POST", "/relations/bulk"] = (200, {"items": [a_relation(), other], "missing": []}, {})


LABELS = {"nl": "Sector <b>", "fr": "Secteur", "en": "Sector"}
DEFINITION = {
    "key": "sector", "level": "relation", "type": "list", "labels": LABELS, "options": ["bouw", "zorg"], "groups": [],
    "personal": False, "searchable": True, "retired": False,
}  # fmt: skip
CARD_WISH = {**DEFINITION, "key": "kerstkaart", "level": "address", "type": "check", "options": []}


def a_draft(**changes: Any) -> dict[str, Any]:
    """Return a draft as its owner gives it."""
    return {
        "id": DRAFT, "name": HOSTILE, "version": 4, "errors": {}, "created_at": NOW, "updated_at": NOW,
        "progress": {"step": 2, "look_up": {"provider": "companyinfo", "number": "68750110",
                                            "facts": {"legal_name": HOSTILE}, "figures": {"personnel": 12},
                                            "alerts": [{"text": "Failliet verklaard"}]}},
        "fields": {"kind": "legal_entity", "entity": {"legal_name": HOSTILE}, "identifiers": {"kvk": "68750110"},
                   "groups": ["client"], "communications": [{"kind": "email", "value": "a@example.com"}],
                   "addresses": [{"city": "Gent", "mailing": True}]},
        **changes,
    }  # fmt: skip


def fill_the_whole_record(services: Any) -> None:
    """Let the service relations answer what the wizard and the card's own blocks ask."""
    other = {"id": OTHER, "number": 1043, "display_name": "Zo BV"}
    link = {"id": LINK, "type": "director", "direction": "forward", "label": LABELS, "other_id": OTHER, "other": other,
            "from": "2020-01-01", "to": None, "note": HOSTILE}  # fmt: skip
    kind = {"code": "director", "labels": LABELS, "labels_reverse": {"nl": "heeft als", "fr": "a", "en": "has"}}
    double = {"relation_id": OTHER, "number": 1043, "display_name": HOSTILE, "city": "", "score": 95,
              "reasons": ["identifier"]}  # fmt: skip
    for path, body in {
        "/drafts": {"items": [{"id": DRAFT, "name": HOSTILE, "kind": "other", "step": 2, "updated_at": NOW}]},
        f"/drafts/{DRAFT}": a_draft(),
        "/varia-definitions": {"items": [DEFINITION, CARD_WISH]},
        "/link-types": {"items": [kind]},
        "/matters": {"items": [{"number": "2026/0012", "title": HOSTILE, "status": "active"}]},
        f"/relations/{RELATION}/links": {"items": [link]},
        f"/relations/{RELATION}/addresses/{ADDRESS}/shared": {"items": [{**other, "label": "seat"}]},
    }.items():
        services.answers["GET", path] = (200, body, {})
    services.answers["POST", "/duplicates/check"] = (200, {"items": [double]}, {})
    services.answers["POST", "/addresses/preview"] = (200, {"lines": ["Gent"]}, {})
    services.answers["POST", "/drafts"] = (201, a_draft(fields={}, progress={}), {})
    services.answers["PATCH", f"/drafts/{DRAFT}"] = (200, a_draft(), {})


def fill(services: Any) -> None:
    """Let the services answer everything that pages ask, each with something in it."""
    relation, settings = a_relation(), {
        "enabled": True, "synchronised_groups": ["client"], "excluded_groups": ["court"], "next_run_at": NOW,
        "connected": True, "mailbox": "connected", "address": "anna@example.com", "last_run": ONE_RUN,
    }  # fmt: skip
    version = {"id": ADDRESS, "valid_from": "2026-01-01", "source": "companyinfo", "recorded_at": NOW, "current": True,
               "legal_name": HOSTILE, "kvk": "68750110"}  # fmt: skip
    account = {"provider": "companyinfo", "configured": True, "username": "kantoor", "base_urls": [], "price_cents": 95,
               "search_price_cents": 10, "monthly_cap": 50, "queries_this_month": 3, "auto_enrich": True,
               "licensed": True, "version": 4}  # fmt: skip
    preview = {"kind": "erase", "counts": {"total": 1, "pending": 1, "refused": 0}, "refused": []}
    gets: dict[str, Any] = {
        "/groups": {"items": [{"code": "client", "labels": {"nl": "Cliënt", "fr": "Client", "en": "Client"}}]},
        "/relations": {"items": [SUMMARY], "next_cursor": "verder", "total": 2},
        "/history": {"items": [{**SUMMARY, "communications": relation["communications"]}], "next_cursor": None},
        f"/relations/{RELATION}": relation,
        f"/relations/{RELATION}/addresses": {"items": relation["addresses"]},
        f"/relations/{RELATION}/addresses/{ADDRESS}/preview": {"lines": [HOSTILE, "Damrak 1", "1012 LG  AMSTERDAM"]},
        f"/relations/{RELATION}/communications": {"items": relation["communications"]},
        f"/relations/{RELATION}/legal-identities": {"items": [version]},
        f"/relations/{RELATION}/party-description": {"text": "BV Zo, met zetel te Amsterdam"},
        f"/relations/{RELATION}/matters": {"items": [{"number": "2026/0012", "title": "Zaak", "status": "active"}]},
        "/contact-moments": {"items": [a_moment()], "next_cursor": None},
        f"/contact-moments/{MOMENT}": a_moment(),
        "/alerts": {"items": [ALERT], "next_cursor": None},
        "/settings/registers/companyinfo": account,
        "/settings/registers/companyinfo/balance": {"balance": "12.50", "currency": "EUR", "asked_at": NOW},
        "/gdpr/requests": {"items": [ONE_REQUEST], "next_cursor": None},
        f"/gdpr/requests/{REQUEST}": ONE_REQUEST,
        f"/gdpr/requests/{REQUEST}/certificate.pdf": {},
        "/gdpr/candidates": {"items": [{"relation_id": RELATION, "number": 1042, "display_name": HOSTILE}]},
    }
    for user_id, *_ in EXAMPLE_USERS:
        sync = f"/users/{user_id}/m365-sync"
        gets |= {
            sync: settings,
            f"{sync}/preview": {"to_add": 1, "to_update": 2, "unchanged": 3, "total": 6, "excluded": 0},
            f"{sync}/runs": {"items": [ONE_RUN]},
            f"{sync}/runs/{RUN}": ONE_RUN,
        }
    for path, body in gets.items():
        services.answers["GET", path] = (200, body, {})
    fill_the_whole_record(services)
    fill_care_of_the_record(services)
    services.answers["POST", "/gdpr/previews"] = (200, preview, {})
    services.fill(
        UUID(RELATION),
        relation=relation,
        contact_moments={"items": [a_moment()], "total": 1, "next": a_moment()},
        register={"profiles": [a_profile()], "alerts": [ALERT]},
        matters={"items": [{"number": "2026/0012", "title": HOSTILE, "status": "active", "roles": ["client"]}]},
        gdpr={"requests": [{"id": REQUEST, "kind": "access", "status": "done", "created_at": NOW}]},
        m365={"mailboxes": 2, "last_pushed_at": NOW},
    )


@dataclass
class Browser:
    """A browser in which somebody is signed in."""

    client: FlaskClient
    user_id: UUID

    def get(self, path: str, **arguments: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, headers={"Accept": "text/html"}, **arguments)

    def post(self, path: str, form: dict[str, Any] | None = None, **arguments: Any) -> TestResponse:
        """Send a form as a page of ours would."""
        token = TOKEN.search(self.get("/preferences").text)
        assert token
        return self.client.post(path, data={**(form or {}), "_csrf": token.group(1)}, **arguments)


@pytest.fixture
def browser_of(gateway: Any) -> Callable[[str], Browser]:
    """Return a function that signs an example user in."""

    def sign_in(username: str) -> Browser:
        gateway.seed()
        client = gateway.browser()
        token = TOKEN.search(client.get("/login").text)
        assert token
        answer = client.post("/login", data={"username": username, "password": "demo", "_csrf": token.group(1)})
        assert answer.status_code == 302, answer.text
        me = _user_id(gateway, username)
        fill(gateway.services)
        return Browser(client, me)

    return sign_in


@pytest.fixture
def anna(browser_of: Callable[[str], Browser]) -> Browser:
    """Sign in the lawyer, who may do everything but administer."""
    return browser_of("anna")


@pytest.fixture
def admin(browser_of: Callable[[str], Browser]) -> Browser:
    """Sign in the administrator."""
    return browser_of("admin")


def _user_id(gateway: Any, username: str) -> UUID:
    with gateway.kit.database.transaction() as session:
        found: UUID = session.scalars(select(Account.id).where(Account.username == username)).one()
        return found
