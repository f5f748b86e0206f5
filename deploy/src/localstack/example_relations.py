"""Who and what the example office knows."""

from typing import Any

Relation = dict[str, Any]


def person(first: str, last: str, group: str, **more: Any) -> Relation:
    """Return a natural person; ``person`` adds name parts, anything else is a field of the relation."""
    name = {"first_names": first, "last_name": last, **more.pop("person", {})}
    return {"kind": "natural_person", "person": name, "groups": [group, *more.pop("also", [])], **more}


def entity(name: str, group: str, form: str = "", *, kind: str = "legal_entity", **more: Any) -> Relation:
    """Return an entity or public body."""
    return {
        "kind": kind,
        "entity": {"legal_name": name, "legal_form": form, **more.pop("entity", {})},
        "groups": [group, *more.pop("also", [])],
        **more,
    }


def at(street: str, number: str, zip_code: str, city: str, country: str = "BE", **more: Any) -> dict[str, Any]:
    """Return an address that is used for matters and mailings unless told otherwise."""
    uses = {"matter_correspondence": True, "mailing": True}
    return {
        "label": "seat", "street": street, "number": number, "zip": zip_code, "city": city, "country": country,
        **uses, **more,
    }  # fmt: skip


def reach(*entries: str) -> list[dict[str, Any]]:
    """Return communications from texts such as ``mobile:0470 12 34 56``; the first one is preferred."""
    made = []
    for place, entry in enumerate(entries):
        kind, value = entry.split(":", 1)
        made.append({"kind": kind, "value": value, "preferred": place == 0})
    return made


