"""Streets with their house numbers: put together as they are written, and taken apart again."""

import re

HOUSE = re.compile(
    r"^(?P<street>.*?\D)[\s,]+(?P<number>\d+\s?[a-zA-Z]?(?:[-/]\d+[a-zA-Z]?)?)"
    r"(?:[\s,]+(?:bus|boîte|boite|bte|box)\.?\s*(?P<box>[\w./-]+))?$",
    re.IGNORECASE,
)
FRENCH = re.compile(r"^(?P<number>\d+\s?(?:bis|ter|[a-zA-Z])?(?:[-/]\d+)?)[\s,]+(?P<street>\D.*)$", re.IGNORECASE)


def street_line(street: str, number: str, box: str) -> str:
    """Return street, number and box on one line."""
    house = " ".join(part for part in (street, number) if part)
    return f"{house} bus {box}".strip() if box else house


def taken_apart(line: str) -> dict[str, str]:
    """Return street, number and box of a line; what does not look like a house stays in the street whole."""
    found = HOUSE.match(line) or FRENCH.match(line)
    if found is None or len(line) > 300:
        return {"street": line}
    parts = {name: value.strip(" ,") for name, value in found.groupdict().items() if value}
    return {name: parts[name] for name in ("street", "number", "box") if parts.get(name)}
