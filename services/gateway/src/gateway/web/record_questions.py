"""What is asked of the whole record: how to address somebody, other names, confidentiality, bookkeeping, varia."""

import dataclasses
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gateway.web.asking import fetch_or
from gateway.web.formats import day
from gateway.web.forms import Choices, Document, Field
from gateway.web.known import office_users
from gateway.web.questions import COMMUNICATION, VALIDITY, address_fields, identity_fields
from gateway.web.rows import Rows
from gateway.web.wording import LANGUAGES, choices_of

ADDRESS_FORMS = {
    "mr": _l("De heer"),
    "mrs": _l("Mevrouw"),
    "mx": _l("Zonder aanduiding van geslacht"),
    "couple": _l("De heer en mevrouw"),
    "sirs": _l("De heren (vennootschap)"),
    "master": _l("Meester (confrater)"),
    "doctor": _l("Dokter"),
    "professor": _l("Professor"),
}
ALIAS_KINDS = {
    "former": _l("Vroegere naam"),
    "trade": _l("Handelsnaam"),
    "abbreviation": _l("Afkorting"),
}
VAT_REGIMES = {
    "standard": _l("Gewone regeling"),
    "exempt": _l("Vrijgesteld"),
    "small_business": _l("Kleine onderneming"),
    "reverse_charge": _l("Medecontractant (verlegd)"),
    "intra_community": _l("Intracommunautair"),
    "export": _l("Buiten de EU"),
    "not_liable": _l("Niet btw-plichtig"),
}
LEVELS = {
    "open": _l("Iedereen die relaties mag lezen"),
    "restricted": _l("Alleen de aangeduide gebruikers"),
}
VARIA_WIDGETS = {
    "check": "check", "text": "text", "number": "number", "date": "date", "list": "select", "multi_list": "checks",
}  # fmt: skip

SUFFIX = Field(path="person.suffix", label=_l("Achtervoegsel"), placeholder=_l("bv. jr., sr."))
RESPONSIBLE = Field(
    path="responsible",
    label=_l("Verantwoordelijke"),
    widget="select",
    choices=lambda: choices_of(office_users(), first=""),
    empty=None,
)
CONFIDENTIALITY = (
    Field(
        path="confidentiality.level",
        label=_l("Zichtbaar voor"),
        widget="select",
        choices=lambda: choices_of(LEVELS),
        default="open",
        wide=True,
        hint=_l("Wie niet aangeduid is, ziet alleen de naam; in lijsten, zoeken, exports en historiek."),
    ),
    Field(
        path="confidentiality.users",
        label=_l("Aangeduide gebruikers"),
        widget="checks",
        choices=lambda: choices_of(office_users()),
    ),
)


def address_form_fields(generated: Mapping[str, str] | None = None) -> tuple[Field, ...]:
    """Return what is asked of how to address somebody; what would be generated stands greyed in what is left empty."""
    generated = generated or {}
    empty = _l("Wat grijs staat, wordt vanzelf gevormd; typ om het te vervangen.")
    return (
        Field(
            path="address_form.form",
            label=_l("Aanspreekvorm"),
            widget="select",
            choices=lambda: choices_of(ADDRESS_FORMS, first=_l("neutraal")),
        ),
        Field(path="address_form.salutation", label=_l("Aanspreking"), placeholder=generated.get("salutation", "")),
        Field(
            path="address_form.letter_opening",
            label=_l("Aanhef van een brief"),
            placeholder=generated.get("letter_opening", ""),
        ),
        Field(
            path="address_form.letter_closing",
            label=_l("Slotformule"),
            placeholder=generated.get("letter_closing", ""),
            hint=empty,
        ),
    )


def accounting_fields(addresses: Iterable[Mapping[str, Any]] = (), *, typed: bool = False) -> tuple[Field, ...]:
    """Return what is asked of the bookkeeping; an invoice goes to one of the relation's own addresses.

    While these are still being ``typed`` they have no id yet and are named by their place.
    """
    own = [(str(place if typed else each["id"]), one_line(each)) for place, each in enumerate(addresses)]
    to = Field(
        path="accounting.invoice_address" if typed else "accounting.invoice_address_id",
        label=_l("Adres voor facturen"),
        widget="select",
        choices=lambda: [("", ""), *own],
        empty=None,
        wide=True,
    )
    return (
        Field(path="accounting.debtor_number", label=_l("Debiteurnummer")),
        Field(path="accounting.creditor_number", label=_l("Crediteurnummer")),
        Field(
            path="accounting.vat_regime",
            label=_l("Btw-regime"),
            widget="select",
            choices=lambda: choices_of(VAT_REGIMES, first=""),
        ),
        Field(
            path="accounting.payment_term_days",
            label=_l("Betalingstermijn (dagen)"),
            widget="number",
            inputmode="numeric",
            empty=None,
        ),
        Field(
            path="accounting.invoice_language",
            label=_l("Taal van de factuur"),
            widget="select",
            choices=lambda: choices_of(LANGUAGES, first=""),
        ),
        Field(path="accounting.invoice_email", label=_l("E-mail voor facturen"), inputmode="email"),
        *([to] if own else []),
        Field(path="accounting.credit_block", label=_l("Kredietblokkering"), widget="check", wide=True),
    )


