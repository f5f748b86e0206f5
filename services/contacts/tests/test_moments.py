"""Contact moments, by their API and their events."""

from typing import Any

import pytest

from contacts.subscriptions import subscriptions
from contracts.contacts import ContactsErasureCompleted, MomentChanged, MomentCreated, MomentDeleted
from contracts.gdpr import ErasureRequested
from contracts.relations import RelationDeleted
from shared.ids import new_id
from shared.testing.kit import ServiceKit

RELATION = new_id()


def a_moment(**more: Any) -> dict[str, Any]:
    return {
        "relation_id": str(RELATION), "date": "2026-03-02", "time": "10:30", "subject": "Kennismaking",
        "from_user": "anna", "for_user": "karel", **more,
    }  # fmt: skip


def test_a_written_moment_can_be_read_back_and_is_announced_without_its_words(contacts: ServiceKit) -> None:
    anna = contacts.as_user()
    written = anna.post("/contact-moments", json=a_moment(memo="belt terug"))
    assert written.status_code == 201
    assert written.json["status"] == "open"
    read = anna.get(f"/contact-moments/{written.json['id']}")
    assert read.json == written.json
    assert read.json["time"] == "10:30"
    assert [type(event) for event in contacts.events()] == [MomentCreated]


def test_the_second_click_writes_nothing_new(contacts: ServiceKit) -> None:
    anna = contacts.as_user()
    answers = [
        anna.post("/contact-moments", json=a_moment(), headers={"Idempotency-Key": "k1"}).json["id"] for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert len(contacts.events(MomentCreated)) == 1
    other = anna.post("/contact-moments", json=a_moment(subject="Anders"), headers={"Idempotency-Key": "k1"})
    assert other.status_code == 409


def test_only_the_given_fields_change_and_only_over_the_version_that_was_seen(contacts: ServiceKit) -> None:
    anna = contacts.as_user()
    written = anna.post("/contact-moments", json=a_moment(memo="blijft"))
    url, seen = f"/contact-moments/{written.json['id']}", written.headers["ETag"]
    changed = anna.patch(url, json={"from_user": "karel", "for_user": "anna"}, headers={"If-Match": seen})
    assert (changed.json["from_user"], changed.json["for_user"], changed.json["memo"]) == ("karel", "anna", "blijft")
    assert anna.patch(url, json={"status": "done"}, headers={"If-Match": seen}).status_code == 412
    (event,) = contacts.events(MomentChanged)
    assert set(event.fields) == {"from_user", "for_user"}


def test_an_unknown_field_is_refused_by_name(contacts: ServiceKit) -> None:
    answer = contacts.as_user().post("/contact-moments", json=a_moment(colour="red"))
    assert answer.status_code == 422
    assert "colour" in answer.json["errors"]
    assert answer.json["request_id"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("from_user=anna", {"a", "c"}),
        ("for_user=karel", {"a"}),
        ("status=open", {"a", "b"}),
        ("q=zoekwoord", {"b"}),
        ("q=100%25", {"c"}),
        ("date_from=2026-03-02&date_to=2026-03-02", {"a"}),
        ("late=true", {"a"}),
    ],
)
def test_moments_are_found_by_every_filter(contacts: ServiceKit, query: str, expected: set[str]) -> None:
    anna = contacts.as_user()
    for moment in (
        a_moment(subject="a"),
        a_moment(subject="b", date="2999-01-01", from_user="karel", for_user="anna", memo="het Zoekwoord"),
        a_moment(subject="c", date="2999-01-02", for_user="anna", status="done", memo="100% akkoord"),
    ):
        assert anna.post("/contact-moments", json=moment).status_code == 201
    found = anna.get(f"/contact-moments?relation_id={RELATION}&{query}").json["items"]
    assert {moment["subject"] for moment in found} == expected


def test_pages_follow_each_other_without_gap_or_repeat(contacts: ServiceKit) -> None:
    anna = contacts.as_user()
    for number in range(7):
        anna.post("/contact-moments", json=a_moment(subject=str(number)))
    seen: list[str] = []
    cursor = ""
    while True:
        page = anna.get(f"/contact-moments?limit=3&total=true{cursor}").json
        assert page["total"] == 7
        seen += [moment["subject"] for moment in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]


@pytest.mark.parametrize("sort", ["date", "-date", "subject", "-from_user", "for_user", "status"])
def test_moments_are_sorted_by_the_column_asked_for_in_pages_too(contacts: ServiceKit, sort: str) -> None:
    anna, name = contacts.as_user(), sort.removeprefix("-")
    for subject, time, of, to in (
        ("b", None, "karel", "anna"),
        ("A", "09:00", "anna", "karel"),
        ("c", "08:00", "bert", "bert"),
    ):
        moment = a_moment(subject=subject, time=time, from_user=of, for_user=to)
        assert anna.post("/contact-moments", json=moment).status_code == 201
    whole = anna.get("/contact-moments", query_string={"sort": sort}).json["items"]
    keys = [(each["time"] or "") if name == "date" else str(each[name]).casefold() for each in whole]
    assert keys == sorted(keys, reverse=sort.startswith("-"))
    first = anna.get("/contact-moments", query_string={"sort": sort, "limit": 2}).json
    rest = anna.get("/contact-moments", query_string={"sort": sort, "cursor": first["next_cursor"]}).json
    assert [*first["items"], *rest["items"]] == whole


@pytest.mark.parametrize(
    ("rights", "licences", "status"),
    [(["read"], ["crm"], 403), (["read", "write"], [], 403), (["read", "write"], ["crm"], 201)],
)
def test_writing_needs_the_right_and_the_licence(
    contacts: ServiceKit, rights: list[str], licences: list[str], status: int
) -> None:
    answer = contacts.as_user(rights=rights, licences=licences).post("/contact-moments", json=a_moment())
    assert answer.status_code == status
    if not licences:
        assert answer.json["type"] == "licence-required"


def test_the_moments_of_a_deleted_relation_go_with_it(contacts: ServiceKit) -> None:
    anna = contacts.as_user()
    moment_id = anna.post("/contact-moments", json=a_moment()).json["id"]
    assert contacts.deliver(subscriptions, RelationDeleted(relation_id=RELATION)) == "handled"
    assert anna.get(f"/contact-moments/{moment_id}").status_code == 404
    assert len(contacts.events(MomentDeleted)) == 1


def test_erasure_blanks_the_words_keeps_the_dates_and_answers_once_per_delivery(contacts: ServiceKit) -> None:
    anna = contacts.as_user()
    moment_id = anna.post("/contact-moments", json=a_moment(memo="heel persoonlijk")).json["id"]
    order = ErasureRequested(request_id=new_id(), batch=1, kind="anonymise", relation_ids=(RELATION,))
    event_id = new_id()
    for _ in range(2):
        assert contacts.deliver(subscriptions, order, event_id=event_id) == "handled"
    (answer,) = contacts.events(ContactsErasureCompleted)
    assert answer.done == (RELATION,)
    left = anna.get(f"/contact-moments/{moment_id}").json
    assert (left["subject"], left["memo"], left["date"]) == ("", "", "2026-03-02")
