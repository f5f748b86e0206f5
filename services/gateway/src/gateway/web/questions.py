"""What is asked of a relation, its addresses and its ways to be reached, field by field."""

from flask_babel import lazy_gettext as _l

from gateway.web.formats import countries
from gateway.web.forms import Field, Section
from gateway.web.known import office_groups
from gateway.web.wording import (
    ADDRESS_LABELS,
    CHOOSABLE_STATUSES,
    COMMUNICATION_KINDS,
    KINDS,
    LANGUAGES,
    STATUSES,
    choices_of,
)

PERSON_KINDS = ("natural_person",)
ENTITY_KINDS = ("legal_entity", "public_body", "other")

PERSON = (
    Field(path="person.first_names", label=_l("Voornamen")),
    Field(path="person.prefix", label=_l("Tussenvoegsel"), placeholder=_l("bv. van, de")),
    Field(path="person.last_name", label=_l("Familienaam"), required=True),
    Field(path="person.birth_date", label=_l("Geboortedatum"), widget="date", empty=None),
    Field(path="person.title", label=_l("Titel"), placeholder=_l("bv. mr., dr., mevr.")),
    Field(path="person.initials", label=_l("Voorletters")),
    Field(path="person.call_name", label=_l("Roepnaam")),
    Field(path="person.birth_name", label=_l("Geboortenaam")),
)
ENTITY = (
    Field(path="entity.legal_name", label=_l("Officiële naam"), required=True, wide=True),
    Field(path="entity.legal_form", label=_l("Rechtsvorm"), placeholder=_l("bv. BV, NV, VZW")),
    Field(path="entity.short_name", label=_l("Korte naam")),
    Field(
        path="entity.trade_names",
        label=_l("Handelsnamen"),
        widget="lines",
        wide=True,
        empty=(),
        hint=_l("Eén per regel."),
    ),
)
NUMBERS = (
    Field(path="identifiers.kvk", label=_l("KVK-nummer"), empty=None, inputmode="numeric"),
    Field(path="identifiers.kbo", label=_l("KBO-nummer"), empty=None, inputmode="numeric"),
    Field(path="identifiers.vat", label=_l("Btw-nummer"), empty=None),
)
MORE_NUMBERS = (
    Field(path="identifiers.rsin", label=_l("RSIN"), empty=None, inputmode="numeric"),
    Field(path="identifiers.establishment", label=_l("Vestigingsnummer"), empty=None, inputmode="numeric"),
)
LANGUAGE = Field(
    path="language", label=_l("Taal"), widget="select", choices=lambda: choices_of(LANGUAGES), default="nl"
)
GROUPS = Field(
    path="groups", label=_l("Groepen"), widget="checks", choices=lambda: list(office_groups().items()), wide=True
)
STATUS = Field(
    path="status",
    label=_l("Status"),
    widget="select",
    choices=lambda: choices_of({code: STATUSES[code] for code in CHOOSABLE_STATUSES}),
    default="active",
)
NOTES = (
    Field(
        path="warning",
        label=_l("Waarschuwing"),
        wide=True,
        hint=_l("Staat bovenaan op de fiche, bv. “belt liefst na 17 u”."),
    ),
    Field(path="memo", label=_l("Memo"), widget="area", wide=True),
)
DISPLAY_NAME = Field(
    path="display_name",
    label=_l("Weergavenaam"),
    wide=True,
    empty=None,
    hint=_l("Zo staat de relatie in lijsten. Maak leeg om de naam volgens de huisregel te vormen."),
)


def address_fields(prefix: str = "", *, country: str = "") -> tuple[Field, ...]:
    """Return what is asked of a contact address; ``prefix`` is its place in a larger form."""
    return (
        Field(
            path=f"{prefix}label",
            label=_l("Soort adres"),
            widget="select",
            choices=lambda: choices_of(ADDRESS_LABELS),
            default="other",
        ),
        Field(
            path=f"{prefix}recipient_lines", label=_l("Aan"), widget="lines", hint=_l("Eén regel per geadresseerde.")
        ),
        Field(path=f"{prefix}contact_person", label=_l("T.a.v.")),
        Field(path=f"{prefix}title", label=_l("Functie of titel")),
        Field(path=f"{prefix}building", label=_l("Gebouw"), wide=True),
        Field(path=f"{prefix}street", label=_l("Straat"), wide=True),
        Field(path=f"{prefix}number", label=_l("Nummer")),
        Field(path=f"{prefix}box", label=_l("Bus")),
        Field(path=f"{prefix}zip", label=_l("Postcode")),
        Field(path=f"{prefix}city", label=_l("Plaats")),
        Field(path=f"{prefix}country", label=_l("Land"), widget="select", choices=countries, default=country),
        Field(path=f"{prefix}matter_correspondence", label=_l("Zaken-briefwisseling"), widget="check", default=True),
        Field(path=f"{prefix}mailing", label=_l("Mailing-adres"), widget="check", default=True),
    )


VALIDITY = (
    Field(path="valid_from", label=_l("Geldig van"), widget="date", empty=None),
    Field(path="valid_to", label=_l("Geldig tot"), widget="date", empty=None),
)
COMMUNICATION = (
    Field(
        path="kind",
        label=_l("Soort"),
        widget="select",
        choices=lambda: choices_of(COMMUNICATION_KINDS),
        default="phone",
    ),
    Field(path="value", label=_l("Nummer of adres"), required=True),
    Field(path="label", label=_l("Omschrijving"), placeholder=_l("bv. werk, thuis")),
    Field(path="preferred", label=_l("Voorkeur"), widget="check"),
    Field(path="do_not_use", label=_l("Niet gebruiken"), widget="check"),
)

