"""How values are written for people: days, amounts, phone and company numbers."""

from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale
from babel.numbers import format_currency, format_decimal
from flask_babel import get_locale
from flask_babel import gettext as _
from phonenumbers import PhoneNumberFormat

OFFICE_ZONE = ZoneInfo("Europe/Brussels")
NEIGHBOURS = ("BE", "NL", "LU", "FR", "DE", "GB")


def day(value: Any) -> str:
    """Return a date as 23-11-2026; empty for none."""
    found = as_date(value)
    return found.strftime("%d-%m-%Y") if found else ""


def moment(value: Any) -> str:
    """Return a time of the world as 23-11-2026 14:05 on the office's clock; empty for none."""
    if not value:
        return ""
    when = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return when.astimezone(OFFICE_ZONE).strftime("%d-%m-%Y %H:%M")


def as_date(value: Any) -> date | None:
    """Return a date, whether it comes as one, as a time of the world or as ISO text; None for anything else."""
    if isinstance(value, datetime):
        return value.astimezone(OFFICE_ZONE).date()
    if isinstance(value, date):
        return value
    try:
        text = str(value or "")
        return as_date(datetime.fromisoformat(text)) if "T" in text else date.fromisoformat(text)
    except ValueError:
        return None


def midnight(value: Any) -> datetime | None:
    """Return the beginning of a day on the office's clock; None for what is no day."""
    on = as_date(value)
    return datetime.combine(on, time.min, OFFICE_ZONE) if on else None


def amount(value: Any, currency: str = "EUR") -> str:
    """Return an amount as € 1.234,56 in the reader's language; empty for none."""
    number = as_number(value)
    return "" if number is None else str(format_currency(number, currency, locale=number_locale()))


def whole(value: Any) -> str:
    """Return a whole number with its thousands apart; empty for none."""
    number = as_number(value)
    return "" if number is None else str(format_decimal(number, format="#,##0", locale=number_locale()))


def as_number(value: Any) -> Decimal | None:
    """Return a number from the wire; None when there is none."""
    try:
        return None if value in (None, "") else Decimal(str(value))
    except InvalidOperation:
        return None


def number_locale() -> Locale:
    """Return how the reader's country writes numbers."""
    return Locale.parse({"nl": "nl_BE", "fr": "fr_BE", "en": "en_GB"}.get(str(get_locale()), "nl_BE"))


def phone(normalised: str) -> tuple[str, str]:
    """Return an E.164 phone number in national notation and in international notation."""
    try:
        parsed = phonenumbers.parse(normalised)
    except phonenumbers.NumberParseException:
        return normalised, normalised
    international = phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
    abroad = phonenumbers.region_code_for_country_code(parsed.country_code or 0) not in ("BE", "NL")
    return (
        international if abroad else phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL),
        international,
    )


def company_number(kind: str, value: str) -> str:
    """Return an official number in the grouping people know: 0999.990.123, 6875 0110."""
    if kind == "kbo" and len(value) == 10:
        return f"{value[:4]}.{value[4:7]}.{value[7:]}"
    if kind == "vat" and value.startswith("BE") and len(value) == 12:
        return f"BE {value[2:6]}.{value[6:9]}.{value[9:]}"
    if kind == "kvk" and len(value) == 8:
        return f"{value[:4]} {value[4:]}"
    return value


def postcode(value: str) -> str:
    """Return a Dutch postcode with its space; any other one as it is."""
    bare = value.replace(" ", "")
    is_dutch = len(bare) == 6 and bare[:4].isdigit() and bare[4:].isalpha()
    return f"{bare[:4]} {bare[4:].upper()}" if is_dutch else value


def countries() -> list[tuple[str, str]]:
    """Return the countries in the reader's language: the neighbours first, then by name."""
    territories = Locale.parse(str(get_locale())).territories
    names = {code: str(name) for code, name in territories.items() if len(code) == 2 and code.isalpha()}
    rest = sorted((name, code) for code, name in names.items() if code not in (*NEIGHBOURS, "ZZ", "EU", "UN", "EZ"))
    return [("", ""), *((code, names[code]) for code in NEIGHBOURS), *((code, name) for name, code in rest)]


def country_name(code: str) -> str:
    """Return a country's name in the reader's language."""
    return str(Locale.parse(str(get_locale())).territories.get(code, code)) if code else ""


FILTERS = {
    "day": day,
    "moment": moment,
    "amount": amount,
    "whole": whole,
    "country": country_name,
}


def period(first: Any, last: Any) -> str:
    """Return a period without or with ends; empty when it has neither."""
    if first and last:
        return f"{day(first)} – {day(last)}"
    if first:
        return str(_("sinds %(day)s", day=day(first)))
    return str(_("tot %(day)s", day=day(last))) if last else ""
