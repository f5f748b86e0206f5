"""What the local stack can be told."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SERVICES = ("relations", "contacts", "enrichment", "gdpr", "m365_sync", "gateway")


class CannotStart(SystemExit):
    """The stack cannot start; the message is one line that says what to do."""


@dataclass(frozen=True)
class StackSettings:
    """Where everything is and what is started."""

    port: int
    data: Path
    broker_url: str
    database_url: str
    demo: bool

    @property
    def ports(self) -> dict[str, int]:
        """The gateway's port, and the following ones for the other services and the sandbox."""
        names = ("gateway", "relations", "contacts", "enrichment", "gdpr", "m365_sync", "sandbox")
        return {name: self.port + place for place, name in enumerate(names)}

    @property
    def embedded_database(self) -> bool:
        """Whether PostgreSQL is the one that comes with the environment."""
        return not self.database_url

    @property
    def embedded_broker(self) -> bool:
        """Whether the bus is folders of this machine."""
        return self.broker_url.startswith("filesystem://")

    def url_of(self, name: str) -> str:
        """Return the address of a service or the sandbox."""
        return f"http://127.0.0.1:{self.ports[name]}"


def read_settings(environ: Mapping[str, str] = os.environ) -> StackSettings:
    """Read ``PORT``, ``DATA``, ``BROKER_URL``, ``DATABASE_URL`` and ``DEMO``; raises ``CannotStart``."""
    try:
        port = int(environ.get("PORT") or 8000)
    except ValueError as error:
        raise CannotStart("PORT must be a number, such as PORT=8000") from error
    if not 1024 <= port <= 65_000:
        raise CannotStart("PORT must lie between 1024 and 65000")
    data = Path(environ.get("DATA") or ".data").resolve()
    broker_url = environ.get("BROKER_URL") or f"filesystem://{data}/bus"
    if not broker_url.startswith(("amqp://", "amqps://", "filesystem://")):
        raise CannotStart("BROKER_URL must begin with amqp://, or be left out for the embedded bus")
    database_url = environ.get("DATABASE_URL") or ""
    if database_url and not database_url.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        raise CannotStart("DATABASE_URL must begin with postgresql://, or be left out for the embedded PostgreSQL")
    return StackSettings(port, data, broker_url, database_url, demo=(environ.get("DEMO") or "1") != "0")
