"""The catalogue: importing it declares every event of every owner."""

from contracts import contacts, enrichment, gateway, gdpr, m365_sync, matters, relations
from contracts.declaration import CONTRACTS, EventContract

OWNERS = (relations, contacts, enrichment, gdpr, m365_sync, gateway, matters)


def all_events() -> list[EventContract]:
    """Return every declared event, by owner and name."""
    return sorted(CONTRACTS.values(), key=lambda contract: contract.type)


def event_named(type_: str) -> EventContract:
    """Return the contract of a CloudEvents type; raises ``KeyError`` for an unknown one."""
    return CONTRACTS[type_]