RELATIONS: dict[str, Relation] = {
    # The office itself and its people
    "office": entity("De Wilde & Partners", "own_office", "BV", identifiers={"kbo": "0999.990.123"},
        communications=reach("phone:09 555 10 00", "email:info@dewilde.example", "web:www.dewilde.example"),
        addresses=[at("Coupure", "101", "9000", "Gent")]),
    "anna": person("Anna", "Claes", "employee", communications=reach("mobile:0470 10 00 01", "email:anna@dewilde.example")),
    "karel": person("Karel", "Maes", "employee", communications=reach("phone:09 555 10 02", "email:karel@dewilde.example")),
    # The building quarrel
    "donald": entity("Test BV Donald", "client", "BV", also=["prospect"], identifiers={"kvk": "68750110"},
        warning="Belt liefst na 17 u", communications=reach("phone:+31 20 794 08 00", "email:directie@donald.example"),
        addresses=[at("Hizzaarderlaan", "3", "8822 WJ", "Lollum", "NL", recipient_lines=["Test BV Donald", "T.a.v. de directie"])]),
    "peeters_bouw": entity("Bouwwerken Peeters", "counterparty", "BV",
        identifiers={"kbo": "0999.990.222", "vat": "BE0999990222"}, communications=reach("phone:03 555 22 22"),
        addresses=[at("Noorderlaan", "45", "2030", "Antwerpen", box="7")]),
    "jan_peeters": person("Jan", "Peeters", "counterparty", communications=reach("mobile:0471 22 33 44"),
        addresses=[at("Kerkstraat", "12", "2000", "Antwerpen", label="residence")]),
    "jan_peters": person("Jan", "Peters", "client", memo="Niet verwarren met Jan Peeters van de bouwfirma.",
        communications=reach("mobile:0472 33 44 55"), addresses=[at("Dorp", "8", "9810", "Nazareth", label="residence")]),
    "expert_bouw": person("Ingrid", "Van Acker", "expert", person={"title": "ir."}, communications=reach("email:ingrid@expertise.example")),
    # The bankruptcy, with its red alert
    "failliet": entity("Zuiderzon Handel", "client", "B.V.", identifiers={"kvk": "90990222"},
        communications=reach("phone:+31 10 555 02 22"), addresses=[at("Maasboulevard", "22", "3063 NS", "Rotterdam", "NL")]),
    "surseance": entity("Noordkade Logistiek", "counterparty", "B.V.", identifiers={"kvk": "90990333"},
        addresses=[at("Noordkade", "5", "9700 AA", "Groningen", "NL")]),
    "gestopt": entity("Kleine Kade", "supplier", "V.O.F.", identifiers={"kvk": "90990444"}, status="dissolved"),
    "onbekend_kvk": entity("Onbekend bij de Kamer", "prospect", "B.V.", identifiers={"kvk": "12345678"}),
    "stichting": entity("Stichting Bolderbast", "client", "Stichting", identifiers={"kvk": "69599068"},
        addresses=[at("Watermolenlaan", "1", "3447 GT", "Woerden", "NL")]),
    "nv": entity("Test NV Katrien", "supplier", "NV", identifiers={"kvk": "68727720"}),
    "eenmanszaak": entity("Test EMZ Dagobert", "prospect", "Eenmanszaak", identifiers={"kvk": "69599084"}),
    "tweede_bv": entity("Test BV Kwik", "prospect", "BV", identifiers={"kvk": "90001354"}),
    "score": entity("Wankel Transport", "counterparty", "BV", identifiers={"kbo": "0999.990.321"},
        addresses=[at("Industrieweg", "9", "9032", "Gent")]),
    # The divorce
    "lies": person("Lies", "Janssens", "client", person={"birth_date": "1984-05-17", "title": "Mevr."}, language="nl",
        communications=reach("mobile:0473 11 22 33", "email:lies.janssens@example.com"),
        addresses=[at("Veldstraat", "88", "9000", "Gent", label="residence", box="3", recipient_lines=["Mevr. Lies Janssens"])]),
    "marc": person("Marc", "Vermeulen", "counterparty", person={"birth_date": "1981-11-02"},
        warning="Alleen schriftelijk, via zijn advocaat", communications=[{"kind": "mobile", "value": "0474 55 66 77", "do_not_use": True}]),
    "twins_a": person("Sofie", "Dierickx", "client", person={"birth_date": "1990-01-01"}, communications=reach("mobile:0475 00 00 01")),
    "twins_b": person("Sofie", "Dierickx", "client", person={"birth_date": "1962-07-30"}, communications=reach("phone:02 555 00 02")),
    # Courts, colleagues, officers
    "court_gent": entity("Ondernemingsrechtbank Gent, afdeling Gent", "court", kind="public_body",
        communications=reach("phone:09 555 40 00"), addresses=[at("Opgeëistenlaan", "401", "9000", "Gent", building="Gerechtsgebouw")]),
    "court_adam": entity("Rechtbank Amsterdam", "court", kind="public_body", addresses=[at("Parnassusweg", "280", "1076 AV", "Amsterdam", "NL")]),
    "tribunal": entity("Tribunal de première instance francophone de Bruxelles", "court", kind="public_body", language="fr",
        addresses=[at("Rue de la Régence", "4", "1000", "Bruxelles")]),
    "lawyer": person("Éloïse", "D'Hondt", "lawyer", person={"title": "Mr."}, language="fr",
        communications=reach("email:eloise@dhondt.example", "phone:02 555 60 60"), addresses=[at("Avenue Louise", "149", "1050", "Ixelles", box="24")]),
    "lawyer_nl": person("Willem", "Hoff", "lawyer", person={"prefix": "van 't", "title": "mr."}, communications=reach("phone:+31 20 555 11 22"),
        addresses=[at("Herengracht", "500", "1017 CB", "Amsterdam", "NL")]),
    "bailiff": person("Geert", "De Smet", "bailiff", communications=reach("email:kantoor@desmet.example"), addresses=[at("Brabantdam", "33", "9000", "Gent")]),
    "bailiff_office": entity("Deurwaarders aan de Schelde", "bailiff", "BV", addresses=[at("Kaai", "2", "2000", "Antwerpen")]),
    "notary": person("Hilde", "Van der Straeten-Ponthoz", "notary", person={"title": "Meester"}, addresses=[at("Grote Markt", "1", "2800", "Mechelen")]),
    "notary_nl": entity("Notariskantoor Aan de Amstel", "notary", "B.V.", addresses=[at("Amstel", "100", "1017 AC", "Amsterdam", "NL")]),
    "translator": person("Jürgen", "Groß", "expert", language="de", communications=reach("email:juergen@uebersetzung.example", "phone:+49 241 555 0"),
        addresses=[at("Pontstraße", "74", "52062", "Aachen", "DE")]),
    "supplier": entity("Papier & Inkt", "supplier", "NV", identifiers={"kbo": "0999.990.420"}, communications=reach("phone:09 555 70 70")),
    # Prospects, and the awkward ones
    "prospect_a": person("Fatima", "El Amrani", "prospect", communications=reach("mobile:0476 12 12 12")),
    "prospect_b": person("Tom", "Wouters", "prospect", status="draft"),
    "prospect_c": entity("Brasserie Le Cygne", "prospect", "SRL", language="fr", communications=reach("email:bonjour@lecygne.example")),
    "deceased": person("Maria", "Goossens", "client", status="deceased", person={"birth_date": "1931-03-09"}),
    "moved": person("Pieter", "Lambrecht", "client", communications=reach("mobile:0477 98 76 54"), addresses=[
        at("Oude Steenweg", "1", "8000", "Brugge", label="residence", valid_to="2024-12-31", matter_correspondence=False, mailing=False),
        at("Nieuwe Weg", "2", "8310", "Brugge", label="residence", valid_from="2025-01-01")]),
    "no_reach": person("Roger", "Zonderling", "client"),
    "long_name": entity("Vereniging van Mede-eigenaars van de Residentie Ter Groene Poorte aan de Kleine Nete en Omstreken, Blokken A tot en met K",
        "client", entity={"short_name": "VME Ter Groene Poorte"}, addresses=[at("Netelaan", "1-11", "2500", "Lier")]),
    "odd_signs": entity("Café \"Het <b>Vette</b> & Zo\" 100% =SOM(A1)", "prospect", "BV"),
    "employee_client": person("Nele", "Verhaegen", "employee", also=["client"], communications=reach("mobile:0478 45 45 45")),
}  # fmt: skip

