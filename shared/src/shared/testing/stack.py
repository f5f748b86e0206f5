"""The whole system as its users get it: the local stack in processes of its own, to look at, to kill and to stop."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import psutil
import psycopg
from psycopg.rows import dict_row

from shared.testing.processes import PORTS, PrivateFolder, ServerFailed, starting, wait_until

PORTS_OF_A_STACK = 7
START_PATIENCE = 90.0
STOP_PATIENCE = 30.0

Found = TypeVar("Found")


def eventually(look: Callable[[], Found | None], what: str, *, seconds: float = 30.0) -> Found:
    """Look again and again until something is found, and return it; fails after so many seconds."""
    deadline = monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} seconds: {what} (last seen: {found!r})")
        sleep(0.05)


@dataclass(frozen=True)
class Ended:
    """How a stack that did not stay ended."""

    exit_code: int
    output: str


class LocalStack:
    """One local stack with a data folder of its own; it can be started again on the same data."""

    def __init__(self, *, broker_url: str = "", database_url: str = "", demo: bool = True, **settings: str) -> None:
        self._folder = PrivateFolder("stack")
        self.data = self._folder.path / "data"
        self.port = free_ports(PORTS_OF_A_STACK)
        self.broker_url = broker_url
        self.database_url = database_url
        self._settings = {"DEMO": "1" if demo else "0", **settings}
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = 0

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self.stop()
        finally:
            self.remove()

    @property
    def url(self) -> str:
        """The gateway's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def sandbox_url(self) -> str:
        """The address of the stand-ins of the providers."""
        return f"http://127.0.0.1:{self.port + PORTS_OF_A_STACK - 1}"

    @property
    def output(self) -> str:
        """What the last start has printed."""
        return (self._folder.path / self._log).read_text(errors="replace")

    def start(self) -> float:
        """Start, and return the seconds until it said ready; raises ServerFailed with what it printed."""
        began = monotonic()
        process = self._launch()
        with starting(process, "the local stack", explain=lambda: self.output[-2000:]):
            wait_until(lambda: f"ready {self.url}" in self.output, process, seconds=START_PATIENCE)
        self._process = process
        return monotonic() - began

    def run_to_its_end(self, **settings: str) -> Ended:
        """Start a stack that is expected to refuse, and return its exit code and what it printed."""
        process = self._launch(**settings)
        try:
            return Ended(process.wait(timeout=START_PATIENCE), self.output)
        finally:
            process.kill()

    def remove(self) -> None:
        """End whatever still runs and delete the folder."""
        self.kill_everything()
        self._folder.remove()

    def stop(self, *, with_: signal.Signals = signal.SIGTERM) -> None:
        """Ask the stack to stop as a terminal would; fails when it ends badly or leaves a process behind."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(with_)
        exit_code = process.wait(timeout=STOP_PATIENCE)
        left = self.running()
        assert exit_code == 0, f"the stack ended with {exit_code}: {self.output[-2000:]}"
        assert not left, f"left behind: {left}"

    def kill_everything(self) -> None:
        """Kill the supervisor and everything it started, the embedded database too, as a power cut would."""
        process, self._process = self._process, None
        end_all(self.family())
        if process is not None:
            process.wait()

    def kill_supervisor(self) -> None:
        """Kill the supervisor alone; whoever it started is left to notice."""
        process, self._process = self._process, None
        assert process is not None, "the stack does not run"
        process.kill()
        process.wait()

    @property
    def supervisor(self) -> int:
        """The process id of the supervisor."""
        assert self._process is not None, "the stack does not run"
        return self._process.pid

    def family(self) -> list[psutil.Process]:
        """Return every running process that works in the stack's folder: whoever its parent is by now."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                place = Path(process.cwd())
                if place.is_relative_to(self._folder.path) and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def running(self) -> list[str]:
        """Return the pid and command line of every process of the stack that has not ended."""
        return [shown for one in self.family() if (shown := _shown(one))]

    def pid(self, name: str) -> int:
        """Return the process id of a process such as ``relations-worker``, waiting until it has one."""
        file = self.data / "run" / f"{name}.pid"
        return int(eventually(lambda: file.read_text() if file.exists() else None, f"{name} runs"))

    def kill(self, name: str) -> None:
        """Kill a process with its children, with SIGKILL; the supervisor starts it again by itself."""
        end_all(_with_children(self.pid(name)))

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """Keep a process and its children from running for a while, as on a machine that hangs."""
        members = _with_children(self.pid(name))
        for member in members:
            member.suspend()
        try:
            yield
        finally:
            for member in members:
                with suppress(psutil.NoSuchProcess):
                    member.resume()

    @contextmanager
    def kept_down(self, *names: str) -> Iterator[None]:
        """Kill processes and keep the supervisor from starting them again for a while."""
        members = [member for name in names for member in _with_children(self.pid(name))]
        os.kill(self.supervisor, signal.SIGSTOP)
        try:
            end_all(members)
            yield
        finally:
            os.kill(self.supervisor, signal.SIGCONT)

    def log(self, name: str) -> str:
        """Return what a process has logged."""
        return (self.data / "logs" / f"{name}.log").read_text(errors="replace")

    def logs(self) -> dict[str, str]:
        """Return all logs by the name of their process."""
        return {file.stem: file.read_text(errors="replace") for file in (self.data / "logs").glob("*.log")}

    def connect(self, service: str) -> psycopg.Connection[dict[str, Any]]:
        """Open a connection to a service's database, to see what is really in it."""
        return psycopg.connect(self._conninfo(service), autocommit=True, row_factory=dict_row, connect_timeout=5)

    def rows(self, service: str, query: str, *parameters: Any) -> list[dict[str, Any]]:
        """Return what a query finds in a service's database."""
        with self.connect(service) as connection:
            return connection.execute(query, parameters).fetchall()

    def command(self, service: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of a service, such as ``deadletters list``, beside the running stack."""
        return subprocess.run(
            [sys.executable, "-m", service, *arguments],
            env=self.environ_of(service),
            cwd=self._folder.path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def start_beside(self, service: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start one more process of a service; the caller ends it."""
        return self._folder.start(
            [sys.executable, "-m", service, *arguments], log=f"{service}-beside.log", env=self.environ_of(service)
        )

    def environ_of(self, service: str) -> dict[str, str]:
        """Return the environment in which a service's commands work on this stack."""
        keys = self.data / "keys"
        return {
            **self._environment(),
            "DATABASE_URL": self._database_of(service),
            "BROKER_URL": self.broker_url or f"filesystem://{self.data}/bus",
            "KEYS_DIR": str(keys),
            "DATA_DIR": str(self.data),
            "DATA_KEY": (keys / "data.key").read_text() if (keys / "data.key").exists() else "",
            "PORT": str(self.port),
        }

    @property
    def _log(self) -> str:
        return f"start-{self._starts}.log"

    def _launch(self, **settings: str) -> subprocess.Popen[bytes]:
        self._starts += 1
        environment = {**self._environment(), **settings}
        return self._folder.start([sys.executable, "-m", "localstack"], log=self._log, env=environment)

    def _environment(self) -> dict[str, str]:
        settings = {"BROKER_URL": self.broker_url, "DATABASE_URL": self.database_url}
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self._folder.path),
            "SANDBOX_BALANCE": "1000000",  # hundreds of paid look-ups in one session of tests
            "PORT": str(self.port),
            "DATA": str(self.data),
            **{name: value for name, value in settings.items() if value},
            **self._settings,
        }

    def _conninfo(self, service: str) -> str:
        return self._database_of(service).replace("postgresql+psycopg://", "postgresql://", 1)

    def _database_of(self, service: str) -> str:
        if self.database_url:
            server = urlsplit(self.database_url)
            return server._replace(scheme="postgresql+psycopg", path=f"/{service}").geturl()
        # The embedded server listens on a socket in its own folder only.
        return f"postgresql+psycopg://postgres@/{service}?host={self.data / 'postgres'}"


def _shown(process: psutil.Process) -> str:
    """Return a process's pid and command line, or nothing when it has just ended."""
    try:
        return f"{process.pid} {' '.join(process.cmdline())}"
    except psutil.Error:
        return ""


def free_ports(count: int) -> int:
    """Return the first of so many loopback ports in a row that nobody listens on; raises ServerFailed."""
    for first in random.sample(PORTS[:-count], 200):
        if all(_is_free(port) for port in range(first, first + count)):
            return first
    raise ServerFailed(f"no {count} free ports in a row on 127.0.0.1")


def end_all(processes: list[psutil.Process]) -> None:
    """Kill processes at one stroke and wait until they are dead, even if their parent cannot bury them now."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    eventually(lambda: not any(is_alive(process) for process in processes), "the killed processes are dead")


def is_alive(process: psutil.Process) -> bool:
    """Tell whether a process still runs; one that only waits to be buried by its parent does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _with_children(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
