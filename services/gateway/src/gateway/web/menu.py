"""The menu: only what this user may use."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import lazy_gettext


@dataclass(frozen=True)
class Entry:
    """A page in the menu and what it needs."""

    label: Any
    endpoint: str
    right: str = "read"
    licences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    """An entry as this user sees it."""

    label: str
    url: str
    current: bool


MENU: tuple[tuple[Any, tuple[Entry, ...]], ...] = (
    ("", (Entry(lazy_gettext("Dashboard"), "web.dashboard.show"),)),
    (
        lazy_gettext("Relaties"),
        (
            Entry(lazy_gettext("Zoeken"), "web.relations.find"),
            Entry(lazy_gettext("Nieuwe relatie"), "web.wizard.new", right="write"),
            Entry(lazy_gettext("Historie"), "web.history.show"),
            Entry(lazy_gettext("Dubbels"), "web.duplicates.show"),
            Entry(lazy_gettext("Hygiëne"), "web.hygiene.show"),
            Entry(lazy_gettext("Import"), "web.imports.show", right="write"),
        ),
    ),
    (
        lazy_gettext("Opvolging"),
        (Entry(lazy_gettext("Contactoverzicht"), "web.moments.overview", licences=("crm",)),),
    ),
    (
        lazy_gettext("Registers"),
        (Entry(lazy_gettext("Alerts"), "web.registers.alerts", licences=("companyinfo", "companyweb")),),
    ),
    (
        lazy_gettext("GDPR"),
        (
            Entry(lazy_gettext("Verzoeken"), "web.gdpr.requests", right="gdpr"),
            Entry(lazy_gettext("Kandidaten"), "web.gdpr.candidates", right="gdpr"),
        ),
    ),
    (lazy_gettext("Koppelingen"), (Entry(lazy_gettext("Microsoft 365"), "web.m365.mine", licences=("m365",)),)),
    (
        lazy_gettext("Beheer"),
        (
            Entry(lazy_gettext("Gebruikers"), "web.users.everybody", right="admin"),
            Entry(lazy_gettext("Company.info"), "web.accounts.show", right="admin"),
            Entry(lazy_gettext("Groepen & varia"), "web.office.show", right="key_user"),
            Entry(lazy_gettext("Audit"), "web.audit.show", right="audit"),
        ),
    ),
)


def menu_for(rights: Collection[str], licences: Collection[str]) -> list[tuple[str, list[Link]]]:
    """Return the groups of the menu with the links this user may follow; empty groups are left out."""
    seen = [
        (str(heading), [link_of(entry) for entry in entries if is_open(entry, rights, licences)])
        for heading, entries in MENU
    ]
    return [(heading, links) for heading, links in seen if links]


def is_open(entry: Entry, rights: Collection[str], licences: Collection[str]) -> bool:
    """Tell whether a user with these rights and licences may use a page."""
    return entry.right in rights and (not entry.licences or any(one in licences for one in entry.licences))


def link_of(entry: Entry) -> Link:
    """Return the link of an entry on the page that is shown now."""
    return Link(str(entry.label), url_for(entry.endpoint), current=request.endpoint == entry.endpoint)
