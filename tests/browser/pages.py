"""Every page of the system by name; ``{…}`` stands for the card of an example relation."""

from __future__ import annotations

import re

from playwright.sync_api import APIRequestContext

PAGES = {
    "dashboard": "/",
    "relations": "/relations",
    "relations-found": "/relations?q=jan",
    "relations-none": "/relations?q=zzzz",
    "history": "/history",
    "new-person": "/relations/new",
    "new-company": "/relations/new?kind=legal_entity",
    "card": "{zuiderzon}",
    "card-with-warning": "{donald}",
    "card-name-form": "{zuiderzon}/edit/name",
    "card-communication": "{donald}/communication",
    "card-addresses": "{donald}/addresses",
    "card-address-form": "{zuiderzon}/addresses/new",
    "card-identity": "{zuiderzon}/identity",
    "card-identity-form": "{lies}/identity/new",
    "card-matters": "{donald}/matters",
    "card-moments": "{donald}/moments",
    "card-companyinfo": "{zuiderzon}/companyinfo",
    "card-gdpr": "{zuiderzon}/gdpr",
    "card-groups": "{zuiderzon}/groups",
    "card-links": "{zuiderzon}/links",
    "card-accounting": "{zuiderzon}/accounting",
    "card-changes": "{zuiderzon}/changes",
    "merge": "{donald}/merge",
    "duplicates": "/duplicates",
    "imports": "/imports",
    "hygiene": "/hygiene",
    "office": "/office",
    "moment-form": "{zuiderzon}/contact-moments/new",
    "moments": "/contact-moments",
    "moments-late": "/contact-moments?late=true",
    "alerts": "/alerts",
    "gdpr-report": "{lies}/gdpr/new",
    "gdpr-refused": "{donald}/gdpr/new?kind=anonymise",
    "gdpr-erase": "{peeters}/gdpr/new?kind=erase",
    "gdpr-requests": "/gdpr/requests",
    "gdpr-candidates": "/gdpr/candidates",
    "m365": "/m365",
    "preferences": "/preferences",
    "tokens": "/preferences/tokens",
    "notifications": "/notifications",
    "hygiene-rules": "/hygiene/rules",
    "new-field": "/office/field/new",
    "not-found": "/nowhere",
}
"""The pages of a lawyer."""

ADMIN_PAGES = {
    "users": "/users",
    "audit": "/audit",
    "new-user": "/users/new",
    "user": "{karel}",
    "companyinfo-account": "/settings/registers/companyinfo",
}
"""The pages that only an administrator has."""

EXAMPLES = {"zuiderzon": "zuiderzon", "donald": "donald", "lies": "lies janssens", "peeters": "jan peeters"}


def addresses(pages: dict[str, str], request: APIRequestContext, url: str) -> dict[str, str]:
    """Return the full address of every page, with the example relations and users it is about filled in."""
    cards = {name: _first(request, f"{url}/relations?q={asked}", "relations") for name, asked in EXAMPLES.items()}
    if pages is ADMIN_PAGES:
        cards["karel"] = _first(request, f"{url}/users", "users", until="karel")
    return {name: url + path.format(**cards) for name, path in pages.items()}


def _first(request: APIRequestContext, list_of: str, family: str, *, until: str = "") -> str:
    found = re.search(rf'href="(/{family}/[0-9a-f-]{{36}})">{until}', request.get(list_of).text())
    assert found, f"nothing found at {list_of}"
    return found.group(1)
