"""Relations to test with."""

from typing import Any


def a_person(last_name: str = "Janssens", first_names: str = "Lies", **more: Any) -> dict[str, Any]:
    """Return a client with an e-mail address, a mobile number and one address."""
    return {
        "kind": "natural_person",
        "person": {"first_names": first_names, "last_name": last_name},
        "groups": ["client"],
        "communications": [
            {"kind": "email", "value": f"{first_names}.{last_name}@example.com".replace(" ", "")},
            {"kind": "mobile", "value": "0470 12 34 56"},
        ],
        "addresses": [
            {
                "label": "residence", "recipient_lines": [f"Mevr. {first_names} {last_name}"], "street": "Kerkstraat",
                "number": "12", "box": "3", "zip": "9000", "city": "Gent", "country": "BE",
                "matter_correspondence": True, "mailing": True,
            }
        ],
        **more,
    }  # fmt: skip


def a_company(legal_name: str = "Test BV Donald", **more: Any) -> dict[str, Any]:
    """Return a Dutch company."""
    return {
        "kind": "legal_entity",
        "entity": {"legal_name": legal_name, "legal_form": "BV"},
        "identifiers": {"kvk": "68750110"},
        "groups": ["client"],
        **more,
    }