MATTERS: dict[str, tuple[str, str, list[tuple[str, str]]]] = {
    "2026/0012": ("Donald / Bouwwerken Peeters: gebreken aan de loods", "active",
        [("donald", "client"), ("peeters_bouw", "counterparty"), ("lawyer", "counterparty_lawyer"), ("court_gent", "court"), ("expert_bouw", "expert")]),
    "2026/0020": ("Faillissement Zuiderzon Handel", "active", [("failliet", "client"), ("court_adam", "court"), ("lawyer_nl", "trustee")]),
    "2026/0031": ("Echtscheiding Janssens / Vermeulen", "active", [("lies", "client"), ("marc", "counterparty"), ("notary", "notary")]),
    "2025/0107": ("Invordering Noordkade", "active", [("stichting", "client"), ("surseance", "counterparty"), ("bailiff", "bailiff")]),
    "2023/0044": ("Nalatenschap Goossens", "closed", [("deceased", "client"), ("notary", "notary")]),
    "2024/0090": ("Huurgeschil Lambrecht", "closed", [("moved", "client"), ("twins_b", "counterparty")]),
}  # fmt: skip

MOMENTS: list[tuple[str, int, dict[str, Any]]] = [
    ("donald", -12, {"time": "10:30", "subject": "Plaatsbezoek loods", "memo": "Vocht in de noordgevel, foto's volgen.", "from_user": "anna", "for_user": "anna", "status": "done", "matter_number": "2026/0012"}),
    ("donald", -2, {"time": "17:15", "subject": "Stukken van de aannemer opvragen", "from_user": "anna", "for_user": "karel", "status": "open", "matter_number": "2026/0012"}),
    ("donald", 3, {"time": "09:00", "subject": "Bespreking deskundigenverslag", "from_user": "anna", "for_user": "anna", "status": "open"}),
    ("failliet", 0, {"time": "11:00", "subject": "Curator terugbellen", "from_user": "karel", "for_user": "anna", "status": "open"}),
    ("lies", -30, {"subject": "Kennismaking", "from_user": "anna", "for_user": "anna", "status": "done"}),
    ("lies", 1, {"time": "14:00", "subject": "Voorstel regeling overlopen", "from_user": "karel", "for_user": "anna", "status": "in_progress", "matter_number": "2026/0031"}),
    ("prospect_a", -5, {"subject": "Belde over huurcontract", "memo": "Wil eerst een raming.", "from_user": "karel", "for_user": "anna", "status": "open", "next_touch": None}),
    ("prospect_b", -1, {"subject": "Gegevens aanvullen", "from_user": "karel", "for_user": "karel", "status": "open"}),
    ("prospect_c", 7, {"time": "15:30", "subject": "Premier entretien", "from_user": "anna", "for_user": "anna", "status": "open"}),
    ("stichting", -3, {"subject": "Uitvoerbare titel ontvangen", "from_user": "karel", "for_user": "karel", "status": "done", "matter_number": "2025/0107"}),
]  # fmt: skip
