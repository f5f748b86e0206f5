"""Cells as people fill them, in the form the public API takes; what is not understood stays and is refused there."""

import re
from collections.abc import Callable

from relations.exchange.countries import country_code
from relations.record.domain import plain
from relations.record.varia import VariaDefinition

YES = frozenset(("1", "true", "waar", "vrai", "ja", "j", "oui", "o", "yes", "y", "x", "v"))
NO = frozenset(("0", "false", "onwaar", "faux", "nee", "neen", "n", "non", "no", "-"))
KINDS: dict[str, str] = {
    "natural_person": "natural person|natuurlijk persoon|natuurlijke persoon|persoon|personne physique|personne|person"
    "|particulier|np",
    "legal_entity": "legal entity|rechtspersoon|personne morale|vennootschap|bedrijf|societe|company|firma|rp",
    "public_body": "public body|overheid|openbaar bestuur|rechtbank|autorite|autorite publique|tribunal|court",
    "other": "andere|overige|autre|autres",
}
KIND_BY_WORD = {word: kind for kind, words in KINDS.items() for word in (kind, *words.split("|"))}
LANGUAGES: dict[str, str] = {
    "nl": "nederlands|neerlandais|dutch|n", "fr": "frans|francais|french|f", "en": "engels|anglais|english|e",
    "de": "duits|allemand|german|deutsch|d",
}  # fmt: skip
LANGUAGE_BY_WORD = {word: code for code, words in LANGUAGES.items() for word in (code, *words.split("|"))}
ADDRESS_LABELS: dict[str, str] = {
    "seat": "zetel|siege|siege social|maatschappelijke zetel", "residence": "woonplaats|domicilie|domicile|thuis|home",
    "chosen_domicile": "gekozen woonplaats|domicile elu", "establishment": "vestiging|etablissement|werk|work|bureau",
    "po_box": "postbus|boite postale|po box", "billing": "facturatie|facturation|factuuradres|billing",
    "private": "prive|privaat|private", "other": "andere|ander|autre|other",
}  # fmt: skip
LABEL_BY_WORD = {word: code for code, words in ADDRESS_LABELS.items() for word in (code, *words.split("|"))}

WORDS_AT = {"kind": KIND_BY_WORD, "language": LANGUAGE_BY_WORD, "addresses.label": LABEL_BY_WORD}
"""Fields with a few values, by the words that people use for them."""

DAY_FIRST = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$")
YEAR_FIRST = re.compile(r"^(\d{4})[./-]?(\d{2})[./-]?(\d{2})(?:[T ].*)?$")
NO_DATES = ("00/00/0000", "0/0/00", "0/0/0000", "0-0-00")
"""What Outlook exports where there is no date."""


def varia_value(definition: VariaDefinition | None, text: str) -> object:
    """Return the text of a cell as a value of a field of the office's own; None where there is no such field."""
    kind = definition.type if definition else ""
    if kind == "check":
        return _flag(text)
    if kind == "number":
        return _number(text)
    if kind == "date":
        return date(text)
    if kind == "multi_list":
        return [item.strip() for item in re.split(r"[,;|\n]", text) if item.strip()]
    return text


def reading_at(place: str) -> Callable[[str], object]:
    """Return what makes the text of a cell the value of a field; the place is without a number."""
    name = place.rpartition(".")[2]
    if name in ("mailing", "matter_correspondence"):
        return _flag
    if name in ("birth_date", "valid_from", "valid_to"):
        return date
    if name in ("trade_names", "recipient_lines"):
        return _lines
    if place == "addresses.country":
        return country_code
    words = WORDS_AT.get(place)
    return (lambda text: words.get(plain(text), text)) if words else str


def _flag(text: str) -> object:
    word = plain(text)
    return True if word in YES else False if word in NO else text


def _lines(text: str) -> list[str]:
    return [line.strip() for line in re.split(r"[\n`|]", text) if line.strip()]


def date(text: str) -> str | None:
    """Return a date as the API takes it; day before month, as it is written here."""
    if text in NO_DATES:
        return None
    if found := DAY_FIRST.match(text):
        return f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}"
    if found := YEAR_FIRST.match(text):
        return "-".join(found.groups())
    return text


def _number(text: str) -> object:
    """Return a number written here (1.234,5) or by a program (1234.5); another text comes back as it is."""
    bare = text.replace(" ", "").replace("\u00a0", "")
    if "," in bare:
        bare = bare.replace(".", "").replace(",", ".")
    try:
        return int(bare) if bare.lstrip("-").isdigit() else float(bare)
    except ValueError:
        return text
