"""Starts the system's processes, keeps them running, and stops them.

Every process is forked from this one after the libraries are imported, so that each import is paid once, in time and
in memory. The supervisor itself starts no thread.
"""

import contextlib
import ctypes
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from setproctitle import setproctitle

SET_PARENT_DEATH_SIGNAL = 1
"""``PR_SET_PDEATHSIG`` of Linux: children end with this process even when it is killed."""

QUICK_DEATH = 3.0
"""Seconds; a process that dies sooner than this is started again with growing pauses."""

LONGEST_PAUSE = 10.0


@dataclass
class Process:
    """A process that should always run."""

    name: str
    run: Callable[[], None]
    environ: Mapping[str, str] = field(default_factory=dict)
    pid: int = 0
    started_at: float = 0.0
    deaths: int = 0
    start_at: float = 0.0


class Supervisor:
    """Keeps processes running until told to stop."""

    def __init__(self, folder: Path) -> None:
        self._logs = folder / "logs"
        self._pids = folder / "run"
        for place in (self._logs, self._pids):
            place.mkdir(parents=True, exist_ok=True)
        for stale in self._pids.glob("*.pid"):
            stale.unlink()
        self._processes: list[Process] = []
        self.stopping = False

    def run_once(self, tasks: Mapping[str, tuple[Callable[[], None], Mapping[str, str]]]) -> list[str]:
        """Run tasks side by side to their end; return the names of those that failed."""
        running = {self._fork(Process(name, run, environ)): name for name, (run, environ) in tasks.items()}
        failed = []
        while running:
            pid, status = os.wait()
            name = running.pop(pid, None)
            if name and os.waitstatus_to_exitcode(status) != 0:
                failed.append(name)
        return failed

    def start(self, process: Process) -> None:
        """Start a process and keep it running from now on."""
        self._processes.append(process)
        self._start(process)

    def watch(self) -> None:
        """Start again what has died; call this often."""
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                break
            self._note_death(pid)
        for process in self._processes:
            if process.pid == 0 and not self.stopping and time.monotonic() >= process.start_at:
                self._start(process)

    def stop(self, *, grace: float = 20.0) -> None:
        """Stop everything gently, and after ``grace`` seconds by force."""
        self.stopping = True
        self._signal_all(signal.SIGTERM)
        deadline = time.monotonic() + grace
        while any(process.pid for process in self._processes) and time.monotonic() < deadline:
            self.watch()
            time.sleep(0.02)
        self._signal_all(signal.SIGKILL)
        while any(process.pid for process in self._processes):
            self.watch()
            time.sleep(0.02)

    def log_of(self, name: str) -> Path:
        """Return the log file of a process."""
        return self._logs / f"{name}.log"

    def _signal_all(self, number: signal.Signals) -> None:
        for process in self._processes:
            if process.pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, number)

    def _note_death(self, pid: int) -> None:
        for process in self._processes:
            if process.pid == pid:
                lived = time.monotonic() - process.started_at
                process.deaths = process.deaths + 1 if lived < QUICK_DEATH else 0
                process.start_at = time.monotonic() + min(0.2 * 2**process.deaths, LONGEST_PAUSE)
                process.pid = 0
                (self._pids / f"{process.name}.pid").unlink(missing_ok=True)

    def _start(self, process: Process) -> None:
        process.started_at = time.monotonic()
        process.pid = self._fork(process)
        (self._pids / f"{process.name}.pid").write_text(str(process.pid))

    def _fork(self, process: Process) -> int:
        sys.stdout.flush()
        supervisor = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._become(process, supervisor=supervisor)
        return pid

    def _become(self, process: Process, *, supervisor: int) -> None:
        code = 1
        try:
            ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
            if os.getppid() != supervisor:
                os._exit(1)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            os.setsid()
            log = os.open(self.log_of(process.name), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            os.dup2(log, 1)
            os.dup2(log, 2)
            os.environ.update(process.environ)
            setproctitle(f"relations: {process.name}")
            process.run()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else (0 if end.code is None else 1)
            if isinstance(end.code, str):
                print(end.code, file=sys.stderr)
        except BaseException:
            traceback.print_exc()
        finally:
            with contextlib.suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)
