"""Private processes for tests: own folder, own port, and nothing left behind."""

from __future__ import annotations

import json
import os
import random
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

import psutil

# Below the range the kernel hands out to outgoing connections, so that a port stays ours while its server restarts.
PORTS = range(20_000, 32_000)


class ServerFailed(RuntimeError):
    """A private server is not installed, did not start, or stopped by itself."""


def free_port() -> int:
    """Return a loopback port nobody listens on; raises ServerFailed when none is found."""
    for port in random.sample(PORTS, 200):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise ServerFailed("no free port on 127.0.0.1")


class PrivateFolder:
    """A temporary folder with a list of the processes that were started in it.

    The list outlives a killed owner: the next folder that is made ends what such an owner left running.
    """

    def __init__(self, kind: str) -> None:
        root = Path(tempfile.gettempdir()) / f"relations-servers-{os.geteuid()}"
        root.mkdir(mode=0o755, exist_ok=True)
        if root.stat().st_uid != os.geteuid():
            raise ServerFailed("the folder for private servers belongs to somebody else")
        remove_leftovers(root)
        self.path = Path(tempfile.mkdtemp(prefix=f"{kind}-", dir=root))
        self.path.chmod(0o755)  # a server that runs as another user must be able to reach its part
        self._owner = _fingerprint(psutil.Process())
        self._started: list[list[float]] = []
        self._processes: list[subprocess.Popen[bytes]] = []
        self._write()

    def start(
        self,
        command: Sequence[str | Path],
        *,
        log: str,
        env: Mapping[str, str],
        user: int | None = None,
        group: int | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a process in a session of its own, logging to a file in this folder, and remember it."""
        with (self.path / log).open("ab") as output:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.path,
                env=dict(env),
                user=user,
                group=group,
                extra_groups=None if user is None else [],
                start_new_session=True,
            )
        self._processes.append(process)
        self._started.append(_fingerprint(psutil.Process(process.pid)))
        self._write()
        return process

    def tail(self, log: str, *, lines: int = 12) -> str:
        """Return the last lines of a log, for the message of a failed start."""
        try:
            return "\n".join((self.path / log).read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""

    def remove(self) -> None:
        """End whatever still runs and delete the folder."""
        for fingerprint in self._started:
            end(fingerprint)
        for process in self._processes:
            process.wait()
        shutil.rmtree(self.path, ignore_errors=True)

    def _write(self) -> None:
        record = self.path / "processes.json"
        draft = record.with_suffix(".draft")
        draft.write_text(json.dumps({"owner": self._owner, "started": self._started}))
        draft.replace(record)


@contextmanager
def starting(process: subprocess.Popen[bytes], what: str, *, explain: Callable[[], str]) -> Iterator[None]:
    """End the process when what happens inside fails, and say what its log told."""
    try:
        yield
    except BaseException as error:
        if process.poll() is None:
            end(_fingerprint(psutil.Process(process.pid)))
            process.wait()
        if isinstance(error, ServerFailed):
            raise ServerFailed(f"{what}: {error}\n{explain()}") from None
        raise


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], *, seconds: float) -> None:
    """Wait until the process serves; raises ServerFailed when it ends first or takes longer."""
    deadline = monotonic() + seconds
    while not ready():
        if process.poll() is not None:
            raise ServerFailed(f"ended with exit code {process.returncode} before it was ready")
        if monotonic() > deadline:
            raise ServerFailed(f"was not ready within {seconds:.0f} seconds")
        sleep(0.05)


def remove_leftovers(root: Path) -> None:
    """End the servers, and delete the folders, whose owner was killed before it could do so."""
    for record in root.glob("*/processes.json"):
        try:
            told = json.loads(record.read_text())
        except (OSError, ValueError):
            continue  # another process is deleting it at this moment
        if _find(told["owner"]) is None:
            for fingerprint in told["started"]:
                end(fingerprint)
            shutil.rmtree(record.parent, ignore_errors=True)


def end(fingerprint: Sequence[float], *, seconds: float = 5) -> None:
    """End one process with all its children: politely, and after so many seconds for certain."""
    process = _find(fingerprint)
    if process is None:
        return
    try:
        family = [*process.children(recursive=True), process]
    except psutil.NoSuchProcess:
        return
    for member in family:
        _signal(member.terminate)
    _, stubborn = psutil.wait_procs(family, timeout=seconds)
    for member in stubborn:
        _signal(member.kill)
    psutil.wait_procs(stubborn, timeout=seconds)


def _signal(send: Callable[[], None]) -> None:
    with suppress(psutil.NoSuchProcess):
        send()


def _fingerprint(process: psutil.Process) -> list[float]:
    """A process id alone is reused by the system; with the moment of its start it is not."""
    return [process.pid, process.create_time()]


def _find(fingerprint: Sequence[float]) -> psutil.Process | None:
    pid, started = fingerprint
    try:
        process = psutil.Process(int(pid))
        same = abs(process.create_time() - started) < 0.05 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return None
    return process if same else None
