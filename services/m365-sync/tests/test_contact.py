"""How a relation looks in Outlook."""

from datetime import date
from typing import Any

import pytest

from m365_sync.runs.contact import contact_of
from m365_sync.runs.phones import readable

TODAY = date(2026, 3, 2)


def shown(**relation: Any) -> dict[str, Any]:
    return contact_of({"kind": "natural_person", **relation}, today=TODAY, readable=readable)


def phone(kind: str, value: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "value": value, "normalised": value, "label": "", **more}


def test_a_person_stands_under_the_name_people_call_them() -> None:
    person = {
        "title": "mr.", "initials": "J.P.", "first_names": "Jan Piet", "call_name": "Jan", "prefix": "van den",
        "last_name": "Berg", "suffix": "jr.",
    }  # fmt: skip
    contact = shown(person=person, display_name="Jan van den Berg")
    assert (contact["givenName"], contact["surname"], contact["title"]) == ("Jan", "van den Berg", "mr.")
    assert (contact["displayName"], contact["fileAs"]) == ("Jan van den Berg", "Berg, Jan van den")
    assert contact["companyName"] is None


def test_an_entity_stands_under_its_company_name() -> None:
    contact = shown(
        kind="legal_entity", display_name="Bakker BV", entity={"legal_name": "Bakkerij Bakker BV", "short_name": "BB"}
    )
    assert (contact["companyName"], contact["nickName"], contact["displayName"], contact["givenName"]) == (
        "Bakkerij Bakker BV", "BB", "Bakker BV", None,
    )  # fmt: skip


def test_preferred_addresses_come_first_and_what_may_not_be_used_stays_out() -> None:
    entries = [phone("email", f"{name}@x.example") for name in ("een", "twee", "drie", "vier")]
    entries[3]["preferred"] = True
    entries[0]["do_not_use"] = True
    addresses = [entry["address"] for entry in shown(communications=entries)["emailAddresses"]]
    assert addresses == ["vier@x.example", "twee@x.example", "drie@x.example"]


def test_numbers_are_readable_and_never_more_than_a_contact_can_hold() -> None:
    contact = shown(
        communications=[
            phone("mobile", "+32470123456"),
            phone("mobile", "+31612345678"),
            phone("phone", "+3225551234"),
            phone("phone", "+3225551235"),
            phone("phone", "+3225551236"),
            phone("phone", "+3225551237", label="Privé"),
            phone("phone", "+3225551238", label="thuis", do_not_use=True),
        ]
    )
    assert contact["mobilePhone"] == "+32 470 12 34 56"
    assert contact["businessPhones"] == ["+32 2 555 12 34", "+32 2 555 12 35"]
    assert contact["homePhones"] == ["+32 2 555 12 37", "+32 2 555 12 36"]


def an_address(street: str, **more: Any) -> dict[str, Any]:
    return {
        "label": "other", "street": street, "number": "32", "box": "20", "zip": "9000", "city": "Gent",
        "country": "BE", "matter_correspondence": False, "mailing": False, "valid_from": None, "valid_to": None, **more,
    }  # fmt: skip


def test_each_address_finds_its_place() -> None:
    contact = shown(
        addresses=[
            an_address("Thuisstraat", label="residence"),
            an_address("Postweg", mailing=True),
            an_address("Zaakplein", matter_correspondence=True, country="NL", zip="1234 AB"),
        ]
    )
    assert contact["businessAddress"] == {
        "street": "Zaakplein 32 20", "city": "Gent", "state": "", "countryOrRegion": "Nederland",
        "postalCode": "1234 AB",
    }  # fmt: skip
    assert contact["homeAddress"]["street"] == "Thuisstraat 32 bus 20"
    assert contact["otherAddress"]["street"] == "Postweg 32 bus 20"


@pytest.mark.parametrize(
    ("validity", "there"),
    [
        ({"valid_to": "2026-03-01"}, False),
        ({"valid_from": "2026-03-03"}, False),
        ({"valid_from": "2026-03-02", "valid_to": "2026-03-02"}, True),
    ],
)
def test_an_address_counts_on_its_days_only(validity: dict[str, str], there: bool) -> None:
    contact = shown(kind="legal_entity", addresses=[an_address("Zetel", **validity)])
    assert bool(contact["businessAddress"]["street"]) is there


def test_what_left_the_relation_leaves_the_contact() -> None:
    full = shown(
        display_name="A",
        person={"last_name": "A"},
        communications=[phone("mobile", "+32470123456"), phone("web", "https://a.example")],
        addresses=[an_address("Straat")],
    )
    assert shown(display_name="A", person={"last_name": "A"}).keys() == full.keys()


def test_memo_and_warning_never_leave_the_house() -> None:
    assert "geheim" not in repr(shown(display_name="A", memo="geheim", warning="geheim"))