def alias_fields(prefix: str) -> tuple[Field, ...]:
    """Return what is asked of another name."""
    return (
        Field(path=f"{prefix}id", label="", widget="hidden"),
        Field(
            path=f"{prefix}kind",
            label=_l("Soort naam"),
            widget="select",
            choices=lambda: choices_of(ALIAS_KINDS),
            default="trade",
        ),
        Field(path=f"{prefix}name", label=_l("Naam")),
        *at_place(VALIDITY, prefix),
    )


def bank_account_fields(prefix: str) -> tuple[Field, ...]:
    """Return what is asked of a bank account."""
    return (
        Field(path=f"{prefix}id", label="", widget="hidden"),
        Field(path=f"{prefix}iban", label=_l("IBAN")),
        Field(path=f"{prefix}bic", label=_l("BIC")),
        Field(path=f"{prefix}holder", label=_l("Rekeninghouder")),
        Field(path=f"{prefix}purpose", label=_l("Doel"), hint=_l("bv. derdenrekening, honoraria")),
    )


def first_address_fields(prefix: str) -> tuple[Field, ...]:
    """Return what most addresses need; the rest waits in a fold."""
    asked = {field.path.removeprefix(prefix): field for field in address_fields(prefix)}
    names = ("label", "country", "street", "number", "box", "zip", "city", "matter_correspondence", "mailing")
    return tuple(dataclasses.replace(asked[name], default=PROPOSED_ADDRESS.get(name, "")) for name in names)


def more_address_fields(prefix: str, *, groups: Iterable[str]) -> tuple[Field, ...]:
    """Return what an address may have besides."""
    asked = {field.path.removeprefix(prefix): field for field in address_fields(prefix)}
    names = ("recipient_lines", "contact_person", "title", "building")
    reach = at_place(ADDRESS_REACH, prefix)
    return (
        *(asked[name] for name in names),
        *reach,
        *at_place(VALIDITY, prefix),
        *varia_fields("address", groups=groups, prefix=prefix),
    )


ADDRESS_REACH = (
    Field(path="phone", label=_l("Telefoon op dit adres"), inputmode="tel"),
    Field(path="email", label=_l("E-mail op dit adres"), inputmode="email"),
)
PROPOSED_ADDRESS: dict[str, Any] = {"label": "other"}
FIRST_LABELS = {"natural_person": "residence", "legal_entity": "seat", "public_body": "seat"}
FIRST_ADDRESS = {"country": "BE", "matter_correspondence": True, "mailing": True}

ALIASES = Rows("aliases", _l("Andere naam"), alias_fields, ("name",), plural=_l("Andere namen"))
BANK_ACCOUNTS = Rows("bank_accounts", _l("Rekening"), bank_account_fields, ("iban",), plural=_l("Rekeningen"))
COMMUNICATIONS = Rows(
    "communications",
    _l("Telefoon, e-mail of andere"),
    lambda prefix: at_place(COMMUNICATION, prefix),
    ("value",),
    plural=_l("Telefoon, e-mail en andere"),
    proposed=({"kind": "phone"}, {"kind": "mobile"}, {"kind": "email"}),
)


def address_rows(kind: str = "", groups: Iterable[str] = ()) -> Rows:
    """Return the list of contact addresses of a kind of relation, with the office's own questions for its groups."""
    first = {"label": FIRST_LABELS.get(kind, "other"), **FIRST_ADDRESS}
    return Rows(
        "addresses",
        _l("Contactadres"),
        first_address_fields,
        ("recipient_lines", "building", "street", "zip", "city"),
        more=partial(more_address_fields, groups=tuple(groups)),
        fold=_l("Details tonen"),
        plural=_l("Contactadressen"),
        proposed=(first,),
    )


def holder_lists(kind: str, prefix: str = "") -> tuple[Rows, ...]:
    """Return the lists of a legal identity: who represents an entity and who has shares; none for a person."""
    if kind == "natural_person":
        return ()
    return (
        Rows(
            f"{prefix}representatives", _l("Vertegenwoordiger"), representative_fields, ("name",),
            plural=_l("Vertegenwoordigers"),
        ),
        Rows(
            f"{prefix}shareholders", _l("Aandeelhouder"), shareholder_fields, ("name",), plural=_l("Aandeelhouders")
        ),
    )  # fmt: skip


def representative_fields(prefix: str) -> tuple[Field, ...]:
    """Return what is asked of somebody who represents an entity."""
    return (
        Field(path=f"{prefix}relation_id", label="", widget="hidden"),
        Field(path=f"{prefix}name", label=_l("Naam")),
        Field(path=f"{prefix}function", label=_l("Functie"), placeholder=_l("bv. bestuurder")),
        *period_fields(prefix),
    )


