"""What survives when the sandbox is killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from sandbox.settings import BadSettings, read_settings
from sandbox.testing import RunningSandbox


@contextmanager
def process(data: Path, port: int) -> Iterator[tuple[subprocess.Popen[bytes], RunningSandbox]]:
    environment = {**os.environ, "SANDBOX_PORT": str(port), "SANDBOX_DATA": str(data)}
    child = subprocess.Popen([sys.executable, "-m", "sandbox"], env=environment, start_new_session=True)
    sandbox = RunningSandbox(f"http://127.0.0.1:{port}")
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                sandbox.control("GET", "/health")
                break
            except requests.ConnectionError:
                time.sleep(0.05)
        yield child, sandbox
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
        child.wait(10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_state_survives_a_kill_and_a_graceful_stop_leaves_no_process(tmp_path: Path) -> None:
    mailbox = "/microsoft/mailboxes/anna@kantoor.example/contacts"
    with process(tmp_path, free_port()) as (child, sandbox):
        sandbox.control("PATCH", "/companyinfo/accounts/demo", balance=12.5)
        sandbox.control("POST", mailbox, givenName="Jo")
        os.killpg(child.pid, signal.SIGKILL)
        child.wait(10)
    with process(tmp_path, free_port()) as (child, sandbox):
        assert sandbox.control("GET", "/companyinfo/accounts/demo") == {"balance": 12.5}
        assert [contact["givenName"] for contact in sandbox.control("GET", mailbox)["contacts"]] == ["Jo"]
        child.terminate()
        assert child.wait(20) == 0
        with pytest.raises(requests.ConnectionError):
            sandbox.control("GET", "/health")


def test_wrong_settings_are_named_together() -> None:
    with pytest.raises(BadSettings, match=r"SANDBOX_PORT.*SANDBOX_THREADS"):
        read_settings({"SANDBOX_PORT": "http", "SANDBOX_THREADS": "many"})
    assert read_settings({"SANDBOX_PORT": "8123"}).port == 8123
