"""What stands on the card: its head, its tabs, and what each tab shows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import get_locale, lazy_gettext

from gateway.users.domain import User
from gateway.web import card_record as record
from gateway.web.asking import fetch_or
from gateway.web.card_rows import (
    address_row,
    communication_row,
    facts_rows,
    matter_row,
    name_rows,
    outlook_words,
    to_complete,
    version_row,
)
from gateway.web.changes import content_of
from gateway.web.figures import Chart, chart_of
from gateway.web.formats import company_number, day, moment
from gateway.web.forms import Control, Field
from gateway.web.hygiene import points_of
from gateway.web.known import office_groups, office_users, relation_url
from gateway.web.marks import address_of, request_mark, status_mark
from gateway.web.moment_rows import moment_row
from gateway.web.record_questions import holder_lists, varia_definitions
from gateway.web.typed_times import typed_day
from gateway.web.wording import (
    GDPR_KINDS,
    IDENTIFIERS,
    KINDS,
    LANGUAGES,
    MISSING,
    word,
)
from shared.errors import Invalid

Shown = dict[str, Any]
Content = Callable[["Card"], Shown]

__all__ = ["TABS", "Card", "head_of", "office_groups", "tabs_of"]


@dataclass(frozen=True)
class Card:
    """The card as it was composed, and who looks at it."""

    whole: Shown
    user: User
    groups: dict[str, str]

    @property
    def relation(self) -> Shown:
        """The relation itself."""
        found: Shown = self.whole["relation"]
        return found

    def panel(self, name: str) -> Shown:
        """Return the content of a panel; empty when it is missing."""
        return self.whole["panels"].get(name, {}).get("content") or {}

    def missing(self, name: str) -> Shown | None:
        """Return why a panel is missing, and where to try again when that can help; None when it is there."""
        reason = self.whole["panels"].get(name, {}).get("missing")
        if not reason:
            return None
        again = request.full_path.removesuffix("?") if reason in ("late", "unavailable") else ""
        return {"text": word(MISSING, reason), "retry": again}

    def count(self, tab: str) -> int | None:
        """Return how many things a tab has; None when nobody can tell."""
        counts: dict[str, Callable[[], int]] = {
            "communication": lambda: len(self.relation["communications"]),
            "addresses": lambda: len(self.relation["addresses"]),
            "accounting": lambda: (
                len(record.accounting(self.relation)["facts"]) + len(self.relation.get("bank_accounts") or [])
            ),
            "matters": lambda: len(self.panel("matters").get("items", [])),
            "moments": lambda: int(self.panel("contact_moments").get("total") or 0),
            "companyinfo": lambda: len(self.panel("register").get("profiles", [])),
            "gdpr": lambda: len(self.panel("gdpr").get("requests", [])),
        }
        panel = {"moments": "contact_moments", "companyinfo": "register"}.get(tab, tab)
        return counts[tab]() if tab in counts and not self.missing(panel) else None


@dataclass(frozen=True)
class Tab:
    """A tab, what it shows, and whether its count is worth telling."""

    label: Any
    content: Content
    counted: bool = True


def head_of(card: Card) -> Shown:
    """Return the head of the card: who this is, and what must be known at once."""
    relation = card.relation
    language = str(get_locale())
    return {
        **record.head_more(relation),
        "name": relation["display_name"],
        "number": relation["number"],
        "kind": word(KINDS, relation["kind"]),
        "groups": [word(card.groups, code) for code in relation["groups"]],
        "language": word(LANGUAGES, relation["language"]),
        "mark": status_mark(relation["status"]),
        "warning": relation.get("warning", ""),
        "numbers": [
            f"{word(IDENTIFIERS, kind)} {company_number(kind, value)}"
            for kind, value in relation["identifiers"].items()
            if value and kind in ("kbo", "kvk")
        ],
        "alerts": [
            {
                "text": (alert.get("texts") or {}).get(language) or alert.get("text", ""),
                "since": day(alert.get("since")),
                "red": alert.get("severity") == "red",
            }
            for alert in card.whole["alerts"]
        ],
        "edit_url": url_for("web.edit.block", relation_id=relation["id"], block="name"),
        "moment_url": url_for("web.moments.new", relation_id=relation["id"]),
        "lookup_url": url_for("web.registers.look_up", relation_id=relation["id"]),
        "gdpr_url": url_for("web.gdpr.ask", relation_id=relation["id"]),
        "merge_url": url_for("web.merging.find", relation_id=relation["id"]) if "merge" in card.user.rights else "",
        "vcard_url": url_for("web.vcards.one", relation_id=relation["id"]),
        "may_look_up": _may(card, "write", "companyinfo") and bool(relation["identifiers"].get("kvk")),
        "may_write_moments": _may(card, "write", "crm"),
        "may_gdpr": "gdpr" in card.user.rights,
    }


def tabs_of(card: Card, current: str) -> list[Shown]:
    """Return the tabs with their counts; one that has nothing is grey."""
    shown = []
    for code, tab in TABS.items():
        count = card.count(code)
        shown.append(
            {
                "label": str(tab.label),
                "url": relation_url(card.relation["id"], code),
                "count": count if tab.counted and count else None,
                "bare": count == 0,
                "current": code == current,
            }
        )
    return shown


def overview(card: Card) -> Shown:
    """Return what one wants to know before a call."""
    moments = card.panel("contact_moments")
    users = office_users()
    done = [item for item in moments.get("items", []) if item["status"] == "done"]
    matters = [matter_row(item) for item in card.panel("matters").get("items", []) if item["status"] == "active"]
    reach = [communication_row(card.relation["id"], entry) for entry in card.relation["communications"]]
    usable = [entry for entry in reach if not entry["do_not_use"]]
    return {
        "reach": sorted(usable, key=lambda entry: not entry["preferred"])[:5],
        "address": next(
            (address_row(card.relation["id"], each, lines=False) for each in card.relation["addresses"]), None
        ),
        "next": moment_row(moments["next"], users=users, card=card.relation) if moments.get("next") else None,
        "last": moment_row(done[0], users=users, card=card.relation) if done else None,
        "moments_missing": card.missing("contact_moments"),
        "matters": matters,
        "matters_missing": card.missing("matters"),
        "to_complete": points_of(card.relation, to_complete(card.relation)),
        "names": name_rows(card.relation),
        "memo": card.relation.get("memo", ""),
        "warning": card.relation.get("warning", ""),
        "updated": moment(card.relation["updated_at"]),
        "outlook": outlook_words(card.panel("m365")),
    }


def communication(card: Card) -> Shown:
    """Return every way to reach the relation."""
    return {
        "entries": [communication_row(card.relation["id"], entry) for entry in card.relation["communications"]],
        "add_url": url_for("web.edit.new_communication", relation_id=card.relation["id"]),
    }


def addresses(card: Card) -> Shown:
    """Return the contact addresses, each as it will be printed."""
    definitions = varia_definitions("address") if any(each.get("varia") for each in card.relation["addresses"]) else []
    return {
        "addresses": [
            address_row(card.relation["id"], address, definitions=definitions) for address in card.relation["addresses"]
        ],
        "add_url": url_for("web.edit.new_address", relation_id=card.relation["id"]),
    }


def identity(card: Card) -> Shown:
    """Return the legal identity: numbers, versions, and the party description as of today."""
    relation_id, numbers = card.relation["id"], card.relation["identifiers"]
    versions = fetch_or("relations", f"/relations/{relation_id}/legal-identities", None)
    language = request.args.get("language", card.relation["language"])
    language = language if language in ("nl", "fr", "en") else "nl"
    day_asked = typed_day(request.args.get("on", ""))
    described = _party_description(relation_id, language=language, on=day_asked)
    return {
        "numbers": [
            {"label": word(IDENTIFIERS, kind), "text": company_number(kind, value)}
            for kind, value in numbers.items()
            if value
        ],
        "versions": [version_row(item) for item in (versions or {}).get("items", [])],
        "versions_missing": None if versions else {"text": word(MISSING, "unavailable"), "retry": request.path},
        "is_person": card.relation["kind"] == "natural_person",
        "described": described,
        "described_on": Control(ON_DAY, day_asked),
        "languages": [
            {
                "code": code,
                "label": word(LANGUAGES, code),
                "url": address_of(
                    "web.card.show", relation_id=relation_id, tab="identity", language=code, on=day_asked
                ),
                "current": code == language,
            }
            for code in ("nl", "fr", "en")
        ],
        "add_url": url_for("web.edit.new_identity", relation_id=relation_id),
        "addressing": record.addressing(card.relation),
        "aliases": record.alias_rows(card.relation),
        "photo_url": url_for("web.photos.keep", relation_id=relation_id),
        "holder_lists": [
            {"path": each.path, "label": str(each.legend)} for each in holder_lists(card.relation["kind"])
        ],
    }


def _party_description(relation_id: str, *, language: str, on: str) -> str:
    """Return how the relation is described as a party on a day; empty while nobody can tell, or for no day at all."""
    path = f"/relations/{relation_id}/party-description"
    try:
        return str(fetch_or("relations", path, {"text": ""}, language=language, date=on)["text"])
    except Invalid:
        return ""


def matters(card: Card) -> Shown:
    """Return the matters in which the relation has a part."""
    return {
        "matters": [matter_row(item) for item in card.panel("matters").get("items", [])],
        "missing": card.missing("matters"),
    }


def moments(card: Card) -> Shown:
    """Return the contact moments."""
    users = office_users()
    may_write = _may(card, "write", "crm")
    return {
        "rows": [
            moment_row(item, users=users, card=card.relation, may_write=may_write)
            for item in card.panel("contact_moments").get("items", [])
        ],
        "missing": card.missing("contact_moments"),
    }


def companyinfo(card: Card) -> Shown:
    """Return what Company.info says, with date and source."""
    profile = next(
        (each for each in card.panel("register").get("profiles", []) if each["provider"] == "companyinfo"), None
    )
    facts, figures = (profile or {}).get("facts") or {}, (profile or {}).get("figures") or {}
    chart: Chart | None = chart_of(figures)
    return {
        "missing": card.missing("register"),
        "profile": profile,
        "status": (profile or {}).get("status", ""),
        "fetched_at": moment((profile or {}).get("fetched_at")),
        "facts": facts_rows(facts),
        "events": [
            {"text": each["description"], "day": day(each.get("on"))} for each in facts.get("insolvency_events", [])
        ],
        "chart": chart,
        "figures": figures,
        "has_number": bool(card.relation["identifiers"].get("kvk")),
        "numbers_url": url_for("web.edit.block", relation_id=card.relation["id"], block="numbers"),
        "is_pending": (profile or {}).get("status") == "pending",
    }


def changes(card: Card) -> Shown:
    """Return what happened to the relation, and who looked at it."""
    return content_of(card.relation, may_write="write" in card.user.rights)


def gdpr(card: Card) -> Shown:
    """Return the data-protection requests about the relation."""
    return {
        "missing": card.missing("gdpr"),
        "requests": [
            {
                "url": url_for("web.gdpr.request_page", request_id=item["id"]),
                "kind": word(GDPR_KINDS, item["kind"]),
                "mark": request_mark(item["status"]),
                "at": moment(item["created_at"]),
            }
            for item in card.panel("gdpr").get("requests", [])
        ],
    }


ON_DAY = Field(path="on", label=lazy_gettext("Zoals op deze dag"), widget="date")

TABS: dict[str, Tab] = {
    "overview": Tab(lazy_gettext("Overzicht"), overview),
    "identity": Tab(lazy_gettext("Identiteit"), identity),
    "communication": Tab(lazy_gettext("Communicatie"), communication),
    "addresses": Tab(lazy_gettext("Contactadressen"), addresses),
    "groups": Tab(lazy_gettext("Groepen & varia"), lambda card: record.groups(card.relation)),
    "links": Tab(lazy_gettext("Verbanden"), lambda card: record.links(card.relation)),
    "matters": Tab(lazy_gettext("Dossiers"), matters),
    "moments": Tab(lazy_gettext("Contactoverzicht"), moments),
    "companyinfo": Tab(lazy_gettext("Company.info"), companyinfo, counted=False),
    "accounting": Tab(lazy_gettext("Boekhouding"), lambda card: record.accounting(card.relation), counted=False),
    "gdpr": Tab(lazy_gettext("GDPR"), gdpr),
    "changes": Tab(lazy_gettext("Historiek"), changes, counted=False),
}


def _may(card: Card, right: str, licence: str) -> bool:
    return right in card.user.rights and licence in card.user.licences


def plain_addresses(card: Card) -> list[Shown]:
    """Return the addresses without the lines they are printed in, which cost a question each."""
    return [address_row(card.relation["id"], each, lines=False) for each in card.relation["addresses"]]
