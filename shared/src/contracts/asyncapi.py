"""The bus as an AsyncAPI 3.0 document: every event is a channel that its owner sends to."""

from typing import Any

from contracts.catalogue import all_events
from contracts.declaration import EventContract
from contracts.envelope import CONTENT_TYPE

ID = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9f00"
TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def asyncapi() -> dict[str, Any]:
    """Return the AsyncAPI document of the whole catalogue."""
    events = all_events()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Relations: events",
            "version": "1",
            "description": "Facts the services tell each other. They carry ids, codes and times, never personal data.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {contract.type: _channel(contract) for contract in events},
        "operations": {
            f"send.{contract.type}": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{contract.type}"},
                "summary": contract.summary,
                "tags": [{"name": contract.owner}],
            }
            for contract in events
        },
        "components": {"messages": {contract.type: _message(contract) for contract in events}},
    }


def _channel(contract: EventContract) -> dict[str, Any]:
    return {
        "address": contract.type,
        "messages": {"event": {"$ref": f"#/components/messages/{contract.type}"}},
        "bindings": {
            "amqp": {"is": "routingKey", "exchange": {"name": contract.exchange, "type": "topic", "durable": True}}
        },
    }


def _message(contract: EventContract) -> dict[str, Any]:
    data = {key: value for key, value in contract.schema().items() if key != "$schema"}
    return {
        "name": contract.type,
        "summary": contract.summary,
        "contentType": CONTENT_TYPE,
        "payload": {
            "type": "object",
            "properties": {**_attributes(contract), "data": data},
            "required": [*_attributes(contract), "data"],
        },
        "examples": [{"name": "example", "payload": _example(contract)}],
    }


def _attributes(contract: EventContract) -> dict[str, Any]:
    return {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "format": "uuid"},
        "source": {"const": f"/{contract.owner}"},
        "type": {"const": contract.type},
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "traceparent": {"type": "string", "pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"},
        "actor": {"type": "string", "description": "The id of the acting user, service:<name>, or system"},
    }


def _example(contract: EventContract) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": ID,
        "source": f"/{contract.owner}",
        "type": contract.type,
        "time": "2026-01-05T08:30:00Z",
        "datacontenttype": "application/json",
        "traceparent": TRACEPARENT,
        "actor": f"service:{contract.owner}",
        "data": dict(contract.example),
    }
