"""The quick search and the list."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from contracts.gateway import Opening, RelationsOpened
from contracts.gdpr import ErasureRequested
from relations.history.actions import forget_old_openings
from relations.history.models import Opened
from relations.subscriptions import subscriptions
from relations.testing.examples import a_company, a_person
from shared.clock import utc_now
from shared.ids import new_id
from shared.testing.kit import ANNA, ServiceKit


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
    assert in_pages(office, "/relations") == everybody


def test_the_own_number_comes_first_then_the_exact_name_then_the_earlier_relation(relations: ServiceKit) -> None:
    anna = relations.as_user()
    phone = [{"kind": "phone", "value": "02 100 10 03"}]
    for name in ("Bank 1003", "Peeters", "Peeters", "Peeters Jan"):
        anna.post("/relations", json=a_company(name, identifiers={}, communications=phone if name[0] == "B" else []))
    found = anna.get("/relations?q=1003").json["items"]
    assert [item["number"] for item in found] == [1003, 1001]
    assert [item["number"] for item in anna.get("/relations?q=peeters").json["items"]] == [1002, 1003, 1004]


def test_a_former_name_and_a_trade_name_find_the_relation(relations: ServiceKit) -> None:
    aliases = [{"kind": "former", "name": "Oude Naam Bouw"}, {"kind": "abbreviation", "name": "XYZ"}]
    relations.as_user().post("/relations", json=a_company("Nieuwe Naam", identifiers={}, aliases=aliases))
    assert names(relations, q="oude naam") == names(relations, q="xyz") == ["Nieuwe Naam"]


def test_a_confidential_relation_is_found_by_its_name_and_number_alone(relations: ServiceKit) -> None:
    secret = a_person(confidentiality={"level": "restricted", "users": ["chef"]})
    assert relations.as_user().post("/relations", json=secret).status_code == 201
    other = relations.as_user(rights=["read"])

    def found(typed: str, by: Any = other) -> list[dict[str, Any]]:
        return list(by.get("/relations", query_string={"q": typed}).json["items"])

    for typed in ("janss", "lies janssens", "1001"):
        (item,) = found(typed)
        assert set(item) == {"id", "number", "display_name", "kind", "status", "restricted"}
    for typed in ("gent", "0470123456", "lies.janssens@example.com", "janssens gent"):
        assert found(typed) == []
        assert len(found(typed, relations.as_user(rights=["read"], username="chef"))) == 1
    assert other.get("/relations?group=client").json["items"] == []


def test_the_empty_box_shows_what_this_user_opened_last(office: ServiceKit) -> None:
    items = office.as_user().get("/relations").json["items"]
    now = utc_now()
    for age, item in enumerate((items[2], items[0])):
        opening = Opening(ANNA, UUID(item["id"]), now - timedelta(minutes=age))
        office.deliver(subscriptions, RelationsOpened((opening,)))
    assert names(office, recent=True) == [items[2]["display_name"], items[0]["display_name"]]
    somebody_else = office.as_user(user_id=new_id(), username="bert")
    assert somebody_else.get("/relations?recent=true").json["items"] == []
    assert names(office, recent=True, q="water") == ["100% Zuiver_Water"]


def test_history_tells_how_to_reach_a_relation_until_it_is_made_confidential(relations: ServiceKit) -> None:
    made = relations.as_user().post("/relations", json=a_person()).json
    relations.deliver(subscriptions, RelationsOpened((Opening(ANNA, UUID(made["id"]), utc_now()),)))
    reader = relations.as_user(rights=["read"])
    (item,) = reader.get("/history?q=janss").json["items"]
    known = {entry["id"] for entry in made["communications"]}
    assert {entry["id"] for entry in item["communications"]} == known
    assert [entry["normalised"] for entry in item["communications"]] == ["lies.janssens@example.com", "+32470123456"]
    hidden = {"confidentiality": {"level": "restricted", "users": ["chef"]}}
    assert relations.as_user().patch(f"/relations/{made['id']}", json=hidden).status_code == 200
    assert reader.get("/history").json["items"] == []
    assert reader.get("/relations?recent=true").json["items"] == []


def test_history_forgets_after_thirty_days(relations: ServiceKit) -> None:
    made = relations.as_user().post("/relations", json=a_person()).json
    for days in (31, 29):
        opening = Opening(new_id(), UUID(made["id"]), utc_now() - timedelta(days=days))
        relations.deliver(subscriptions, RelationsOpened((opening,)))
    forget_old_openings(relations.database)
    with relations.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(Opened)).scalar() == 1


def test_the_list_and_a_search_are_sorted_by_the_column_asked_for(office: ServiceKit) -> None:
    everybody = office.as_user().get("/relations").json["items"]
    assert names(office, sort="-name") == [item["display_name"] for item in reversed(everybody)]
    assert names(office, sort="number", q="ss") == ["Lies Janssens", "Éloïse Van den Bossche"]
    first = everybody[0]["id"]
    assert office.as_user().patch(f"/relations/{first}", json={"memo": "net gewijzigd"}).status_code == 200
    assert names(office, sort="-updated_at")[0] == everybody[0]["display_name"]
    assert office.as_user().get("/relations?sort=memo").status_code == 422


@pytest.mark.parametrize("sort", ["name", "-name", "number", "-number", "updated_at", "-updated_at"])
def test_pages_in_any_order_follow_each_other_without_gap_or_repeat(office: ServiceKit, sort: str) -> None:
    assert in_pages(office, "/relations", sort=sort) == names(office, sort=sort)


def in_pages(kit: ServiceKit, path: str, **query: Any) -> list[str]:
    """Return the names of a list that is read two at a time."""
    seen: list[str] = []
    cursor = ""
    while True:
        page = kit.as_user().get(path, query_string={**query, "limit": 2, **({"cursor": cursor} if cursor else {})})
        seen += [item["display_name"] for item in page.json["items"]]
        cursor = page.json["next_cursor"]
        if not cursor:
            return seen


def open_all(kit: ServiceKit) -> list[dict[str, Any]]:
    """Let Anna open every card, the first of the list first."""
    items: list[dict[str, Any]] = kit.as_user().get("/relations").json["items"]
    now = utc_now()
    for place, item in enumerate(items):
        opening = Opening(ANNA, UUID(item["id"]), now - timedelta(minutes=len(items) - place))
        kit.deliver(subscriptions, RelationsOpened((opening,)))
    return items


def test_historie_is_newest_first_in_pages_or_by_name(office: ServiceKit) -> None:
    opened = [item["display_name"] for item in open_all(office)]
    assert in_pages(office, "/history") == opened[::-1]
    assert in_pages(office, "/history", sort="name") == opened
    assert in_pages(office, "/history", q="an") == [name for name in opened[::-1] if "an" in name.casefold()]


def test_who_was_erased_is_gone_from_historie(office: ServiceKit) -> None:
    first, *others = open_all(office)
    order = ErasureRequested(request_id=new_id(), batch=1, kind="anonymise", relation_ids=(UUID(first["id"]),))
    assert office.deliver(subscriptions, order) == "handled"
    assert in_pages(office, "/history") == [item["display_name"] for item in reversed(others)]
