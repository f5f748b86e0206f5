"""Events survive the wire, hostile envelopes are refused in one way, and what was published stays as it was."""

import json
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from contracts import Envelope, EventContract, MalformedEnvelope, all_events, event_named
from contracts import locks as lock_file
from contracts.declaration import CONTRACTS, Code, ContractBroken, schema_of, to_wire
from contracts.relations import RelationDeleted
from shared.ids import new_id

TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
TYPES = sorted(CONTRACTS)
moments = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def values_of(annotation: Any) -> st.SearchStrategy[Any]:
    """Return every value an event field of a type may have."""
    if is_dataclass(annotation) and isinstance(annotation, type):
        hints = get_type_hints(annotation, include_extras=True)
        return st.builds(annotation, **{field.name: values_of(hints[field.name]) for field in fields(annotation)})
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return st.from_regex(arguments[1].regex.replace("$", r"\Z"))
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        return st.lists(values_of(arguments[0]), max_size=3).map(tuple)
    simple: dict[Any, st.SearchStrategy[Any]] = {
        UUID: st.uuids(), int: st.integers(), bool: st.booleans(), datetime: moments,
    }  # fmt: skip
    return simple[annotation]


events = st.sampled_from(TYPES).flatmap(lambda type_: values_of(CONTRACTS[type_].cls))


@given(event=events, id_=st.uuids(), time=moments)
def test_every_event_arrives_as_it_was_sent_and_as_its_schema_says(event: Any, id_: UUID, time: datetime) -> None:
    sent = Envelope(id_, time, "system", TRACEPARENT, event.contract, event)
    assert Envelope.from_json(sent.to_json()) == sent
    assert Envelope.from_json(sent.to_json().encode()) == sent
    Draft202012Validator(event.contract.schema()).validate(to_wire(event))


def read_or_refuse(body: bytes | str) -> None:
    with suppress(MalformedEnvelope):
        assert Envelope.from_json(body).contract in all_events()


@given(st.binary() | st.text())
def test_noise_is_refused_as_malformed(body: bytes | str) -> None:
    read_or_refuse(body)


@given(event=events, replaced=st.dictionaries(st.sampled_from(["id", "time", "type", "data", "actor"]), json_values))
def test_an_envelope_with_hostile_values_is_refused_as_malformed(event: Any, replaced: dict[str, Any]) -> None:
    sent = Envelope(new_id(), datetime.now(UTC), "system", TRACEPARENT, event.contract, event)
    read_or_refuse(json.dumps({**json.loads(sent.to_json()), **replaced}))


@given(event=events, extra=st.dictionaries(st.text(), json_values, max_size=2), drop=st.integers(0, 5), data=st.data())
def test_data_of_another_shape_is_refused_as_malformed(event: Any, extra: Any, drop: int, data: st.DataObject) -> None:
    wire = dict(to_wire(event))
    for name in list(wire)[:drop]:
        wire[name] = data.draw(json_values)
    envelope = json.loads(Envelope(new_id(), datetime.now(UTC), "system", "", event.contract, event).to_json())
    read_or_refuse(json.dumps({**envelope, "data": {**wire, **extra}}))


@pytest.mark.parametrize(
    "body",
    ["[" * 100_000, '{"type":' * 50_000, "1" * 6000, "null", '"\\ud800"', "{}", b"\xff\xfe\x00"],
    ids=["deep list", "deep object", "huge number", "null", "half a sign", "empty", "no text"],
)
def test_an_envelope_made_to_break_the_reader_is_refused_as_malformed(body: bytes | str) -> None:
    with pytest.raises(MalformedEnvelope):
        Envelope.from_json(body)


def test_a_refusal_never_quotes_what_stood_in_the_envelope() -> None:
    envelope = json.loads(
        Envelope(
            new_id(), datetime.now(UTC), "system", "", event_named("relations.relation.deleted.v1"),
            RelationDeleted(new_id()),
        ).to_json()
    )  # fmt: skip
    for data in ({"relation_id": "Jan Jansens"}, {"Jan Jansens": 1}, ["Jan Jansens"]):
        with pytest.raises(MalformedEnvelope) as refused:
            Envelope.from_json(json.dumps({**envelope, "data": data}))
        assert "Jansens" not in str(refused.value)


def test_a_code_with_a_line_break_behind_it_is_no_code() -> None:
    contract = event_named("relations.relation.changed.v1")
    example = dict(contract.example)
    contract.load(example)
    with pytest.raises(ContractBroken):
        contract.load({**example, "fields": ["memo\n"]})


def test_a_moment_without_time_zone_is_refused_and_any_other_becomes_utc() -> None:
    contract = event_named("gateway.relations.opened.v1")
    (opening,) = contract.example["openings"]

    def opened_at(text: str) -> datetime:
        opened: datetime = contract.load({"openings": [{**opening, "opened_at": text}]}).openings[0].opened_at
        return opened

    assert opened_at("2026-01-05T09:30:00+01:00") == datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
    assert opened_at("2026-01-05T09:30:00+01:00").tzinfo is UTC
    for text in ("2026-01-05T09:30:00", "0001-01-01T00:00:00+14:00"):
        with pytest.raises(ContractBroken):
            opened_at(text)
    assert to_wire(datetime(2026, 1, 5, 9, 30, tzinfo=timezone(timedelta(hours=1)))) == "2026-01-05T08:30:00Z"


@pytest.mark.parametrize("type_", TYPES)
def test_every_example_is_an_event_and_is_written_as_it_was_read(type_: str) -> None:
    contract = CONTRACTS[type_]
    assert to_wire(contract.load(contract.example)) == contract.example


def test_no_published_event_changed_without_a_new_version() -> None:
    assert lock_file.broken_promises() == []


@dataclass(frozen=True)
class Changed:
    """An event with one field more than its lock knows."""

    relation_id: UUID
    reason: Code


def test_a_changed_a_new_and_a_vanished_event_are_all_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    type_ = "relations.relation.deleted.v1"
    changed = EventContract("relations", "relations.relation.deleted", 1, "Other words", Changed, {})
    monkeypatch.setitem(CONTRACTS, type_, changed)
    assert lock_file.broken_promises() == [f"{type_} changed: give it a new version"]
    monkeypatch.delitem(CONTRACTS, type_)
    monkeypatch.setitem(CONTRACTS, "relations.relation.deleted.v2", replace(changed, version=2))
    assert lock_file.broken_promises() == [
        "relations.relation.deleted.v2 is not locked yet: run python -m contracts lock",
        f"{type_} is locked but no longer declared",
    ]


def test_a_field_that_could_hold_free_text_cannot_be_declared() -> None:
    for free in (str, dict, list[str], tuple[str, ...], Any, float):
        with pytest.raises((TypeError, ValueError)):
            schema_of(free)


def test_the_catalogue_is_sorted_and_every_exchange_belongs_to_an_owner() -> None:
    assert [contract.type for contract in all_events()] == TYPES
    assert all(contract.name.startswith(f"{contract.exchange}.") for contract in all_events())
