"""What still has to be filled in of a relation, the same while it is being typed and on its card."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

Document = Mapping[str, Any]


class Point(NamedTuple):
    """Something that is missing: in words, the step of the wizard that asks it, and where the card asks it."""

    text: Any
    step: int
    place: str
    field: str = ""
    rules: tuple[str, ...] = ()
    """House rules that say the same."""


NO_GROUP = Point(_l("Geen groep"), 3, "groups", "groups", ("group",))
NO_NUMBER = Point(_l("Geen ondernemingsnummer"), 1, "numbers", "identifiers.kbo", ("entity_number",))
NO_REACH = Point(_l("Geen telefoon of e-mail"), 5, "communication", "", ("client_reachable",))
NO_ADDRESS = Point(_l("Geen contactadres"), 6, "address", "", ("client_address",))
NO_MAILING = Point(_l("Geen mailing-adres aangeduid"), 6, "addresses", "", ("mailing_flag",))
NO_VAT_REGIME = Point(_l("Geen btw-regime"), 7, "accounting", "accounting.vat_regime")

REACHING = {"phone", "mobile", "email"}
PAYING = {"client", "supplier"}


def points_open(document: Document) -> list[Point]:
    """Return what is missing of a relation, or of a draft of one, in the order of the wizard."""
    numbers = document.get("identifiers") or {}
    reach = {each.get("kind") for each in _rows(document, "communications")}
    addresses = _rows(document, "addresses")
    accounting = document.get("accounting") or {}
    checks = (
        (NO_NUMBER, document.get("kind") == "legal_entity" and not any(numbers.get(kind) for kind in NUMBERS)),
        (NO_GROUP, not document.get("groups")),
        (NO_REACH, not REACHING & reach),
        (NO_ADDRESS, not addresses),
        (NO_MAILING, bool(addresses) and not any(each.get("mailing") for each in addresses)),
        (NO_VAT_REGIME, bool(PAYING & set(document.get("groups") or ())) and not accounting.get("vat_regime")),
    )
    return [point for point, is_open in checks if is_open]


NUMBERS = ("kbo", "kvk", "vat")
"""Of an entity, one of these will do."""


def _rows(document: Document, name: str) -> list[Document]:
    return [each for each in document.get(name) or [] if isinstance(each, Mapping)]
