"""The house rules: what breaks them, when that is seen, and how clean the office is."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from contracts.enrichment import ProfileUpdated
from contracts.gdpr import ErasureRequested
from relations.duplicates.scanning import run_due_scan
from relations.hygiene.checking import check_all_by_night, check_due
from relations.subscriptions import subscriptions
from relations.testing.examples import a_company, a_person
from shared.ids import new_id
from shared.testing.kit import ServiceKit


def registered(relations: ServiceKit, body: dict[str, Any]) -> str:
    answer = relations.as_user().post("/relations", json=body)
    assert answer.status_code == 201, answer.json
    return str(answer.json["id"])


def change(relations: ServiceKit, statement: str, **values: Any) -> None:
    with relations.database.transaction() as session:
        session.execute(text(statement), values)


def broken(relations: ServiceKit, relation_id: str) -> dict[str, str]:
    """Return the field to jump to by the rule that is broken, once what is due has been checked."""
    check_due(relations.database)
    items = relations.as_user().get(f"/relations/{relation_id}/hygiene").json["items"]
    return {item["rule"]: item["field"] for item in items}


CLEAN = a_person()
PHONE = [{"kind": "mobile", "value": "0470 12 34 56"}]
ANOTHER_NUMBER = "INSERT INTO identifier (relation_id, kind, value) SELECT id, {} FROM relation"


def test_a_clean_relation_breaks_nothing(relations: ServiceKit) -> None:
    clean = registered(relations, CLEAN)
    assert broken(relations, clean) == {}
    assert relations.as_user().get(f"/relations/{clean}/hygiene").json["score"] == 100
    assert relations.as_user().get("/hygiene").json["score"] == 100


@pytest.mark.parametrize(
    ("body", "rule", "field"),
    [
        (a_person(communications=[], addresses=[]), "client_reachable", "addresses"),
        (a_person(addresses=[]), "client_address", "addresses"),
        (a_company(identifiers={}), "entity_number", "identifiers.kbo"),
        (a_person(first_names="", communications=PHONE), "first_name", "person.first_names"),
        (a_person(groups=[]), "group", "groups"),
        (a_person("JANSSENS"), "name_case", "person.last_name"),
        (a_person("janssens"), "name_case", "person.last_name"),
        (a_company("BOUWWERKEN DE LIJN"), "name_case", "entity.legal_name"),
        (a_person("Janssens, Lies", "", communications=PHONE), "name_order", "person.last_name"),
        (a_company("BV Janssens"), "name_order", "entity.legal_name"),
        (a_person(addresses=[{"street": "Kerkstraat", "city": "Gent"}]), "no_mailing_address", "addresses"),
    ],
)
def test_a_breach_names_the_field_that_mends_it(
    relations: ServiceKit, body: dict[str, Any], rule: str, field: str
) -> None:
    assert broken(relations, registered(relations, body)).get(rule) == field


@pytest.mark.parametrize("name", ["ING", "De Lijn", "KBC Bank"])
def test_an_abbreviation_is_not_taken_for_shouting(relations: ServiceKit, name: str) -> None:
    assert "name_case" not in broken(relations, registered(relations, a_company(name)))


@pytest.mark.parametrize(
    ("statement", "rule", "field"),
    [
        ("UPDATE identifier SET value = '0999990124', kind = 'kbo'", "wrong_number", "identifiers.kbo"),
        (ANOTHER_NUMBER.format("'rsin', '123456789'"), "wrong_number", "identifiers.rsin"),
        (ANOTHER_NUMBER.format("'vat', 'BE0999990124'"), "wrong_number", "identifiers.vat"),
        ("UPDATE identifier SET value = '123'", "wrong_number", "identifiers.kvk"),
        ("UPDATE address SET zip = '12345'", "wrong_postcode", "addresses"),
        ("UPDATE communication SET normalised = '0470' WHERE kind = 'mobile'", "wrong_communication", "communications"),
        ("UPDATE relation SET language = ''", "language", "language"),
        ("UPDATE relation SET status = 'draft', created_at = now() - interval '8 days'", "old_draft", "status"),
    ],
)
def test_what_older_data_brought_in_is_found(relations: ServiceKit, statement: str, rule: str, field: str) -> None:
    parts = {name: a_person()[name] for name in ("addresses", "communications")}
    there = registered(relations, a_company(**parts))
    assert broken(relations, there) == {}
    change(relations, statement)
    change(relations, "UPDATE relation SET updated_at = now()")
    assert broken(relations, there) == {rule: field}


@pytest.mark.parametrize(
    ("kind", "value"), [("kbo", "0999990123"), ("vat", "BE0999990123"), ("rsin", "123456782"), ("kvk", "68750110")]
)
def test_a_right_number_is_not_called_wrong(relations: ServiceKit, kind: str, value: str) -> None:
    there = registered(relations, a_company(identifiers={"kvk": "68750110", kind: value}))
    assert "wrong_number" not in broken(relations, there)


def test_a_breach_is_gone_once_it_is_mended(relations: ServiceKit) -> None:
    there = registered(relations, a_person("JANSSENS"))
    assert broken(relations, there) == {"name_case": "person.last_name"}
    relations.as_user().patch(f"/relations/{there}", json={"person": {"last_name": "Janssens"}})
    assert broken(relations, there) == {}


def test_a_dissolved_company_in_an_open_matter_is_found_and_let_go_when_the_matter_closes(
    relations: ServiceKit,
) -> None:
    there, anna = registered(relations, a_company(status="dissolved")), relations.as_user()
    party = {"relation_id": there, "role": "client"}
    for status, expected in (("active", True), ("closed", False)):
        anna.put("/matters/M-1", json={"title": "Zaak", "status": status, "parties": [party]})
        assert ("dissolved_with_open_matter" in broken(relations, there)) is expected


def test_register_data_older_than_a_year_is_found_by_what_enrichment_told(relations: ServiceKit) -> None:
    there = registered(relations, a_company())
    told = ProfileUpdated(relation_id=UUID(there), provider="companyinfo", outcome="found")
    assert relations.deliver(subscriptions, told) == "handled"
    assert "old_register_data" not in broken(relations, there)
    change(relations, "UPDATE register_state SET fetched_at = now() - interval '13 months'")
    change(relations, "UPDATE relation SET updated_at = now()")
    assert broken(relations, there)["old_register_data"] == "register"
    assert relations.deliver(subscriptions, told) == "handled"
    assert "old_register_data" not in broken(relations, there)


def test_a_possible_double_is_on_the_list_until_it_is_told_apart(relations: ServiceKit) -> None:
    one, other = registered(relations, CLEAN), registered(relations, CLEAN)
    relations.as_user().post("/duplicates/scans")
    run_due_scan(relations.database)
    assert broken(relations, one) == broken(relations, other) == {"possible_duplicate": "duplicates"}
    relations.as_user().put("/duplicates/not", json={"a": one, "b": other})
    assert broken(relations, one) == broken(relations, other) == {}


def test_the_work_list_is_gravest_first_in_pages_by_rule_and_by_group(relations: ServiceKit) -> None:
    registered(relations, a_person("JANSSENS"))
    nowhere = registered(relations, a_person("Peeters", "Jan", communications=[], addresses=[]))
    registered(relations, a_company("bakkerij peeters", groups=["supplier"]))
    check_due(relations.database)
    anna = relations.as_user()
    whole = anna.get("/hygiene").json
    assert [item["rule"] for item in whole["items"]] == [
        "client_reachable", "client_address", "name_case", "name_case",
    ]  # fmt: skip
    assert whole["items"][0] == {
        "relation_id": nowhere, "number": 1002, "display_name": "Jan Peeters", "rule": "client_reachable",
        "field": "addresses", "message_code": "required", "severity": "high",
        "found_at": whole["items"][0]["found_at"],
    }  # fmt: skip
    assert whole["counts"] == {"client_address": 1, "client_reachable": 1, "name_case": 2}
    assert (whole["score"], whole["checked_at"] is not None) == (round((90 + 40 + 90) / 3), True)
    assert anna.get(f"/relations/{nowhere}/hygiene").json["score"] == 40
    for sort in ("severity", "-severity", "rule", "number", "-name"):
        assert in_pages(relations, sort) == anna.get("/hygiene", query_string={"sort": sort}).json["items"]
    assert [item["number"] for item in in_pages(relations, "-number")] == [1003, 1002, 1002, 1001]
    assert in_pages(relations, "-severity") == whole["items"]
    assert len(anna.get("/hygiene?rule=name_case").json["items"]) == 2
    assert [item["message_code"] for item in anna.get("/hygiene?group=supplier").json["items"]] == ["case.no_capitals"]


def test_a_relation_that_is_deleted_is_counted_no_more(relations: ServiceKit) -> None:
    there = registered(relations, a_person("JANSSENS"))
    registered(relations, a_person("PEETERS", "Jan"))
    check_due(relations.database)
    assert relations.as_user().get("/hygiene").json["counts"] == {"name_case": 2}
    relations.as_user().delete(f"/relations/{there}")
    check_due(relations.database)
    assert relations.as_user().get("/hygiene").json["counts"] == {"name_case": 1}


def test_an_office_that_takes_long_to_count_is_counted_now_and_then(relations: ServiceKit) -> None:
    registered(relations, a_person("JANSSENS"))
    check_due(relations.database)
    change(relations, "UPDATE hygiene_standing SET took_ms = 60000")
    registered(relations, a_person("PEETERS", "Jan"))
    check_due(relations.database)
    assert relations.as_user().get("/hygiene").json["counts"] == {"name_case": 1}
    assert len(relations.as_user().get("/hygiene").json["items"]) == 2
    change(relations, "UPDATE hygiene_standing SET counted_at = now() - interval '1 hour'")
    check_due(relations.database)
    assert relations.as_user().get("/hygiene").json["counts"] == {"name_case": 2}


def in_pages(relations: ServiceKit, sort: str) -> list[dict[str, Any]]:
    """Return the work list as it is read three at a time."""
    seen: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"sort": sort, "limit": 3, **({"cursor": cursor} if cursor else {})}
        page = relations.as_user().get("/hygiene", query_string=query).json
        seen, cursor = [*seen, *page["items"]], page["next_cursor"]
    return seen


def test_who_may_not_see_a_relation_does_not_see_what_it_breaks(relations: ServiceKit) -> None:
    secret = {"confidentiality": {"level": "restricted", "users": ["chef"]}}
    there = registered(relations, a_person("JANSSENS", **secret))
    check_due(relations.database)
    other = relations.as_user(rights=["read"])
    assert other.get("/hygiene").json["items"] == []
    assert other.get("/hygiene").json["counts"] == {}
    assert other.get(f"/relations/{there}/hygiene").json["type"] == "confidential"
    assert len(relations.as_user(rights=["read"], username="chef").get("/hygiene").json["items"]) == 1


def rules(relations: ServiceKit) -> dict[str, dict[str, Any]]:
    return {rule["code"]: rule for rule in relations.as_user().get("/hygiene/rules").json["rules"]}


def put_rules(relations: ServiceKit, given: Sequence[dict[str, Any]]) -> Any:
    return relations.as_user().put("/hygiene/rules", json={"rules": list(given)})


def test_an_office_changes_its_rules_and_everybody_is_checked_again(relations: ServiceKit) -> None:
    there = registered(relations, a_person("JANSSENS"))
    assert broken(relations, there) == {"name_case": "person.last_name"}
    off = {name: value for name, value in rules(relations)["name_case"].items() if name != "position"} | {
        "active": False
    }
    own = {"code": "birth", "check": "required", "parameters": {"any_of": ["person.birth_date"]}, "severity": "low"}
    answer = put_rules(relations, [off, own])
    assert answer.status_code == 200, answer.json
    assert broken(relations, there) == {"birth": "person.birth_date"}
    assert "client_reachable" in rules(relations)


@pytest.mark.parametrize(
    "rule",
    [
        {"code": "x", "check": "required"},
        {"code": "x", "check": "required", "parameters": {"any_of": ["memo'; DROP TABLE relation; --"]}},
        {"code": "x", "check": "astrology"},
        {"code": "x", "check": "case", "severity": "deadly"},
        {"code": "x", "check": "draft_age", "parameters": {"days": "7; DROP"}},
    ],
)
def test_a_rule_that_means_nothing_is_refused(relations: ServiceKit, rule: dict[str, Any]) -> None:
    before = rules(relations)
    assert put_rules(relations, [rule]).status_code == 422
    assert rules(relations) == before


def test_time_alone_breaks_a_rule_and_the_night_finds_it_once(relations: ServiceKit) -> None:
    there = registered(relations, {**CLEAN, "status": "draft"})
    assert broken(relations, there) == {}
    change(relations, "ALTER TABLE relation DISABLE TRIGGER USER")
    change(relations, "UPDATE relation SET created_at = now() - interval '8 days'")
    change(relations, "ALTER TABLE relation ENABLE TRIGGER USER")
    night = datetime.now(UTC).replace(hour=2)
    check_all_by_night(relations.database, clock=lambda: night.replace(hour=14))
    assert broken(relations, there) == {}
    check_all_by_night(relations.database, clock=lambda: night)
    assert broken(relations, there) == {"old_draft": "status"}
    check_all_by_night(relations.database, clock=lambda: night)
    with relations.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM hygiene_due")).scalar() == 0


def test_nothing_is_said_any_more_of_the_erased(relations: ServiceKit) -> None:
    there = registered(relations, a_person("JANSSENS"))
    assert broken(relations, there) != {}
    order = ErasureRequested(request_id=new_id(), batch=1, kind="anonymise", relation_ids=(UUID(there),))
    assert relations.deliver(subscriptions, order) == "handled"
    assert broken(relations, there) == {}
    assert relations.as_user().get(f"/relations/{new_id()}/hygiene").status_code == 404
