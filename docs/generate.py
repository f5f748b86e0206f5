"""Writes everything in this folder that is derived from the code: ``make docs``.

It is neither part of a service nor of the contracts, because it is the one place that must know all of them.
"""

import importlib
import json
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from contracts.asyncapi import asyncapi
from contracts.page import page
from shared.auth import make_keys
from shared.service import Service, openapi_of
from shared.settings import load_settings

DOCS = Path(__file__).parent
SERVICES = ("relations", "contacts", "enrichment", "gdpr", "m365_sync", "gateway")


def documents() -> dict[Path, str]:
    """Return the text of every derived file by its place."""
    found = {
        DOCS / "asyncapi.json": _json(asyncapi()),
        DOCS / "events.md": page(subscribers()),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name in SERVICES:
            found[DOCS / "openapi" / f"{name}.json"] = _openapi(name, Path(folder))
    return found


def subscribers() -> dict[str, list[str]]:
    """Return the services that handle each event type."""
    listeners: dict[str, list[str]] = defaultdict(list)
    for name in sorted(SERVICES):
        for contract in importlib.import_module(f"{name}.subscriptions").subscriptions.contracts():
            listeners[contract.type].append(name)
    return listeners


def _openapi(name: str, folder: Path) -> str:
    """Return the document of one service, built as it would start but never connected to anything."""
    service: Service = importlib.import_module(f"{name}.__main__").SERVICE
    make_keys(folder, SERVICES)
    settings = load_settings(
        service.settings,
        {
            "DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:9/none",
            "BROKER_URL": f"filesystem://{folder}",
            "KEYS_DIR": str(folder),
            "DATA_DIR": str(folder),
            "DATA_KEY": "a key that seals nothing and serves documents only",
            "PORT": "0",
        },
    )
    return _json(openapi_of(service.create_app(settings)))


def _json(document: object) -> str:
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the files."""
    for place, text in documents().items():
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{place.relative_to(DOCS.parent)}\n")


if __name__ == "__main__":
    main()
