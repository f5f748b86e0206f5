"""Days and hours as an office types them, whatever the browser's own language."""

import re
from datetime import date, time

from gateway.web.formats import OFFICE_ZONE
from shared.clock import utc_now

DAY = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})|(\d{2})(\d{2})(\d{4})")
HOUR = re.compile(r"(\d{1,2})(?:[:.uUhH ]?(\d{2}))?[uUhH]?")
YEARS_AHEAD = 20
"""A year of two digits lies at most so far ahead; anything later was in the last century."""


def typed_day(text: str) -> str:
    """Return 23-11-2026, 23/11/26 or 23112026 as an ISO date; what is no day stays as it was typed."""
    found = DAY.fullmatch(text)
    if not found:
        return text
    day, month, year = (int(part) for part in found.groups() if part)
    try:
        return date(year if year > 99 else _century(year), month, day).isoformat()
    except ValueError:
        return text


def typed_hour(text: str) -> str:
    """Return 9, 930, 9u30 or 9.30 as 09:30; what is no hour stays as it was typed."""
    found = HOUR.fullmatch(text)
    if not found:
        return text
    try:
        return time(int(found[1]), int(found[2] or 0)).strftime("%H:%M")
    except ValueError:
        return text


def _century(year: int) -> int:
    latest = utc_now().astimezone(OFFICE_ZONE).year + YEARS_AHEAD
    return 2000 + year if 2000 + year <= latest else 1900 + year
