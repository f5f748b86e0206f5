"""The stack as a list of processes, and the order in which they come up."""

import fcntl
import importlib
import os
import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import requests
from cryptography.fernet import Fernet
from sqlalchemy.engine import make_url

from localstack.database import EmbeddedServer, make_databases, url_for
from localstack.processes import Process, Supervisor
from localstack.settings import SERVICES, CannotStart, StackSettings
from shared.auth import make_keys
from shared.broker import BrokerAway, connect_broker
from shared.service import Service, main

BUSY_SERVICES = ("gateway", "relations")
"""Those that answer most requests get two web processes."""

PATIENCE = 60.0
"""Seconds until every service must be ready."""


class Stack:
    """Everything that runs, from database to gateway."""

    def __init__(self, settings: StackSettings) -> None:
        self.settings = settings
        self._lock = _lock_folder(settings.data)
        _refuse_busy_ports(settings)
        self._server: EmbeddedServer | None = None
        if settings.embedded_database:
            self._server = EmbeddedServer(settings.data / "postgres")
            self._database_url = self._server.url
        else:
            self._database_url = make_url(settings.database_url.replace("postgres://", "postgresql://", 1))
        self.supervisor = Supervisor(settings.data)
        self.services: dict[str, Service] = {
            name: importlib.import_module(f"{name}.__main__").SERVICE for name in SERVICES
        }

    def start(self) -> None:
        """Bring everything up; raises ``CannotStart`` with one line that says what to do."""
        make_databases(self._database_url, SERVICES)
        _refuse_silent_broker(self.settings)
        make_keys(self.settings.data / "keys", SERVICES)
        self._run_once("migrate")
        if self.settings.demo:
            self.supervisor.start(Process("sandbox", _run_sandbox, self._sandbox_environ()))
            self._wait_for(["sandbox"], path="/_sandbox/health")
        self._run_once("seed")
        self._declare_queues()
        for name in SERVICES:
            for role, command in (("web", "serve"), ("worker", "work")):
                self.supervisor.start(Process(f"{name}-{role}", self._command(name, command), self._environ(name)))
        self._wait_for([name for name in SERVICES if name != "gateway"])
        self._wait_for(["gateway"])

    def stop(self) -> None:
        """Stop everything, the database last."""
        self.supervisor.stop()
        if self._server:
            self._server.stop()
        self._lock.close()

    def _run_once(self, command: str) -> None:
        failed = self.supervisor.run_once(
            {f"{name}-{command}": (self._command(name, command), self._environ(name)) for name in SERVICES}
        )
        if failed:
            logs = ", ".join(str(self.supervisor.log_of(name)) for name in failed)
            raise CannotStart(f"{', '.join(failed)} failed: see {logs}")

    def _declare_queues(self) -> None:
        """Make every queue before the first event is published, so that nobody misses one."""
        broker = connect_broker(self.settings.broker_url)
        for name in SERVICES:
            broker.declare(importlib.import_module(f"{name}.subscriptions").subscriptions)

    def _command(self, name: str, command: str) -> Callable[[], None]:
        return lambda: main(self.services[name], [command])

    def _environ(self, name: str) -> Mapping[str, str]:
        settings = self.settings
        environ = {
            "DATABASE_URL": url_for(self._database_url, name),
            "BROKER_URL": settings.broker_url,
            "KEYS_DIR": str(settings.data / "keys"),
            "DATA_DIR": str(settings.data),
            "DATA_KEY": _secret(settings.data / "keys" / "data.key"),
            "PORT": str(settings.ports[name]),
            "PUBLIC_URL": settings.url_of("gateway"),
            "WEB_WORKERS": "2" if name in BUSY_SERVICES else "1",
            "CONSUMERS": "1" if settings.embedded_broker else "2",
            "DEMO": "1" if settings.demo else "0",
            **{f"{other.upper()}_URL": settings.url_of(other) for other in SERVICES},
        }
        return {**environ, **self._provider_environ()} if settings.demo else environ

    def _provider_environ(self) -> dict[str, str]:
        """Point every provider at the sandbox."""
        sandbox = self.settings.url_of("sandbox")
        return {
            "COMPANYINFO_URLS": f"{sandbox}/ws1/soap_doclit,{sandbox}/ws2/soap_doclit",
            "GRAPH_BASE_URL": f"{sandbox}/v1.0",
            "LOGIN_BASE_URL": sandbox,
            "CLIENT_ID": "relations-demo",
            "CLIENT_SECRET": "sandbox-secret",
        }

    def _sandbox_environ(self) -> dict[str, str]:
        return {
            "SANDBOX_PORT": str(self.settings.ports["sandbox"]),
            "SANDBOX_DATA": str(self.settings.data / "sandbox"),
        }

    def _wait_for(self, names: list[str], *, path: str = "/health/ready") -> None:
        deadline = time.monotonic() + PATIENCE
        reasons: dict[str, str] = {}
        for name in names:
            while not _is_ready(f"{self.settings.url_of(name)}{path}", name, reasons):
                self.supervisor.watch()
                if time.monotonic() > deadline:
                    raise CannotStart(
                        f"{name} does not get ready ({reasons[name]}): see {self.supervisor.log_of(name)}"
                    )
                time.sleep(0.05)


def _is_ready(url: str, name: str, reasons: dict[str, str]) -> bool:
    try:
        answer = requests.get(url, timeout=5)
    except requests.RequestException as error:
        reasons[name] = type(error).__name__
        return False
    reasons[name] = answer.text[:300]
    return answer.ok


def _run_sandbox() -> None:
    from sandbox.server import serve
    from sandbox.settings import read_settings

    serve(read_settings(os.environ))


def _lock_folder(data: Path) -> IO[str]:
    data.mkdir(parents=True, exist_ok=True)
    lock = (data / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CannotStart(f"Another stack is using {data}: stop it, or set DATA to another folder") from error
    return lock


def _refuse_busy_ports(settings: StackSettings) -> None:
    for name, port in settings.ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise CannotStart(
                    f"Port {port} ({name}) is in use: stop what uses it, or set PORT to the first of seven free ports"
                ) from error


def _refuse_silent_broker(settings: StackSettings) -> None:
    try:
        connect_broker(settings.broker_url).check()
    except BrokerAway as error:
        raise CannotStart(
            "The broker does not answer at BROKER_URL: start it, mend the address, or leave BROKER_URL out"
        ) from error


def _secret(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(Fernet.generate_key().decode())
    return path.read_text()
