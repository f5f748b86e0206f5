"""The companies that exist in the sandbox's register."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

GENERATED = range(80_000_000, 80_100_000)


@dataclass(frozen=True, kw_only=True)
class Company:
    """What the register knows of one company; dates are ISO, amounts whole euros."""

    number: str
    legal_name: str
    legal_form_code: str = "41"
    legal_form: str = "Besloten vennootschap"
    street: str
    house_number: int
    house_number_addition: str = ""
    postcode: str
    city: str
    trade_names: tuple[str, ...] = ()
    rsin: str | None = None
    establishment: str = ""
    telephone: str = ""
    domain: str = ""
    sbi: tuple[tuple[str, str], ...] = ()
    personnel: int = 0
    founded: str | None = None
    discontinued: str | None = None
    bankrupt: bool = False
    suspension_of_payments: bool = False
    insolvency_events: tuple[tuple[str, str, str], ...] = ()
    active: bool = True
    figures: tuple[int, int, int, int] | None = None
    parent: tuple[str, str] | None = None
    vat_number: str = ""

    @property
    def trade_name(self) -> str:
        """The name it is known by."""
        return self.trade_names[0] if self.trade_names else self.legal_name


def rsin_of(number: str) -> str:
    """A made-up RSIN that satisfies the eleven-proof, always the same for the same company."""
    body = int(number)
    while True:
        digits = f"{body % 100_000_000:08d}"
        check = sum(int(digit) * weight for digit, weight in zip(digits, range(9, 1, -1), strict=True)) % 11
        if check < 10:
            return digits + str(check)
        body += 1


def generate(number: str) -> Company | None:
    """The made-up company with this number, for load tests; None outside their range."""
    if int(number) not in GENERATED:
        return None
    dice = random.Random(number)
    place, area = dice.choice(_PLACES)
    trade, code, activity = dice.choice(_TRADES)
    name = f"{dice.choice(_FAMILIES)} {trade} {number}"
    turnover = dice.randrange(80, 9_000) * 1_000
    rsin = rsin_of(number)
    return Company(
        number=number,
        legal_name=f"{name} B.V.",
        trade_names=(name,),
        street=dice.choice(_STREETS),
        house_number=dice.randrange(1, 240),
        postcode=f"{area}{dice.choice('ABCDEG')}{dice.choice('HJKLMN')}",
        city=place,
        rsin=rsin,
        establishment=f"0000{number}",
        telephone=f"0{dice.randrange(201_000_000, 299_999_999)}",
        domain=f"bedrijf-{number}.example",
        sbi=((code, activity),),
        personnel=dice.randrange(1, 120),
        founded=f"{dice.randrange(1975, 2024)}-{dice.randrange(1, 13):02d}-{dice.randrange(1, 29):02d}",
        figures=(2024, turnover, turnover // 11, turnover * 2 // 3),
        vat_number=f"NL{rsin}B01",
    )


def with_changes(company: Company | None, number: str, changes: dict[str, Any]) -> Company:
    """The company with some facts replaced, or a new one; raises TypeError on a fact that does not exist."""
    known = vars(company) if company else {"number": number, **_NEWCOMER}
    return Company(**{**known, **{name: _frozen(value) for name, value in changes.items()}})


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list | tuple) else value


_NEWCOMER: dict[str, Any] = {
    "legal_name": "Nieuwkomer B.V.",
    "street": "Voorbeeldstraat",
    "house_number": 1,
    "postcode": "1000AA",
    "city": "Amsterdam",
}
_PLACES = (("Leeuwarden", "8911"), ("Deventer", "7411"), ("Gouda", "2801"), ("Roermond", "6041"), ("Zwolle", "8011"))
_STREETS = ("Lindelaan", "Havenkade", "Molenpad", "Stationsplein", "Weverstraat", "Oude Gracht")
_FAMILIES = ("Noorderzon", "Waterlint", "Klaverveld", "Zilverduin", "Hoogeland", "Zandstra")
_TRADES = (
    ("Advies", "70221", "Organisatieadvies"),
    ("Bouw", "41200", "Algemene burgerlijke en utiliteitsbouw"),
    ("Logistiek", "49410", "Goederenvervoer over de weg"),
    ("Software", "62010", "Ontwikkelen en uitgeven van software"),
)
