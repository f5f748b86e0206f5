"""What a relation is: its values, its names, and the orders that change it."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

KINDS = ("natural_person", "legal_entity", "public_body", "other")
STATUSES = ("draft", "active", "inactive", "deceased", "dissolved", "merged", "anonymised")
CHOOSABLE_STATUSES = ("draft", "active", "inactive", "deceased", "dissolved")
LANGUAGES = ("nl", "fr", "en", "de")
COMMUNICATION_KINDS = ("phone", "mobile", "fax", "email", "web", "ebox", "peppol")
IDENTIFIER_KINDS = ("kbo", "kvk", "rsin", "vat", "establishment")
ADDRESS_LABELS = (
    "seat", "residence", "chosen_domicile", "establishment", "po_box", "billing", "private", "other",
)  # fmt: skip
ALIAS_KINDS = ("former", "trade", "abbreviation")
WARNING_COLOURS = ("red", "orange", "yellow", "green", "blue", "grey")
CONFIDENTIALITY = ("open", "restricted")
VAT_REGIMES = ("standard", "exempt", "small_business", "reverse_charge", "intra_community", "export", "not_liable")
GROUPS: dict[str, dict[str, str]] = {
    "client": {"nl": "Cliënt", "fr": "Client", "en": "Client"},
    "prospect": {"nl": "Prospect", "fr": "Prospect", "en": "Prospect"},
    "counterparty": {"nl": "Tegenpartij", "fr": "Partie adverse", "en": "Opposing party"},
    "court": {"nl": "Rechtbank", "fr": "Tribunal", "en": "Court"},
    "lawyer": {"nl": "Advocaat/confrater", "fr": "Avocat/confrère", "en": "Lawyer/colleague"},
    "bailiff": {"nl": "Gerechtsdeurwaarder", "fr": "Huissier de justice", "en": "Bailiff"},
    "notary": {"nl": "Notaris", "fr": "Notaire", "en": "Notary"},
    "expert": {"nl": "Deskundige", "fr": "Expert", "en": "Expert"},
    "supplier": {"nl": "Leverancier", "fr": "Fournisseur", "en": "Supplier"},
    "employee": {"nl": "Medewerker", "fr": "Collaborateur", "en": "Employee"},
    "own_office": {"nl": "Eigen kantoor", "fr": "Propre cabinet", "en": "Own office"},
}

PERSON_FIELDS = (
    "title", "initials", "first_names", "call_name", "prefix", "last_name", "birth_name", "suffix", "birth_date",
)  # fmt: skip
ENTITY_FIELDS = ("legal_name", "trade_names", "short_name", "legal_form")
ADDRESS_FORM_FIELDS = ("form", "salutation", "letter_opening", "letter_closing")
ACCOUNTING_FIELDS = (
    "debtor_number", "creditor_number", "vat_regime", "payment_term_days", "invoice_language", "invoice_email",
    "invoice_address_id", "credit_block",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class RegisterRelation:
    """Register a relation; ``fields`` are those of the public API, checked and normalised."""

    kind: str
    fields: dict[str, Any]
    refuse_duplicates: bool = False


@dataclass(frozen=True)
class EditRelation:
    """Change the given fields of a relation (JSON merge patch, RFC 7396)."""

    changes: dict[str, Any]


@dataclass(frozen=True)
class Name:
    """The parts of a name that display and sorting are made of."""

    kind: str
    parts: dict[str, Any] = field(default_factory=dict)

    def display(self) -> str:
        """Return the display name by the house rule: call or first names, prefix and last name; or the legal name."""
        if self.kind == "natural_person":
            words = (
                self.parts.get("call_name") or self.parts.get("first_names") or self.parts.get("initials"),
                self.parts.get("prefix"),
                self.parts.get("last_name"),
                self.parts.get("suffix"),
            )
            return " ".join(word for word in words if word)
        return str(self.parts.get("legal_name") or self.parts.get("short_name") or "")

    def sort(self, display: str) -> str:
        """Return the name under which the relation stands in an alphabetical list."""
        if self.kind == "natural_person" and self.parts.get("last_name"):
            words = (self.parts["last_name"], self.parts.get("prefix"), self.parts.get("first_names"))
            return plain(" ".join(word for word in words if word))
        return plain(display)

    def all_forms(self) -> list[str]:
        """Return every form of the name a user might search by."""
        simple = [
            self.parts.get(part)
            for part in ("first_names", "call_name", "prefix", "last_name", "birth_name", "legal_name", "short_name")
        ]
        return [form for form in (*simple, *(self.parts.get("trade_names") or [])) if form]


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept."""

    media_type: str
    content: bytes


def plain(text: str) -> str:
    """Return a text in lower case, without accents, and with single spaces: the form that is searched."""
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    for ligature, letters in (("œ", "oe"), ("æ", "ae"), ("ø", "o"), ("ł", "l"), ("đ", "d"), ("ĳ", "ij")):
        bare = bare.replace(ligature, letters)
    return " ".join(bare.split())


def words_of(texts: Iterable[str]) -> set[str]:
    """Return the searchable words of some texts."""
    return {word for text in texts for word in re.findall(r"[^\W_]+", plain(text)) if word}


@dataclass(frozen=True)
class PostalAddress:
    """What is printed of a contact address."""

    recipient_lines: tuple[str, ...]
    contact_person: str
    title: str
    building: str
    street: str
    number: str
    box: str
    zip: str
    city: str
    country: str

    def lines(self, *, home_country: str, country_names: dict[str, str]) -> list[str]:
        """Return the lines of a letter or label: never a blank one, the country only when it goes abroad.

        Belgium: ``Straat 32 bus 20`` and ``9000 Gent``. The Netherlands: ``Straat 32-20`` and ``1234 AB  PLAATS``
        with two spaces and the place in capitals.
        """
        contact = f"t.a.v. {self.contact_person}" if self.contact_person else ""
        abroad = "" if self.country in ("", home_country) else country_names.get(self.country, self.country).upper()
        candidates = (
            *self.recipient_lines, contact, self.title, self.building, self._street_line(), self._place_line(), abroad,
        )  # fmt: skip
        return [line.strip() for line in candidates if line.strip()]

    def _street_line(self) -> str:
        house = " ".join(part for part in (self.street, self.number) if part)
        if not self.box:
            return house
        return f"{house} bus {self.box}" if self.country in ("BE", "") else f"{house}-{self.box}"

    def _place_line(self) -> str:
        if self.country == "NL":
            return "  ".join(part for part in (dutch_postcode(self.zip), self.city.upper()) if part)
        return " ".join(part for part in (self.zip, self.city) if part)


def dutch_postcode(zip_code: str) -> str:
    """Return a Dutch postcode as it is written: four digits, a space, two capitals."""
    bare = zip_code.replace(" ", "").upper()
    return f"{bare[:4]} {bare[4:]}" if re.fullmatch(r"\d{4}[A-Z]{2}", bare) else zip_code


def is_valid_on(valid_from: dt.date | None, valid_to: dt.date | None, *, day: dt.date) -> bool:
    """Tell whether a period without or with ends contains a day."""
    return (valid_from is None or valid_from <= day) and (valid_to is None or day <= valid_to)
