"""Every event of the house: no personal data can travel in it, its owner tells it, and hearing it twice is harmless."""

import ast
import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import text

from contracts import EventContract, all_events, event_named
from contracts.declaration import schema_of
from shared.ids import new_id
from shared.subscriptions import Subscriptions
from shared.testing.kit import SERVICES, ServiceKit

ROOT = Path(__file__).parents[2]
SUBSCRIPTIONS: dict[str, Subscriptions] = {
    name: importlib.import_module(f"{name}.subscriptions").subscriptions for name in SERVICES
}
DELIVERIES = [(service, contract.type) for service, of in SUBSCRIPTIONS.items() for contract in of.contracts()]
NOT_OURS = ("matters",)
"""Owners that are no service of this house."""

FORMATS = {"uuid", "date-time"}
LONGEST_CODE = 64


def free_text_in(schema: dict[str, Any], where: str = "") -> list[str]:
    """Return the places of a schema that could hold a name, a number or a sentence about a person."""
    if "anyOf" in schema:
        return [found for option in schema["anyOf"] for found in free_text_in(option, where)]
    kind = schema.get("type")
    if kind == "object":
        open_ended = [] if schema.get("additionalProperties") is False else [f"{where}: any field"]
        inside = [free_text_in(value, f"{where}.{name}") for name, value in schema.get("properties", {}).items()]
        return open_ended + [found for places in inside for found in places]
    if kind == "array":
        return free_text_in(schema.get("items", {}), f"{where}[]")
    if kind in ("integer", "boolean", "null"):
        return []
    if kind == "string" and (schema.get("format") in FORMATS or "enum" in schema or _is_code(schema)):
        return []
    return [where or "the event"]


def _is_code(schema: dict[str, Any]) -> bool:
    """A pattern without white space or @, that ends, admits no name in full, no address and no sentence."""
    pattern: str = schema.get("pattern", "")
    bounded = pattern.startswith("^[") and pattern.endswith("}$")
    longest = int(pattern.rpartition(",")[2].rstrip("}$")) if bounded else LONGEST_CODE + 1
    return longest <= LONGEST_CODE and not set(pattern) & {" ", "@", "\\"}


@pytest.mark.parametrize("contract", all_events(), ids=lambda contract: contract.type)
def test_no_event_can_hold_personal_data(contract: EventContract) -> None:
    assert free_text_in(contract.schema()) == []


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string"},
        {"type": "string", "pattern": ".*"},
        {"type": "string", "pattern": "^[a-z ]{1,40}$"},
        {"type": "string", "pattern": "^[a-z]{1,400}$"},
        {"type": "string", "format": "email"},
        {"type": "number"},
        {"type": "array", "items": {"type": "string"}},
        {"anyOf": [{"type": "null"}, {"type": "string"}]},
        {"type": "object", "properties": {}},
        {},
    ],
    ids=str,
)
def test_an_event_that_could_hold_free_text_would_be_noticed(schema: dict[str, Any]) -> None:
    event = {"type": "object", "properties": {"bad": schema}, "additionalProperties": False}
    assert len(free_text_in(event)) == 1


def test_free_text_cannot_even_be_declared() -> None:
    with pytest.raises(TypeError, match="personal data"):
        schema_of(str)


@pytest.mark.parametrize("contract", all_events(), ids=lambda contract: contract.type)
def test_every_example_is_as_its_schema_says(contract: EventContract) -> None:
    schema = contract.schema()
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(contract.example)


@pytest.mark.parametrize("service", SERVICES)
def test_every_subscription_is_to_a_declared_event_and_has_one_queue(service: str) -> None:
    subscriptions = SUBSCRIPTIONS[service]
    assert subscriptions.queue == f"{service}.events"
    assert subscriptions.contracts(), "a service that hears nothing needs no worker"
    for contract in subscriptions.contracts():
        assert event_named(contract.type) is contract


def _names_recorded_by(service: str) -> set[str]:
    """Return what stands in the ``record(...)`` calls, and as the ``answer`` of an erasure, of a service."""
    found: set[str] = set()
    for path in _sources_of(service):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        if any(_called(call) == "record" for call in calls):
            found |= {_called(call) for call in calls}
        found |= {
            keyword.value.id
            for call in calls
            for keyword in call.keywords
            if keyword.arg == "answer" and isinstance(keyword.value, ast.Name)
        }
    return found


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _sources_of(service: str) -> Iterator[Path]:
    folder = ROOT / "services" / service.replace("_", "-") / "src"
    assert folder.is_dir()
    return folder.rglob("*.py")


@pytest.mark.parametrize("service", SERVICES)
def test_every_event_a_service_owns_is_told_somewhere(service: str) -> None:
    told = _names_recorded_by(service)
    assert [
        event.cls.__name__ for event in all_events() if event.owner == service and event.cls.__name__ not in told
    ] == []


def test_every_owner_is_a_service_of_this_house_or_known_not_to_be() -> None:
    assert {contract.owner for contract in all_events()} == {*SERVICES, *NOT_OURS}


def contents(kit: ServiceKit) -> dict[str, list[str]]:
    """Return every row of every table."""
    with kit.database.reading() as connection:
        names = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        return {name: list(connection.scalars(text(f'SELECT t::text FROM "{name}" t ORDER BY 1'))) for name in names}


def example_about(contract: EventContract, relation_id: UUID) -> Any:
    """Return the contract's example, told of a relation that exists."""
    placeholder = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c02"
    return contract.load(json.loads(json.dumps(contract.example).replace(placeholder, str(relation_id))))


def a_known_relation(kit: ServiceKit, service: str) -> UUID:
    """Return a relation that the service knows, if it is the one to know relations."""
    if service != "relations":
        return new_id()
    if kit.service.seed:
        kit.service.seed(kit.settings, kit.database)
    person = {"first_names": "Lies", "last_name": "Janssens"}
    body = {"kind": "natural_person", "person": person, "groups": ["client"]}
    answer = kit.as_user().post("/relations", json=body)
    assert answer.status_code == 201, answer.text
    return UUID(answer.json["id"])


@pytest.mark.parametrize(("service", "type_"), DELIVERIES)
def test_the_second_delivery_of_an_event_changes_nothing(kits: dict[str, ServiceKit], service: str, type_: str) -> None:
    kit, event_id = kits[service], new_id()
    kit.clean()
    event = example_about(event_named(type_), a_known_relation(kit, service))
    assert kit.deliver(SUBSCRIPTIONS[service], event, event_id=event_id) == "handled"
    before = contents(kit)
    assert kit.deliver(SUBSCRIPTIONS[service], event, event_id=event_id) == "handled"
    assert contents(kit) == before
