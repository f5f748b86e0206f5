"""Starting and stopping: the second start, what stands in the way, and what stays behind (nothing)."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator

import psutil
import pytest
import requests

from shared.testing.client import ApiClient
from shared.testing.examples import person, word
from shared.testing.processes import free_port
from shared.testing.stack import Ended, LocalStack, is_alive

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def quiet_stack() -> Iterator[LocalStack]:
    """Start a system without example data."""
    with LocalStack(demo=False) as stack:
        yield stack


@pytest.fixture
def another() -> Iterator[LocalStack]:
    """Give a system that is not started yet."""
    stack = LocalStack(demo=False)
    yield stack
    stack.remove()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_second_start_finds_everything_and_a_stop_leaves_no_process(
    how: signal.Signals, record_property: Callable[[str, object], None]
) -> None:
    with LocalStack() as stack:
        anna, mark = ApiClient(stack.url), word()
        client = anna.register(person(mark))
        before = anna.get("/relations", total="true")["total"]
        family = stack.family()
        assert any("postgres" in process.name() for process in family)

        stack.stop(with_=how)

        assert not [process for process in family if is_alive(process)]
        record_property("second start, seconds", stack.start())
        again = ApiClient(stack.url)
        assert again.get(f"/relations/{client['id']}/card")["relation"]["memo"] == f"memo {mark}"
        assert again.get("/relations", total="true")["total"] == before


def test_without_demonstration_there_are_no_example_users_and_no_sandbox(quiet_stack: LocalStack) -> None:
    assert requests.get(f"{quiet_stack.url}/health/ready", timeout=5).status_code == 200
    login = {"username": "anna", "password": "demo"}
    assert requests.post(f"{quiet_stack.url}/api/v1/tokens", json=login, timeout=5).status_code == 401
    with pytest.raises(requests.ConnectionError):
        requests.get(quiet_stack.sandbox_url, timeout=5)
    assert "password" not in quiet_stack.output
    assert quiet_stack.rows("relations", "SELECT 1 FROM relation") == []


def test_a_port_in_use_is_said_in_one_line(another: LocalStack) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", another.port + 2))
        taken.listen()
        ended = another.run_to_its_end()
    assert_refused_in_one_line(ended, str(another.port + 2), "PORT")
    assert another.family() == []


def test_an_unreachable_broker_is_said_in_one_line(another: LocalStack) -> None:
    another.broker_url = f"amqp://guest:hidden-word@127.0.0.1:{free_port()}//"
    ended = another.run_to_its_end()
    assert_refused_in_one_line(ended, "broker", "BROKER_URL")
    assert "hidden-word" not in ended.output
    assert another.family() == []


def test_an_unreachable_database_is_said_in_one_line(another: LocalStack) -> None:
    another.database_url = f"postgresql://postgres:hidden-word@127.0.0.1:{free_port()}/postgres"
    ended = another.run_to_its_end()
    assert_refused_in_one_line(ended, "PostgreSQL", "DATABASE_URL")
    assert "hidden-word" not in ended.output
    assert another.family() == []


def test_a_data_folder_in_use_is_said_in_one_line_and_its_user_goes_on(
    quiet_stack: LocalStack, another: LocalStack
) -> None:
    another.data = quiet_stack.data
    ended = another.run_to_its_end()
    assert_refused_in_one_line(ended, str(quiet_stack.data), "DATA")
    assert requests.get(f"{quiet_stack.url}/health/ready", timeout=5).status_code == 200
    assert psutil.pid_exists(quiet_stack.supervisor)


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "eight thousand"), ("PORT", "80"), ("BROKER_URL", "http://x"), ("DATABASE_URL", "mysql://x")],
)
def test_a_setting_that_cannot_be_meant_is_said_in_one_line(another: LocalStack, name: str, value: str) -> None:
    assert_refused_in_one_line(another.run_to_its_end(**{name: value}), name)


def assert_refused_in_one_line(ended: Ended, *words: str) -> None:
    """Fail unless the start was refused with one line that has these words in it."""
    assert ended.exit_code != 0
    lines = [line for line in ended.output.splitlines() if line.strip()]
    assert len(lines) == 1, ended.output
    assert all(word in lines[0] for word in words), lines
