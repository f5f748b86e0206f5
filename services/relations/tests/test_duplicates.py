"""Likely doubles at entry, and the scan of the whole base."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text, update

from contracts.gdpr import ErasureRequested
from contracts.relations import DuplicateScanFinished
from relations.duplicates import actions, scanning
from relations.duplicates.claims import claim_scan
from relations.duplicates.models import DuplicateScan
from relations.duplicates.scanning import run_due_scan
from relations.subscriptions import subscriptions
from relations.testing.examples import a_company, a_person
from shared.ids import new_id
from shared.testing.kit import ServiceKit


def bare(last_name: str, first_names: str, **more: Any) -> dict[str, Any]:
    """Return a person of whom little more than the name is known."""
    return a_person(last_name, first_names, **{"communications": [], "addresses": [], **more})


def registered(relations: ServiceKit, body: dict[str, Any]) -> str:
    answer = relations.as_user().post("/relations", json=body)
    assert answer.status_code == 201, answer.json
    return str(answer.json["id"])


def doubles(relations: ServiceKit, body: dict[str, Any], **query: Any) -> list[dict[str, Any]]:
    answer = relations.as_user().post("/duplicates/check", json=body, query_string=query)
    assert answer.status_code == 200, answer.json
    return list(answer.json["items"])


def scanned(relations: ServiceKit) -> dict[str, Any]:
    begun = relations.as_user().post("/duplicates/scans")
    assert begun.status_code == 202
    run_due_scan(relations.database)
    return dict(relations.as_user().get(begun.headers["Location"]).json)


def found_pairs(relations: ServiceKit, **query: Any) -> list[set[str]]:
    items = relations.as_user().get("/duplicates", query_string=query).json["items"]
    return [{item["a"]["id"], item["b"]["id"]} for item in items]


HOUSE = [{"street": "Kerkstraat", "number": "12", "city": "Gent", "country": "BE"}]
PHONE = [{"kind": "mobile", "value": "0470 12 34 56"}]

ALIKE = [
    (bare("Peeters", "Jan"), bare("Pieters", "Jan"), {"name"}),
    (bare("Peeters", "Jan"), bare("Peters", "Jan"), {"name"}),
    (bare("Van de Velde", "Éloïse"), bare("Vandevelde", "Eloise"), {"name"}),
    (bare("Peeters", "Jan"), bare("Jan", "Peeters"), {"name"}),
    (bare("Peeters", "Jan"), bare("Peeters", "J."), {"name"}),
    (bare("Peeters", "Jan", communications=PHONE), bare("Peeters", "Johan", communications=PHONE), {"communication"}),
    (bare("Peeters", "Jan", addresses=HOUSE), bare("Pieters", "Jan", addresses=HOUSE), {"name", "address"}),
    (
        bare("Peeters", "", person={"first_names": "Jan", "last_name": "Peeters", "birth_date": "1980-02-03"}),
        bare("Peeters", "", person={"first_names": "Jean", "last_name": "Peters", "birth_date": "1980-02-03"}),
        {"name", "birth_date"},
    ),
    (a_company("Bouwwerken De Lijn BV"), a_company("De Lijn", identifiers={"kvk": "68750110"}), {"identifier"}),
    (
        a_company("Bouwwerken De Lijn BV", identifiers={}),
        a_company("Bouwwerken Delijn N.V.", identifiers={}),
        {"name"},
    ),
]


@pytest.mark.parametrize(("present", "typed", "reasons"), ALIKE)
def test_a_double_is_seen_at_entry_however_it_is_written(
    relations: ServiceKit, present: dict[str, Any], typed: dict[str, Any], reasons: set[str]
) -> None:
    there = registered(relations, present)
    (found,) = doubles(relations, typed)
    assert found["relation_id"] == there
    assert reasons <= set(found["reasons"])
    assert 70 <= found["score"] <= 100


@pytest.mark.parametrize(
    ("present", "typed"),
    [
        (bare("Peeters", "Jan"), bare("Peeters", "Marie")),
        (bare("Peeters", "Jan", communications=PHONE, addresses=HOUSE),
         bare("Claes", "Marie", communications=PHONE, addresses=HOUSE)),
        (bare("", "", person={"first_names": "Jan", "last_name": "Peeters", "birth_date": "1980-02-03"}),
         bare("", "", person={"first_names": "Jan", "last_name": "Peeters", "birth_date": "1991-05-06"})),
        (a_company("Acme Bouw", identifiers={"kbo": "0999990123"}),
         a_company("Acme Bouw", identifiers={"kbo": "0403019261"})),
    ],
)  # fmt: skip
def test_who_only_shares_something_is_no_double(
    relations: ServiceKit, present: dict[str, Any], typed: dict[str, Any]
) -> None:
    registered(relations, present)
    assert doubles(relations, typed) == []


def test_of_a_confidential_double_only_the_name_is_told(relations: ServiceKit) -> None:
    secret = bare("Peeters", "Jan", communications=PHONE, addresses=HOUSE)
    there = registered(relations, {**secret, "confidentiality": {"level": "restricted", "users": ["chef"]}})
    rights = ["read", "write"]
    answer = relations.as_user(rights=rights).post(
        "/duplicates/check", json=bare("Peeters", "Jan", communications=PHONE)
    )
    (found,) = answer.json["items"]
    assert found["relation_id"] == there
    assert (found["display_name"], found["city"], found["reasons"]) == ("Jan Peeters", "", [])
    named = relations.as_user(rights=rights, username="chef").post("/duplicates/check", json=secret)
    assert named.json["items"][0]["city"] == "Gent"


def test_a_relation_being_edited_is_no_double_of_itself_nor_of_whom_it_was_told_apart_from(
    relations: ServiceKit,
) -> None:
    one, other = (registered(relations, bare("Peeters", first)) for first in ("Jan", "J."))
    assert [found["relation_id"] for found in doubles(relations, bare("Peeters", "Jan"), relation_id=one)] == [other]
    assert relations.as_user().put("/duplicates/not", json={"a": other, "b": one}).status_code == 204
    assert doubles(relations, bare("Peeters", "Jan"), relation_id=one) == []
    assert scanned(relations)["found"] == 0
    assert found_pairs(relations) == []
    assert found_pairs(relations, status="not_duplicate") == [{one, other}]


@pytest.mark.parametrize("scanned_before", [True, False])
def test_a_pair_told_apart_by_mistake_is_proposed_again_whoever_is_named_first(
    relations: ServiceKit, scanned_before: bool
) -> None:
    one, other = (registered(relations, bare("Peeters", first)) for first in ("Jan", "J."))
    anna = relations.as_user()
    if scanned_before:
        assert scanned(relations)["found"] == 1
    anna.put("/duplicates/not", json={"a": one, "b": other})
    for _ in range(2):  # safe to repeat
        assert anna.delete("/duplicates/not", json={"a": other, "b": one}).status_code == 204
        assert [each["relation_id"] for each in doubles(relations, bare("Peeters", "Jan"), relation_id=one)] == [other]
    assert found_pairs(relations) == ([{one, other}] if scanned_before else [])
    assert found_pairs(relations, status="not_duplicate") == []
    scanned(relations)
    assert found_pairs(relations) == [{one, other}]


def test_a_pair_is_told_apart_only_of_two_relations_that_are_there(relations: ServiceKit) -> None:
    one, anna = registered(relations, bare("Peeters", "Jan")), relations.as_user()
    assert anna.put("/duplicates/not", json={"a": one, "b": one}).json["errors"].keys() == {"b"}
    assert anna.put("/duplicates/not", json={"a": one, "b": str(new_id())}).json["errors"].keys() == {"b"}


def test_a_scan_finds_the_doubles_of_the_whole_base_likeliest_first(relations: ServiceKit) -> None:
    jan = registered(relations, bare("Peeters", "Jan", communications=PHONE))
    jan_again = registered(relations, bare("Pieters", "Jan", communications=PHONE))
    lijn = registered(relations, a_company("Bouwwerken De Lijn BV"))
    lijn_again = registered(relations, a_company("De Lijn"))
    turned, turned_again = (registered(relations, bare(*name)) for name in (("Hendrik", "Bosch"), ("Bosch", "Hendrik")))
    registered(relations, bare("Wouters", "Karel"))
    scan = scanned(relations)
    assert (scan["status"], scan["phase"], scan["found"]) == ("done", "comparing", 3)
    assert scan["done"] == scan["total"] > 0
    assert relations.events(DuplicateScanFinished) == [DuplicateScanFinished(UUID(scan["id"]), "done", 3)]
    items = relations.as_user().get("/duplicates").json["items"]
    assert [item["score"] for item in items] == sorted((item["score"] for item in items), reverse=True)
    assert {frozenset(pair) for pair in found_pairs(relations)} == {
        frozenset((jan, jan_again)), frozenset((lijn, lijn_again)), frozenset((turned, turned_again)),
    }  # fmt: skip
    assert found_pairs(relations, relation_id=jan) == [{jan, jan_again}]
    page = relations.as_user().get("/duplicates?limit=2").json
    rest = relations.as_user().get("/duplicates", query_string={"limit": 2, "cursor": page["next_cursor"]}).json
    assert (len(page["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)


def test_what_is_alike_no_more_is_dropped_by_the_next_scan(relations: ServiceKit) -> None:
    registered(relations, bare("Peeters", "Jan", communications=PHONE))
    other = registered(relations, bare("Peeters", "Jan", communications=PHONE))
    assert scanned(relations)["found"] == 1
    changed = {"person": {"last_name": "Wouters", "first_names": "Karel"}, "communications": []}
    assert relations.as_user().patch(f"/relations/{other}", json=changed).status_code == 200
    assert scanned(relations)["found"] == 0
    assert found_pairs(relations) == []


def test_a_block_that_is_too_large_is_cut_and_the_scan_says_so(relations: ServiceKit) -> None:
    for number in range(25):
        registered(relations, a_company(f"Filiaal {number:02}", identifiers={}, communications=PHONE))
    scan = scanned(relations)
    assert {"key": "communication", "blocks": 1, "largest": 25} in scan["cut"]
    assert scan["done"] < 25 * 24


def test_a_scan_whose_worker_died_is_gone_on_with_and_counts_nothing_twice(
    relations: ServiceKit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "BATCH", 1)
    for number in range(4):
        registered(relations, bare("Peeters", "Jan", communications=PHONE, memo=str(number)))
    begun = relations.as_user().post("/duplicates/scans").json["id"]
    first = claim_scan(relations.database)
    assert first is not None
    dying = scanning._Scanning(relations.database, first)
    for step in range(3):
        dying._gather(step)
    assert claim_scan(relations.database) is None
    with relations.database.transaction() as session:
        session.execute(update(DuplicateScan).values(lease_until=text("now() - interval '1 second'")))
    run_due_scan(relations.database)
    scan = relations.as_user().get(f"/duplicates/scans/{begun}").json
    assert (scan["status"], scan["found"], scan["done"]) == ("done", 6, scan["total"])
    with pytest.raises(scanning.NotOursAnyMore):
        dying._gather(3)


def test_a_scan_is_stopped_on_demand_and_only_one_runs_at_a_time(relations: ServiceKit) -> None:
    anna = relations.as_user()
    first = anna.post("/duplicates/scans").json
    assert anna.post("/duplicates/scans").json["id"] == first["id"]
    running = claim_scan(relations.database)
    assert running is not None
    assert anna.post(f"/duplicates/scans/{first['id']}/cancel").status_code == 202
    with pytest.raises(scanning.NotOursAnyMore):
        scanning._Scanning(relations.database, running).run()
    scanning.end_if_cancelled(relations.database, running.id)
    assert anna.get(f"/duplicates/scans/{first['id']}").json["status"] == "cancelled"
    assert [event.status for event in relations.events(DuplicateScanFinished)] == ["cancelled"]
    assert anna.post(f"/duplicates/scans/{first['id']}/cancel").status_code == 409
    assert anna.post("/duplicates/scans").json["id"] != first["id"]
    assert anna.get(f"/duplicates/scans/{new_id()}").status_code == 404


def test_a_scan_begins_by_itself_once_a_night(relations: ServiceKit) -> None:
    def at(hour: int) -> None:
        actions.begin_nightly_scan(relations.database, clock=lambda: datetime(2035, 1, 1, hour, tzinfo=UTC))

    def scans() -> int:
        return len(relations.as_user().get("/duplicates/scans").json["items"])

    at(14)
    assert scans() == 0
    at(2)
    assert scans() == 1
    with relations.database.transaction() as session:
        session.execute(update(DuplicateScan).values(status="done", created_at=datetime(2035, 1, 1, 1, tzinfo=UTC)))
    at(3)
    assert scans() == 1


def test_what_was_said_of_a_pair_is_forgotten_with_the_erased(relations: ServiceKit) -> None:
    one, other = (registered(relations, bare("Peeters", first)) for first in ("Jan", "J."))
    relations.as_user().put("/duplicates/not", json={"a": one, "b": other})
    erase = ErasureRequested(request_id=new_id(), batch=1, kind="anonymise", relation_ids=(UUID(one),))
    assert relations.deliver(subscriptions, erase) == "handled"
    with relations.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM duplicate_pair")).scalar() == 0


@pytest.mark.parametrize(
    ("method", "path", "right"),
    [
        ("get", "/duplicates", "read"),
        ("put", "/duplicates/not", "write"),
        ("delete", "/duplicates/not", "write"),
        ("post", "/duplicates/scans", "write"),
        ("get", "/hygiene", "read"),
        ("put", "/hygiene/rules", "key_user"),
    ],
)
def test_who_lacks_the_right_is_refused(relations: ServiceKit, method: str, path: str, right: str) -> None:
    everything_else = [each for each in ("read", "write", "key_user") if each != right]
    answer = getattr(relations.as_user(rights=everything_else), method)(
        path, **({} if method == "get" else {"json": {}})
    )
    assert answer.status_code == 403
