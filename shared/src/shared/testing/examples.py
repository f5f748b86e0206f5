"""Relations to register in tests, each recognisable by a word of its own."""

from typing import Any
from uuid import uuid4

FIRST_MADE_UP_COMPANY = 80_000_000
"""From here on the stand-in of the register knows a hundred thousand made-up companies."""


def word() -> str:
    """Return a word that occurs nowhere else."""
    return "zz" + uuid4().hex[:10].translate(str.maketrans("0123456789", "ghijklmnop"))


def person(mark: str, **more: Any) -> dict[str, Any]:
    """Return a natural person in whom every text contains the mark."""
    digits = str(sum(ord(letter) * 31**place for place, letter in enumerate(mark)) % 10**6).zfill(6)
    return {
        "kind": "natural_person",
        "person": {"first_names": f"Lies {mark}", "last_name": f"Janssens{mark}", "birth_date": "1984-05-17"},
        "language": "nl",
        "groups": ["client"],
        "memo": f"memo {mark}",
        "warning": f"warning {mark}",
        "communications": [
            {"kind": "email", "value": f"lies.{mark}@example.com", "preferred": True},
            {"kind": "mobile", "value": f"+32470{digits}"},
        ],
        "addresses": [
            {
                "label": "residence",
                "recipient_lines": [f"Mevr. Janssens{mark}"],
                "street": f"{mark}straat",
                "number": "12",
                "box": "3",
                "zip": "9000",
                "city": "Gent",
                "country": "BE",
                "matter_correspondence": True,
                "mailing": True,
            }
        ],
        **more,
    }


def company(kvk: int, **more: Any) -> dict[str, Any]:
    """Return a company with this number in the Dutch trade register."""
    return {
        "kind": "legal_entity",
        "entity": {"legal_name": f"Bedrijf {kvk}", "legal_form": "BV"},
        "identifiers": {"kvk": f"{kvk:08d}"},
        "groups": ["prospect"],
        **more,
    }
