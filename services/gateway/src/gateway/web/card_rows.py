"""What stands in the rows of a card: communications, addresses, matters, versions, facts."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from gateway.web.asking import fetch_or
from gateway.web.formats import company_number, country_name, day, moment, phone, postcode
from gateway.web.marks import address_of
from gateway.web.questions import SITUATIONS
from gateway.web.wording import ADDRESS_LABELS, COMMUNICATION_KINDS, IDENTIFIERS, MATTER_STATUSES, ROLES, word

Shown = dict[str, Any]


def communication_row(relation_id: str, entry: Shown) -> Shown:
    """Return a way to reach somebody: phones as one dials them here, with the international form beside."""
    shown, title, url = entry["value"], "", ""
    if entry["kind"] in ("phone", "mobile", "fax"):
        shown, title = phone(entry["normalised"] or entry["value"])
        url = "" if entry["kind"] == "fax" else f"tel:{entry['normalised']}"
    elif entry["kind"] == "email":
        url = f"mailto:{entry['value']}"
    elif entry["kind"] == "web" and str(entry["normalised"]).startswith(("http://", "https://")):
        url = entry["normalised"]
    where = {"relation_id": relation_id, "entry_id": entry["id"]}
    return {
        "id": entry["id"],
        "kind": word(COMMUNICATION_KINDS, entry["kind"]),
        "text": shown,
        "title": title,
        "url": url,
        "label": entry.get("label", ""),
        "preferred": entry.get("preferred", False),
        "do_not_use": entry.get("do_not_use", False),
        "edit_url": url_for("web.edit.communication", **where),
        "remove_url": url_for("web.edit.remove_communication", **where),
    }


def address_row(relation_id: str, address: Shown, *, lines: bool = True) -> Shown:
    """Return an address, with the lines it will be printed in."""
    where = {"relation_id": relation_id, "address_id": address["id"]}
    path = f"/relations/{relation_id}/addresses/{address['id']}/preview"
    house = " ".join(
        part for part in (address["street"], address["number"], address["box"] and f"/ {address['box']}") if part
    )
    place = " ".join(part for part in (address["zip"], address["city"]) if part)
    return {
        "id": address["id"],
        "label": word(ADDRESS_LABELS, address["label"]),
        "house": house,
        "place": place,
        "matter_correspondence": address["matter_correspondence"],
        "mailing": address["mailing"],
        "from": day(address.get("valid_from")),
        "until": day(address.get("valid_to")),
        "lines": fetch_or("relations", path, {"lines": [house, place]})["lines"] if lines else [],
        "edit_url": url_for("web.edit.address", **where),
        "remove_url": url_for("web.edit.remove_address", **where),
        "shared_url": url_for("web.shared_addresses.show", **where),
        "phone": address.get("phone", ""),
        "email": address.get("email", ""),
    }


def matter_row(item: Shown) -> Shown:
    """Return a matter as it stands in a list."""
    return {
        "number": item["number"],
        "title": item["title"],
        "status": word(MATTER_STATUSES, item["status"]),
        "active": item["status"] == "active",
        "roles": ", ".join(word(ROLES, role) for role in item.get("roles", [])),
    }


def name_rows(relation: Shown) -> list[Shown]:
    """Return the parts of the name that are filled in."""
    person, entity = relation.get("person") or {}, relation.get("entity") or {}
    given = (
        (_("Titel"), person.get("title")),
        (_("Voorletters"), person.get("initials")),
        (_("Voornamen"), person.get("first_names")),
        (_("Roepnaam"), person.get("call_name")),
        (_("Familienaam"), " ".join(filter(None, (person.get("prefix"), person.get("last_name"))))),
        (_("Achtervoegsel"), person.get("suffix")),
        (_("Geboortenaam"), person.get("birth_name")),
        (_("Geboortedatum"), day(person.get("birth_date"))),
        (_("Officiële naam"), entity.get("legal_name")),
        (_("Rechtsvorm"), entity.get("legal_form")),
        (_("Handelsnamen"), ", ".join(entity.get("trade_names") or [])),
        (_("Korte naam"), entity.get("short_name")),
    )
    return [{"label": label, "text": text} for label, text in given if text]


def to_complete(relation: Shown) -> list[Shown]:
    """Return what is still open on a card, each with the place where it is filled in."""
    relation_id = relation["id"]
    has_reach = any(entry["kind"] in ("phone", "mobile", "email") for entry in relation["communications"])
    has_number = any(relation["identifiers"].get(kind) for kind in ("kbo", "kvk", "vat"))
    is_invoiced = bool({"client", "supplier"} & set(relation["groups"]))
    open_points: tuple[tuple[bool, str, str, dict[str, str]], ...] = (
        (relation["status"] == "draft", _("Nog een kladversie: zet op actief"), "web.edit.block", {"block": "groups"}),
        (not relation["groups"], _("Geen groep"), "web.edit.block", {"block": "groups"}),
        (not has_reach, _("Geen telefoon of e-mail"), "web.edit.new_communication", {}),
        (not relation["addresses"], _("Geen contactadres"), "web.edit.new_address", {}),
        (
            bool(relation["addresses"]) and not any(each["mailing"] for each in relation["addresses"]),
            _("Geen mailing-adres aangeduid"),
            "web.card.show",
            {"tab": "addresses"},
        ),
        (
            relation["kind"] == "legal_entity" and not has_number,
            _("Geen ondernemingsnummer"),
            "web.edit.block",
            {"block": "numbers"},
        ),
        (
            "accounting" in relation and is_invoiced and not relation["accounting"].get("vat_regime"),
            _("Geen btw-regime"),
            "web.edit.block",
            {"block": "accounting"},
        ),
    )
    if relation["status"] == "anonymised":
        return []
    return [
        {"text": text, "url": address_of(name, relation_id=relation_id, **more)}
        for is_open, text, name, more in open_points
        if is_open
    ]


def version_row(item: Shown) -> Shown:
    """Return a version of the legal identity, with its source and author."""
    names = (
        ("legal_name", _("Officiële naam")), ("legal_form", _("Rechtsvorm")), ("seat", _("Zetel")),
        ("register_court", _("RPR")), ("official_names", _("Officiële namen")), ("birth_place", _("Geboorteplaats")),
        ("profession", _("Beroep")), ("domicile", _("Woonplaats")),
    )  # fmt: skip
    rows = [{"label": label, "text": item.get(name)} for name, label in names]
    rows += [
        {"label": word(IDENTIFIERS, kind), "text": company_number(kind, item.get(kind) or "")}
        for kind in ("kbo", "kvk", "vat", "rsin")
    ]
    rows += [
        {"label": _("Rechtstoestand"), "text": word(SITUATIONS, item.get("legal_situation"))},
        {"label": _("Opgericht op"), "text": day(item.get("incorporation_date"))},
        {"label": _("Geboortedatum"), "text": day(item.get("birth_date"))},
        {"label": _("Nationaliteit"), "text": country_name(item.get("nationality") or "")},
    ]
    source = item.get("source", "")
    return {
        "from": day(item["valid_from"]),
        "current": item.get("current", False),
        "source": {"user": _("ingevoerd"), "companyinfo": "Company.info"}.get(source, source),
        "recorded_at": moment(item.get("recorded_at")),
        "rows": [row for row in rows if row["text"]],
    }


def facts_rows(facts: Shown) -> list[Shown]:
    """Return what a register says of a company, in rows."""
    address = facts.get("visiting_address") or facts.get("postal_address") or {}
    house = [address.get("street"), address.get("house_number"), address.get("house_number_addition")]
    place = [postcode(address.get("postcode") or ""), address.get("city")]
    active = {True: _("ja"), False: _("nee")}.get(facts.get("economically_active"), "")  # type: ignore[arg-type]
    parent = facts.get("parent") or {}
    given = (
        (_("Officiële naam"), facts.get("legal_name")),
        (_("Handelsnamen"), ", ".join(facts.get("trade_names") or [])),
        (_("Rechtsvorm"), facts.get("legal_form")),
        (_("KVK-nummer"), company_number("kvk", facts.get("number") or "")),
        (_("RSIN"), facts.get("rsin")),
        (_("Btw-nummer"), facts.get("vat_number")),
        (_("Adres"), ", ".join(filter(None, (" ".join(filter(None, house)), " ".join(filter(None, place)))))),
        (_("Telefoon"), facts.get("telephone")),
        (_("Website"), facts.get("website")),
        (_("Activiteiten"), "; ".join(f"{each['code']} {each['text']}" for each in facts.get("activities") or [])),
        (_("Opgericht op"), day(facts.get("founded_on"))),
        (_("Opgeheven op"), day(facts.get("discontinued_on"))),
        (_("Economisch actief"), active),
        (_("Moedermaatschappij"), parent.get("name")),
    )
    return [{"label": label, "text": text} for label, text in given if text]


def outlook_words(content: Shown) -> str:
    """Return in how many mailboxes the relation is; empty when in none."""
    if not content.get("mailboxes"):
        return ""
    return str(
        _(
            "In Outlook van %(count)s, bijgewerkt %(when)s",
            count=content["mailboxes"],
            when=moment(content.get("last_pushed_at")),
        )
    )
