"""What the rows are measured on: the stack on private servers, and the bare reference beside it."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from uuid import UUID

import psutil
import psycopg
import requests

from bench.load import Load, get
from bench.office import fill
from shared.auth import KeyRing, Principal, TokenIssuer
from shared.testing.client import ApiClient
from shared.testing.servers import PostgresServer, RabbitServer
from shared.testing.stack import LocalStack, free_ports

SMALL = 20_000
LARGE = 1_000_000

AT_REST = 15.0
"""Percent of the machine that may be busy when a measurement begins."""


@dataclass
class House:
    """The system under load."""

    stack: LocalStack
    postgres: PostgresServer
    rabbit: RabbitServer
    folder: Path
    bare_url: str
    ids: list[UUID] = field(default_factory=list)
    relations: int = 0

    @cached_property
    def client(self) -> ApiClient:
        """A signed-in user of the API."""
        return ApiClient(self.stack.url)

    @property
    def token(self) -> str:
        """The API token of that user."""
        return str(self.client.session_token)

    @property
    def relations_url(self) -> str:
        """The address of the service relations itself."""
        return f"http://127.0.0.1:{self.stack.port + 1}"

    def service_token(self) -> str:
        """Return a token with which the gateway reads at the service relations."""
        keys = KeyRing(self.stack.data / "keys", "gateway")
        return TokenIssuer(keys).token_for(Principal(actor="service:gateway", rights=frozenset()))

    def rest(self) -> None:
        """Wait until what the load before left behind is done, or the next figures would pay for it."""
        deadline = time.monotonic() + 60
        while psutil.cpu_percent(interval=1.0) > AT_REST and time.monotonic() < deadline:
            continue

    def bare(self, *, seconds: float = 4.0) -> Load:
        """Measure the bare Flask route."""
        self.rest()
        return get(self.bare_url, ["/"], folder=self.folder, seconds=seconds)

    def fill_up_to(self, count: int) -> None:
        """Make sure the office has so many relations."""
        if self.relations < count:
            added = fill(self.database_url("relations"), count=count - self.relations, seed=count)
            self.ids = self.ids or added
            self.relations = count

    def worked(self) -> float:
        """Return the seconds of processor time used so far by the worker of relations and by its database."""
        workers = [process for process in self.stack.family() if "relations-worker" in " ".join(process.cmdline())]
        with psycopg.connect(self.database_url("relations")) as connection:
            rows = connection.execute("SELECT pid FROM pg_stat_activity WHERE datname = 'relations'").fetchall()
        backends = [psutil.Process(pid) for (pid,) in rows if psutil.pid_exists(pid)]
        return sum(sum(process.cpu_times()[:2]) for process in (*workers, *backends))

    def database_url(self, service: str) -> str:
        """Return the plain URL of a service's database."""
        return self.postgres.url(service).replace("postgresql+psycopg://", "postgresql://", 1)


@contextmanager
def house() -> Iterator[House]:
    """Start everything, and stop it at the end."""
    with (
        tempfile.TemporaryDirectory() as folder,
        PostgresServer() as postgres,
        RabbitServer() as rabbit,
        LocalStack(broker_url=rabbit.url, database_url=postgres.url("postgres")) as stack,
        _bare(Path(folder)) as bare_url,
    ):
        yield House(stack, postgres, rabbit, Path(folder), bare_url)


@contextmanager
def _bare(folder: Path) -> Iterator[str]:
    port = free_ports(1)
    environ = {
        **os.environ,
        "DATABASE_URL": "postgresql+psycopg://",
        "BROKER_URL": f"filesystem://{folder}",
        "KEYS_DIR": str(folder),
        "DATA_DIR": str(folder),
        "PORT": str(port),
        "WEB_WORKERS": "2",
    }
    process = subprocess.Popen([sys.executable, "-m", "bench.bare"], env=environ, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        while True:
            try:
                requests.get(url, timeout=1)
                break
            except requests.RequestException:
                if process.poll() is not None:
                    raise SystemExit("the bare reference does not start") from None
        yield url
    finally:
        process.terminate()
        process.wait()
