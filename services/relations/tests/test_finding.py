"""The quick search and the list."""

from typing import Any

import pytest

from relations.testing.examples import a_company, a_person
from shared.testing.kit import ServiceKit


@pytest.fixture
def office(relations: ServiceKit) -> ServiceKit:
    """An office with a few relations that are easily mixed up."""
    for body in (
        a_person("Janssens", "Lies"),
        a_person(
            "Van den Bossche",
            "Éloïse",
            communications=[{"kind": "phone", "value": "+31 20 794 08 00"}],
            addresses=[{"street": "Damrak", "zip": "1012 LG", "city": "Amsterdam", "country": "NL"}],
        ),
        a_company(
            "Bouwwerken De Lijn", identifiers={"kbo": "0999.990.123", "vat": "BE0999990123"}, groups=["supplier"]
        ),
        a_company("100% Zuiver_Water", identifiers={}),
    ):
        assert relations.as_user().post("/relations", json=body).status_code == 201
    return relations


def names(kit: ServiceKit, **query: Any) -> list[str]:
    answer = kit.as_user().get("/relations", query_string=query)
    assert answer.status_code == 200, answer.json
    return [item["display_name"] for item in answer.json["items"]]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("jAnsséns", "Lies Janssens"),
        ("anssen", "Lies Janssens"),
        ("janssens lies", "Lies Janssens"),
        ("eloise", "Éloïse Van den Bossche"),
        ("bossche van", "Éloïse Van den Bossche"),
        ("+32 470/12.34.56", "Lies Janssens"),
        ("0470123456", "Lies Janssens"),
        ("0032 470 12 34 56", "Lies Janssens"),
        ("020 7940800", "Éloïse Van den Bossche"),
        ("lies.janssens@", "Lies Janssens"),
        ("0999990123", "Bouwwerken De Lijn"),
        ("0999.990.123", "Bouwwerken De Lijn"),
        ("BE 0999.990.123", "Bouwwerken De Lijn"),
        ("1003", "Bouwwerken De Lijn"),
        ("amsterdam", "Éloïse Van den Bossche"),
        ("100%", "100% Zuiver_Water"),
        ("water", "100% Zuiver_Water"),
    ],
)
def test_a_relation_is_found_by(office: ServiceKit, typed: str, expected: str) -> None:
    assert names(office, q=typed) == [expected]


@pytest.mark.parametrize("typed", ["%", "_", "'; DROP TABLE relation; --", "\\", "xyzzy", "\U0010ffff", "🦊"])
def test_hostile_and_hopeless_searches_find_nothing(office: ServiceKit, typed: str) -> None:
    assert names(office, q=typed) == []


def test_the_closest_name_comes_first(relations: ServiceKit) -> None:
    for last in ("Peetersen", "De Peeters", "Peeters", "Speeters"):
        relations.as_user().post("/relations", json=a_person(last, "", communications=[], addresses=[]))
    assert names(relations, q="peeters") == ["Peeters", "Peetersen", "De Peeters", "Speeters"]


def test_the_list_is_by_name_in_pages_and_filtered(office: ServiceKit) -> None:
    everybody = names(office)
    assert everybody == ["100% Zuiver_Water", "Bouwwerken De Lijn", "Lies Janssens", "Éloïse Van den Bossche"]
    assert names(office, group="supplier") == ["Bouwwerken De Lijn"]
    assert names(office, kind="natural_person", q="e") == ["Éloïse Van den Bossche", "Lies Janssens"]
    seen, cursor = [], None
    while True:
        page = (
            office.as_user().get("/relations", query_string={"limit": 3, **({"cursor": cursor} if cursor else {})}).json
        )
        seen += [item["display_name"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == everybody
