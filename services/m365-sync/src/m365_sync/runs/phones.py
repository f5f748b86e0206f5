"""Telephone numbers as people read them."""

import phonenumbers


def readable(number: str) -> str:
    """Return an E.164 number in its international notation (ITU-T E.123); anything else as it is."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
