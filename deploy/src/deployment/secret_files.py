"""The secrets of a deployment, one folder per container, so that each is given its own and nothing else.

What exists is kept: made a second time, a folder only gains what a new release asks for.
"""

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from deployment.bus import SERVICES
from shared.auth import make_keys

SEALING_SERVICES = ("relations", "enrichment", "gdpr", "m365_sync")
"""Those that keep something sealed, each under a key of its own."""

CONTAINER_USERS = {"postgres": 999, "rabbitmq": 0}
"""As which user the container of a folder reads it; the services' own image has another one."""

SERVICE_USER = 10001

OTHER_OWNERS = ("matters",)
"""Whoever publishes on the bus without being a service of this system."""


@dataclass(frozen=True)
class Places:
    """Where the services find PostgreSQL and RabbitMQ."""

    postgres: str = "postgres:5432"
    rabbitmq: str = "rabbitmq:5672"


def make_secrets(folder: Path, places: Places = Places()) -> list[Path]:
    """Make what is missing, readable by its owner only; return the files that were made."""
    before = set(_files(folder))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    password(folder / "postgres" / "superuser")
    for owner in (*SERVICES, *OTHER_OWNERS):
        password(folder / "rabbitmq" / owner)
    make_keys(folder / "keys", SERVICES)
    for service in SERVICES:
        _make_service_secrets(folder, service, places)
    for path in _files(folder):
        path.chmod(0o600)
    return sorted(set(_files(folder)) - before)


def hand_over(folder: Path) -> None:
    """Give each folder to the user of its container; raises ``PermissionError`` unless called as root."""
    for part in [each for each in folder.iterdir() if each.name != "keys"]:
        user = CONTAINER_USERS.get(part.name, SERVICE_USER)
        for path in (part, *part.rglob("*")):
            os.chown(path, user, user)


def password(path: Path) -> str:
    """Return the password kept in a file; make one that fits into a URL as it is when there is none."""
    if not path.exists():
        _write(path, secrets.token_urlsafe(32))
    return path.read_text().strip()


def _make_service_secrets(folder: Path, service: str, places: Places) -> None:
    own = folder / service
    runtime = password(folder / "postgres" / service)
    owner = password(folder / "postgres" / f"{service}_owner")
    bus = password(folder / "rabbitmq" / service)
    _write(own / "database_url", f"postgresql+psycopg://{service}:{runtime}@{places.postgres}/{service}")
    _write(
        folder / f"{service}-migration" / "database_url",
        f"postgresql+psycopg://{service}_owner:{owner}@{places.postgres}/{service}",
    )
    _write(own / "broker_url", f"amqp://{service}:{bus}@{places.rabbitmq}//")
    if service in SEALING_SERVICES:
        password(own / "data_key")
    if service == "m365_sync" and not (own / "client_secret").exists():
        _write(own / "client_secret", "")  # Microsoft hands it out; filled in by whoever registered the application
    keys = folder / "keys"
    for key in (keys / f"{service}.private.json", *keys.glob("*.public.json")):
        _write(own / "keys" / key.name, key.read_text())


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(content)


def _files(folder: Path) -> Iterable[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