SITUATIONS = {
    "normal": _l("Normale toestand"),
    "bankruptcy": _l("Faillissement"),
    "suspension_of_payments": _l("Surseance van betaling"),
    "judicial_reorganisation": _l("Gerechtelijke reorganisatie"),
    "dissolution": _l("Ontbinding"),
    "closed": _l("Afgesloten"),
}
CIVIL_STATUSES = {
    "single": _l("Ongehuwd"),
    "married": _l("Gehuwd"),
    "cohabiting": _l("Samenwonend"),
    "separated": _l("Gescheiden van tafel en bed"),
    "divorced": _l("Gescheiden"),
    "widowed": _l("Verweduwd"),
}
CAPACITIES = {
    "full": _l("Bekwaam"),
    "minor": _l("Minderjarig"),
    "emancipated": _l("Ontvoogd"),
    "protected": _l("Onder bewind of voogdij"),
}
DOCUMENT_TYPES = {
    "identity_card": _l("Identiteitskaart"),
    "passport": _l("Paspoort"),
    "residence_permit": _l("Verblijfstitel"),
    "driving_licence": _l("Rijbewijs"),
    "other": _l("Ander"),
}
VALID_FROM = Field(path="valid_from", label=_l("Geldig vanaf"), widget="date", required=True)
IDENTITY_OF_ENTITY = (
    VALID_FROM,
    Field(path="legal_name", label=_l("Officiële naam"), wide=True),
    Field(path="legal_form", label=_l("Rechtsvorm")),
    Field(
        path="legal_situation",
        label=_l("Rechtstoestand"),
        widget="select",
        choices=lambda: choices_of(SITUATIONS, first=""),
    ),
    Field(path="kbo", label=_l("KBO-nummer")),
    Field(path="kvk", label=_l("KVK-nummer")),
    Field(path="vat", label=_l("Btw-nummer")),
    Field(path="rsin", label=_l("RSIN")),
    Field(path="register_court", label=_l("Rechtspersonenregister (RPR)"), placeholder=_l("bv. Gent")),
    Field(path="register_division", label=_l("Afdeling"), placeholder=_l("bv. Kortrijk")),
    Field(path="seat", label=_l("Zetel"), wide=True),
    Field(path="incorporation_date", label=_l("Opgericht op"), widget="date", empty=None),
    Field(path="capital", label=_l("Kapitaal (€)"), widget="number", inputmode="decimal", empty=None),
    Field(path="establishments", label=_l("Vestigingsnummers"), widget="lines", empty=(), hint=_l("Eén per regel.")),
    Field(
        path="activities",
        label=_l("Activiteiten (NACE of SBI)"),
        widget="coded",
        empty=(),
        hint=_l("Eén per regel: de code en wat ze betekent."),
    ),
)
IDENTITY_OF_PERSON = (
    VALID_FROM,
    Field(path="official_names", label=_l("Officiële namen"), wide=True),
    Field(path="birth_date", label=_l("Geboortedatum"), widget="date", empty=None),
    Field(path="birth_place", label=_l("Geboorteplaats")),
    Field(path="birth_country", label=_l("Geboorteland"), widget="select", choices=countries),
    Field(path="nationality", label=_l("Nationaliteit"), widget="select", choices=countries),
    Field(path="profession", label=_l("Beroep")),
    Field(path="domicile", label=_l("Woonplaats"), wide=True),
    Field(
        path="civil_status",
        label=_l("Burgerlijke staat"),
        widget="select",
        choices=lambda: choices_of(CIVIL_STATUSES, first=""),
    ),
    Field(path="matrimonial_regime", label=_l("Huwelijksstelsel")),
    Field(
        path="capacity",
        label=_l("Bekwaamheid"),
        widget="select",
        choices=lambda: choices_of(CAPACITIES, first=""),
    ),
    Field(path="death_date", label=_l("Overleden op"), widget="date", empty=None),
    Field(
        path="document_type",
        label=_l("Identiteitsbewijs"),
        widget="select",
        choices=lambda: choices_of(DOCUMENT_TYPES, first=""),
    ),
    Field(path="document_number", label=_l("Nummer van het bewijs")),
    Field(path="document_valid_to", label=_l("Bewijs geldig tot"), widget="date", empty=None),
    Field(path="document_verified_by", label=_l("Gezien door")),
)


def identity_fields(kind: str) -> tuple[Field, ...]:
    """Return what is asked of a version of the legal identity of a kind of relation."""
    return IDENTITY_OF_PERSON if kind == "natural_person" else IDENTITY_OF_ENTITY


QUICK = (
    Section(
        "",
        (
            Field(path="name", label=_l("Naam"), required=True),
            Field(
                path="quick_kind",
                label=_l("Soort"),
                widget="select",
                choices=lambda: choices_of(KINDS),
                default="natural_person",
            ),
            Field(
                path="quick_group",
                label=_l("Groep"),
                widget="select",
                choices=lambda: list(office_groups().items()),
                default="prospect",
            ),
        ),
    ),
)
