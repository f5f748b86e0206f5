"""The lock: the schema of every event version as it was first published, which may never change again.

Consumers written against a version rely on it, and so do events still on their way; a changed shape is a new version.
"""

import json
from pathlib import Path
from typing import Any

from contracts.catalogue import all_events

FOLDER = Path(__file__).parent / "locked"


def locked_schemas() -> dict[str, dict[str, Any]]:
    """Return the schema of every locked event type."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def lock() -> list[str]:
    """Lock the schema of every event that has none yet, and return the types of those."""
    FOLDER.mkdir(exist_ok=True)
    known = locked_schemas()
    new = [contract for contract in all_events() if contract.type not in known]
    for contract in new:
        text = json.dumps(contract.schema(), indent=2) + "\n"
        (FOLDER / f"{contract.type}.json").write_text(text, encoding="utf-8")
    return [contract.type for contract in new]


def broken_promises() -> list[str]:
    """Return what the declared events and the lock say differently; anything but an empty list fails the build."""
    known = locked_schemas()
    declared = {contract.type: contract.schema() for contract in all_events()}
    return [
        *(f"{type_} is not locked yet: run python -m contracts lock" for type_ in declared if type_ not in known),
        *(f"{type_} is locked but no longer declared" for type_ in known if type_ not in declared),
        *(
            f"{type_} changed: give it a new version"
            for type_, schema in declared.items()
            if type_ in known and _shape(known[type_]) != _shape(schema)
        ),
    ]


def _shape(schema: dict[str, Any]) -> dict[str, Any]:
    """Only the words that describe an event may be chosen anew."""
    return {key: value for key, value in schema.items() if key != "description"}