def shareholder_fields(prefix: str) -> tuple[Field, ...]:
    """Return what is asked of somebody who has shares."""
    return (
        Field(path=f"{prefix}relation_id", label="", widget="hidden"),
        Field(path=f"{prefix}name", label=_l("Naam")),
        Field(path=f"{prefix}share", label=_l("Aandeel"), placeholder=_l("bv. 25 %")),
        *period_fields(prefix),
    )


def period_fields(prefix: str = "") -> tuple[Field, ...]:
    """Return the first and the last day of something."""
    return (
        Field(path=f"{prefix}from", label=_l("Van"), widget="date", empty=None),
        Field(path=f"{prefix}to", label=_l("Tot"), widget="date", empty=None),
    )


def at_place(fields: Iterable[Field], prefix: str) -> tuple[Field, ...]:
    """Return the same questions about something deeper in the document; what was required is told when it counts."""
    return tuple(dataclasses.replace(field, path=f"{prefix}{field.path}", required=False) for field in fields)


def legal_identity_fields(kind: str) -> tuple[Field, ...]:
    """Return what is asked of the first version of the legal identity while the relation is being typed."""
    return at_place(identity_fields(kind), "legal_identity.")


def known_identity(relation: Mapping[str, Any]) -> Document:
    """Return what a relation, or a draft of one, itself already tells of its legal identity."""
    person, entity = relation.get("person") or {}, relation.get("entity") or {}
    names = (person.get("first_names"), person.get("prefix"), person.get("last_name"))
    return {
        **{kind: value for kind, value in (relation.get("identifiers") or {}).items() if value},
        "legal_name": entity.get("legal_name", ""),
        "legal_form": entity.get("legal_form", ""),
        "official_names": " ".join(name for name in names if name),
        "birth_date": person.get("birth_date"),
    }


def varia_definitions(level: str) -> list[Document]:
    """Return the office's own fields on a level, relation or address; none while the service does not answer."""
    found = fetch_or("relations", "/varia-definitions", {"items": []})
    items = found["items"] if isinstance(found, dict) else found
    return [item for item in items if item.get("level", "relation") == level]


def varia_fields(
    level: str, *, groups: Iterable[str] | None = None, held: Mapping[str, Any] | None = None, prefix: str = ""
) -> tuple[Field, ...]:
    """Return the office's own questions: those for these groups, and retired ones only where they hold something."""
    mine, held = set(groups or ()), held or {}
    return tuple(
        varia_field(definition, prefix=prefix)
        for definition in varia_definitions(level)
        if definition["key"] in held
        or (not definition.get("retired") and (groups is None or _applies(definition, mine)))
    )


def varia_field(definition: Mapping[str, Any], *, prefix: str = "") -> Field:
    """Return the question of a definition, with the input that fits its type."""
    kind = str(definition["type"])
    return Field(
        path=f"{prefix}varia.{definition['key']}",
        label=label_in_language(definition),
        widget=VARIA_WIDGETS.get(kind, "text"),
        choices=lambda: [*([("", "")] if kind == "list" else []), *_options(definition)],
        empty=None,
    )


def label_in_language(named: Mapping[str, Any], *, labels: str = "labels") -> str:
    """Return the label of something the office named itself, in the reader's language."""
    given = named.get(labels) or {}
    return str(given.get(str(get_locale())) or given.get("nl") or named.get("key") or named.get("code") or "")


def varia_rows(definitions: Iterable[Mapping[str, Any]], held: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the office's own fields that are filled in, retired ones too, as they are read."""
    words = {"yes": str(_("ja")), "no": str(_("nee"))}
    return [
        {"label": label_in_language(each), "text": varia_text(each, held[each["key"]], **words)}
        for each in definitions
        if each["key"] in held
    ]


def varia_text(definition: Mapping[str, Any], value: Any, *, yes: str, no: str) -> str:
    """Return the value of a field of the office's own as it is read."""
    if isinstance(value, bool):
        return yes if value else no
    words = dict(_options(definition))
    if isinstance(value, list):
        return ", ".join(words.get(str(one), str(one)) for one in value)
    return day(value) if definition["type"] == "date" else words.get(str(value), str(value))


def _options(definition: Mapping[str, Any]) -> Choices:
    return [
        (str(option.get("code") or option.get("key") or ""), label_in_language(option))
        if isinstance(option, Mapping)
        else (str(option), str(option))
        for option in definition.get("options") or []
    ]


def _applies(definition: Mapping[str, Any], groups: set[str]) -> bool:
    wanted = set(definition.get("groups") or ())
    return not wanted or bool(wanted & groups)


def one_line(address: Mapping[str, Any]) -> str:
    """Return an address on one line."""
    house = " ".join(str(address.get(part) or "") for part in ("street", "number", "box")).strip()
    return ", ".join(part for part in (house, f"{address.get('zip', '')} {address.get('city', '')}".strip()) if part)
