"""The example that strangers start from, run against a broker that is really there."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shared.testing.client import ApiClient
from shared.testing.stack import LocalStack

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "consumer.py"


@contextmanager
def consuming(broker_url: str, folder: Path) -> Iterator[Path]:
    """Run the example; yield the file it prints to."""
    printed, said = folder / "printed.txt", folder / "said.txt"
    with printed.open("a") as out, said.open("w") as err:
        command = [sys.executable, str(EXAMPLE), broker_url, str(folder / "handled.sqlite")]
        process = subprocess.Popen(command, stdout=out, stderr=err)
        try:
            wait_for(said, "Listening")
            yield printed
        finally:
            process.terminate()
            process.wait(timeout=10)


def wait_for(file: Path, piece: str, *, times: int = 1) -> None:
    deadline = time.monotonic() + 30
    while file.read_text().count(piece) < times:
        assert time.monotonic() < deadline, f"{piece} did not come: {file.read_text()}"
        time.sleep(0.1)


@pytest.mark.slow
def test_a_stranger_sees_each_event_once_and_none_is_lost_while_away(served_stack: LocalStack, tmp_path: Path) -> None:
    client = ApiClient(served_stack.url)
    body = {"kind": "natural_person", "person": {"first_names": "Lies", "last_name": "Ongezien"}, "groups": ["client"]}
    with consuming(served_stack.broker_url, tmp_path) as printed:
        first = client.register(body)["id"]
        wait_for(printed, first)
    second = client.register(body)["id"]
    with consuming(served_stack.broker_url, tmp_path) as printed:
        wait_for(printed, second)
    lines = printed.read_text().splitlines()
    assert [line.split()[1] for line in lines if first in line] == ["relations.relation.registered.v1"]
    assert len([line for line in lines if second in line]) == 1
    assert "Ongezien" not in printed.read_text()
