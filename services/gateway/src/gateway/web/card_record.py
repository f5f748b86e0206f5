"""What the card tells of the whole record: how to address somebody, other names, varia, links, bookkeeping."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from gateway.web.asking import fetch_or
from gateway.web.formats import day, period
from gateway.web.known import office_users, relation_url
from gateway.web.record_questions import (
    ADDRESS_FORMS,
    ALIAS_KINDS,
    LEVELS,
    VAT_REGIMES,
    label_in_language,
    one_line,
    varia_definitions,
    varia_rows,
)
from gateway.web.wording import LANGUAGES, MISSING, word

Shown = dict[str, Any]


def head_more(relation: Mapping[str, Any]) -> Shown:
    """Return what the head of the card says of the rest of the record."""
    responsible = relation.get("responsible") or ""
    return {
        "responsible": office_users().get(responsible, responsible),
        "confidential": (relation.get("confidentiality") or {}).get("level") == "restricted",
        "warning_kind": {"red": "red", "green": "green"}.get(relation.get("warning_colour") or "", "amber"),
        "photo_url": url_for("web.photos.show", relation_id=relation["id"]) if relation.get("has_photo") else "",
    }


def addressing(relation: Mapping[str, Any]) -> list[Shown]:
    """Return how the relation is addressed: what was chosen, and what follows from it."""
    own, generated = relation.get("address_form") or {}, relation.get("address_form_generated") or {}
    rows = [(_("Aanspreekvorm"), word(ADDRESS_FORMS, own.get("form")) or _("neutraal"))]
    rows += [
        (label, own.get(name) or generated.get(name) or "")
        for name, label in (
            ("salutation", _("Aanspreking")),
            ("letter_opening", _("Aanhef van een brief")),
            ("letter_closing", _("Slotformule")),
        )
    ]
    return [{"label": label, "text": text} for label, text in rows if text]


def alias_rows(relation: Mapping[str, Any]) -> list[Shown]:
    """Return the other names with the days they were in use."""
    return [
        {
            "kind": word(ALIAS_KINDS, alias["kind"]),
            "name": alias["name"],
            "period": period(alias.get("valid_from"), alias.get("valid_to")),
        }
        for alias in relation.get("aliases") or []
    ]


def groups(relation: Mapping[str, Any]) -> Shown:
    """Return the groups and varia, who is responsible and who may see this."""
    held = relation.get("varia") or {}
    users = office_users()
    confidentiality = relation.get("confidentiality") or {"level": "open", "users": []}
    return {
        "since": {code: day(first) for code, first in (relation.get("groups_since") or {}).items()},
        "varia": varia_rows(varia_definitions("relation"), held),
        "visible": word(LEVELS, confidentiality.get("level")),
        "confidants": [users.get(one, one) for one in confidentiality.get("users") or []],
        "codes": relation["groups"],
    }


def links(relation: Mapping[str, Any]) -> Shown:
    """Return the links with other relations, each as it reads from this one."""
    found = fetch_or("relations", f"/relations/{relation['id']}/links", None)
    return {
        "links": [link_row(relation["id"], item) for item in (found or {}).get("items", [])],
        "links_missing": None if found else {"text": word(MISSING, "unavailable"), "retry": ""},
        "add_url": url_for("web.links.new", relation_id=relation["id"]),
    }


def link_row(relation_id: str, item: Mapping[str, Any]) -> Shown:
    """Return a link as it is read."""
    other = item.get("other") or {}
    return {
        "label": label_in_language({"labels": item.get("label"), "code": item.get("type")}),
        "name": other.get("display_name", ""),
        "number": other.get("number", ""),
        "url": relation_url(item["other_id"]),
        "period": period(item.get("from"), item.get("to")),
        "note": item.get("note", ""),
        "over": bool(item.get("to")),
        "id": item["id"],
        "edit_url": url_for("web.links.present", relation_id=relation_id, link_id=item["id"]),
        "remove_url": url_for("web.links.remove", relation_id=relation_id, link_id=item["id"]),
    }


def accounting(relation: Mapping[str, Any]) -> Shown:
    """Return what the bookkeeping knows, and the bank accounts."""
    kept = relation.get("accounting") or {}
    to = next((each for each in relation["addresses"] if each["id"] == kept.get("invoice_address_id")), None)
    days = kept.get("payment_term_days")
    given = (
        (_("Debiteurnummer"), kept.get("debtor_number")),
        (_("Crediteurnummer"), kept.get("creditor_number")),
        (_("Btw-regime"), word(VAT_REGIMES, kept.get("vat_regime"))),
        (_("Betalingstermijn"), "" if days is None else _("%(count)s dagen", count=days)),
        (_("Taal van de factuur"), word(LANGUAGES, kept.get("invoice_language"))),
        (_("E-mail voor facturen"), kept.get("invoice_email")),
        (_("Adres voor facturen"), one_line(to) if to else ""),
    )
    return {
        "facts": [{"label": label, "text": text} for label, text in given if text],
        "blocked": bool(kept.get("credit_block")),
        "accounts": [{**account, "iban": spaced(account["iban"])} for account in relation.get("bank_accounts") or []],
    }


def spaced(iban: str) -> str:
    """Return an IBAN in groups of four, as it stands on paper."""
    return " ".join(iban[place : place + 4] for place in range(0, len(iban), 4))
