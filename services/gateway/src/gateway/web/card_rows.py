"""What stands in the rows of a card: communications, addresses, matters, versions, facts."""

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from gateway.web.asking import fetch_or
from gateway.web.completeness import Point, points_open
from gateway.web.formats import amount, as_number, company_number, country_name, day, moment, period, phone, postcode
from gateway.web.questions import CAPACITIES, CIVIL_STATUSES, DOCUMENT_TYPES, SITUATIONS
from gateway.web.record_questions import varia_rows
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
        "period": period(entry.get("valid_from"), entry.get("valid_to")),
        "preferred": entry.get("preferred", False),
        "do_not_use": entry.get("do_not_use", False),
        "edit_url": url_for("web.edit.communication", **where),
        "remove_url": url_for("web.edit.remove_communication", **where),
    }


def address_row(relation_id: str, address: Shown, *, lines: bool = True, definitions: Iterable[Shown] = ()) -> Shown:
    """Return an address, with the lines it will be printed in, and its values of the office's own fields."""
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
        "period": period(address.get("valid_from"), address.get("valid_to")),
        "varia": varia_rows(definitions, address.get("varia") or {}),
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
    """Return what is still open on a card, each with the field where it is filled in."""
    if relation["status"] == "anonymised":
        return []
    points = [
        {"text": str(point.text), "url": _place_to_fill_in(relation["id"], point), "rules": point.rules}
        for point in points_open(relation)
    ]
    if relation["status"] == "draft":
        url = url_for("web.edit.block", relation_id=relation["id"], block="groups", field="status")
        points.append({"text": str(_("Nog een kladversie: zet op actief")), "url": url, "rules": ("old_draft",)})
    return points


def _place_to_fill_in(relation_id: str, point: Point) -> str:
    if point.place == "communication":
        return url_for("web.edit.new_communication", relation_id=relation_id)
    if point.place == "address":
        return url_for("web.edit.new_address", relation_id=relation_id)
    if point.place == "addresses":
        return url_for("web.card.show", relation_id=relation_id, tab="addresses")
    return url_for("web.edit.block", relation_id=relation_id, block=point.place, field=point.field)


def version_row(item: Shown) -> Shown:
    """Return a version of the legal identity, with its source and author."""
    names = (
        ("legal_name", _("Officiële naam")), ("legal_form", _("Rechtsvorm")), ("seat", _("Zetel")),
        ("register_court", _("RPR")), ("register_division", _("Afdeling")), ("official_names", _("Officiële namen")),
        ("birth_place", _("Geboorteplaats")), ("profession", _("Beroep")), ("domicile", _("Woonplaats")),
        ("matrimonial_regime", _("Huwelijksstelsel")),
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
        {"label": _("Geboorteland"), "text": country_name(item.get("birth_country") or "")},
        {"label": _("Nationaliteit"), "text": country_name(item.get("nationality") or "")},
        {"label": _("Burgerlijke staat"), "text": word(CIVIL_STATUSES, item.get("civil_status"))},
        {"label": _("Bekwaamheid"), "text": word(CAPACITIES, item.get("capacity"))},
        {"label": _("Overleden op"), "text": day(item.get("death_date"))},
        {"label": _("Identiteitsbewijs"), "text": _document_words(item)},
        {"label": _("Kapitaal"), "text": amount(as_number(item.get("capital")), "EUR")},
        {"label": _("Vestigingsnummers"), "text": ", ".join(item.get("establishments") or [])},
        {
            "label": _("Activiteiten"),
            "text": "; ".join(
                f"{each.get('code', '')} {each.get('text', '')}" for each in item.get("activities") or []
            ),
        },
        {"label": _("Vertegenwoordigers"), "text": _holder_words(item.get("representatives"), "function")},
        {"label": _("Aandeelhouders"), "text": _holder_words(item.get("shareholders"), "share")},
    ]
    source = item.get("source", "")
    return {
        "from": day(item["valid_from"]),
        "current": item.get("current", False),
        "source": {"user": _("ingevoerd"), "companyinfo": "Company.info"}.get(source, source),
        "recorded_at": moment(item.get("recorded_at")),
        "rows": [row for row in rows if row["text"]],
    }


def _document_words(item: Shown) -> str:
    valid_to = item.get("document_valid_to")
    seen_by = item.get("document_verified_by")
    parts = (
        word(DOCUMENT_TYPES, item.get("document_type")),
        item.get("document_number"),
        _("geldig tot %(day)s", day=day(valid_to)) if valid_to else "",
        _("gezien door %(name)s", name=seen_by) if seen_by else "",
    )
    return ", ".join(str(part) for part in parts if part)


def _holder_words(holders: Iterable[Shown] | None, detail: str) -> str:
    """Return who represents or owns an entity, each with what and since when."""
    told = []
    for each in holders or []:
        more = ", ".join(part for part in (each.get(detail), period(each.get("from"), each.get("to"))) if part)
        told.append(f"{each['name']} ({more})" if more else each["name"])
    return "; ".join(told)


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
