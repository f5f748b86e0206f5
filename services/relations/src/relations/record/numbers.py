"""Numbers and addresses of every kind: checked, and brought into one form.

Check digits by python-stdnum (KBO mod 97, RSIN and Dutch VAT 11-proof and mod 97-10), phone numbers by phonenumbers,
e-mail addresses by email-validator. KVK numbers have eight digits and no check digit.
"""

import re
from collections.abc import Callable
from functools import lru_cache

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from stdnum import bic, iban
from stdnum.be import vat as belgian
from stdnum.eu import vat as european
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.nl import bsn, postcode

PHONE_KINDS = ("phone", "mobile", "fax")

SIMPLE_NAME = re.compile(r"[A-Za-z0-9_+-]{1,20}(\.[A-Za-z0-9_+-]{1,20}){0,2}")
"""What stands before the @ of most addresses, and is right at every domain."""

SHORT_ADDRESS = 200
"""Signs up to which no limit of the standards is near."""


class NotValid(ValueError):
    """The value is not of its kind; the message says what to do."""


def normalise_identifier(kind: str, value: str) -> str:
    """Return an identifier in its plain form; raises ``NotValid``."""
    return IDENTIFIERS[kind](value)


def _kbo(value: str) -> str:
    try:
        return str(belgian.validate(value))
    except StdnumError as error:
        raise NotValid("Not a valid KBO number: check the ten digits (0 or 1 first)") from error


def _kvk(value: str) -> str:
    digits = re.sub(r"[\s.]", "", value)
    if not re.fullmatch(r"\d{8}", digits):
        raise NotValid("A KVK number has eight digits")
    return digits


def _rsin(value: str) -> str:
    try:
        return str(bsn.validate(value))
    except StdnumError as error:
        raise NotValid("Not a valid RSIN: check the nine digits") from error


def _vat(value: str) -> str:
    bare = re.sub(r"[\s.\-]", "", value).upper()
    try:
        return str(european.validate(bare))
    except StdnumError as error:
        raise NotValid("Not a valid VAT number: give the country and all its digits, such as BE0999990123") from error


def _establishment(value: str) -> str:
    digits = re.sub(r"[\s.]", "", value)
    if re.fullmatch(r"\d{12}", digits):
        return digits
    if re.fullmatch(r"[2-8]\d{9}", digits) and 97 - int(digits[:8]) % 97 == int(digits[8:]):
        return digits
    raise NotValid("An establishment number has twelve digits (NL), or ten with a check (BE)")


IDENTIFIERS: dict[str, Callable[[str], str]] = {
    "kbo": _kbo,
    "kvk": _kvk,
    "rsin": _rsin,
    "vat": _vat,
    "establishment": _establishment,
}


def normalise_communication(kind: str, value: str, *, region: str) -> str:
    """Return a communication in its searchable form (phones E.164, e-mails lower case); raises ``NotValid``."""
    if kind in PHONE_KINDS:
        return normalise_phone(value, region=region)
    if kind == "email":
        return normalise_email(value)
    if kind == "web":
        return _normalise_web(value)
    return value.strip()


def normalise_phone(value: str, *, region: str) -> str:
    """Return a phone number in E.164; a number without country is read as one of ``region``."""
    try:
        parsed = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException as error:
        raise NotValid("Not a phone number: give the digits, abroad with + and the country") from error
    if not phonenumbers.is_possible_number(parsed):
        raise NotValid("This phone number has too many or too few digits")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def normalise_email(value: str) -> str:
    """Return an e-mail address in lower case; raises ``NotValid``. Whether it can be delivered is not asked."""
    address = value.strip()
    name, _, domain = address.rpartition("@")
    if len(address) <= SHORT_ADDRESS and SIMPLE_NAME.fullmatch(name):
        return f"{name.lower()}@{_checked_address(f'a@{domain}').removeprefix('a@')}"
    return _checked_address.__wrapped__(address)


@lru_cache(maxsize=4096)
def _checked_address(address: str) -> str:
    """Return an address in lower case; what is remembered is that of a domain, for most people have theirs at a few."""
    try:
        checked = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise NotValid("Not an e-mail address: it looks like name@example.be") from error
    return checked.normalized.casefold()


def _normalise_web(value: str) -> str:
    bare = value.strip()
    if not re.fullmatch(r"(https?://)?[^\s/:@]+\.[^\s/@]{2,}(/\S*)?", bare, re.IGNORECASE):
        raise NotValid("Not a web address: it looks like www.example.be")
    return bare if bare.lower().startswith(("http://", "https://")) else f"https://{bare}"


def normalise_iban(value: str) -> str:
    """Return an IBAN in capitals without spaces, length and check digits being right; raises ``NotValid``."""
    try:
        return str(iban.validate(value, check_country=False))
    except StdnumError as error:
        raise NotValid("Not a valid IBAN: check its digits") from error


def normalise_bic(value: str) -> str:
    """Return a BIC in capitals; raises ``NotValid``."""
    try:
        return str(bic.validate(value))
    except StdnumError as error:
        raise NotValid("A BIC has eight or eleven letters and digits, such as KREDBEBB") from error


def check_postcode(value: str, *, country: str) -> str:
    """Return a postcode in its national form; raises ``NotValid`` for a Belgian or Dutch one that cannot be."""
    bare = value.strip()
    if country == "BE" and bare and not re.fullmatch(r"[1-9]\d{3}", bare):
        raise NotValid("A Belgian postcode has four digits")
    if country == "NL" and bare:
        try:
            return str(postcode.validate(bare))
        except StdnumError as error:
            raise NotValid("A Dutch postcode has four digits and two letters") from error
    return bare
