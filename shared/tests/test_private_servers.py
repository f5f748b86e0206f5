"""The private servers that other tests rely on: they keep to themselves, keep their data, and leave nothing behind."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from kombu import Connection

from shared.testing.processes import PrivateFolder, wait_until
from shared.testing.servers import PostgresServer, RabbitServer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="module")
def rabbit() -> Iterator[RabbitServer]:
    with RabbitServer() as server:
        yield server


def _open(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def _put(url: str, queue: str, text: str) -> None:
    with Connection(url, transport_options={"confirm_publish": True}) as connection:
        connection.SimpleQueue(queue).put(text, delivery_mode=2)


def _count(url: str, queue: str) -> int:
    with Connection(url) as connection:
        return connection.SimpleQueue(queue).qsize()


@pytest.mark.parametrize("end", ["stop_fast", "stop_immediate", "kill"])
def test_postgres_keeps_committed_rows_however_it_ends(postgres: PostgresServer, end: str) -> None:
    url = postgres.create_database(end)
    with _open(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        if end == "kill":
            postgres.kill()
        else:
            postgres.stop("fast" if end == "stop_fast" else "immediate")
    assert not postgres.running
    with pytest.raises(psycopg.OperationalError):
        _open(url)
    postgres.start()
    with _open(url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchall() == [(7,)]
    postgres.drop_database(end)


def test_a_database_can_be_copied_from_a_template(postgres: PostgresServer) -> None:
    with _open(postgres.create_database("original")) as connection:
        connection.execute("CREATE TABLE shape (id int)")
    with _open(postgres.create_database("copy", template="original")) as connection:
        assert connection.execute("SELECT count(*) FROM shape").fetchone() == (0,)


def test_has_trigram_tells_whether_the_extension_can_be_created(postgres: PostgresServer) -> None:
    with _open(postgres.create_database("trigram")) as connection:
        if postgres.has_trigram:
            connection.execute("CREATE EXTENSION pg_trgm")
            assert connection.execute("SELECT similarity('card', 'card')").fetchone() == (1.0,)
        else:
            with pytest.raises(psycopg.Error):
                connection.execute("CREATE EXTENSION pg_trgm")


def test_two_postgres_servers_know_nothing_of_each_other(postgres: PostgresServer) -> None:
    postgres.create_database("only_here")
    with PostgresServer() as other:
        assert other.port != postgres.port
        with pytest.raises(psycopg.OperationalError, match="only_here"):
            _open(other.url("only_here"))


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_rabbit_keeps_durable_messages_however_it_ends(rabbit: RabbitServer, end: str) -> None:
    _put(rabbit.url, f"durable.{end}", "first")
    getattr(rabbit, end)()
    assert not rabbit.running
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", rabbit.port), timeout=5)
    rabbit.start()
    assert _count(rabbit.url, f"durable.{end}") == 1


def test_purge_empties_every_queue(rabbit: RabbitServer) -> None:
    _put(rabbit.url, "full", "one")
    rabbit.purge()
    assert _count(rabbit.url, "full") == 0


def test_a_virtual_host_of_its_own_sees_no_queue_of_another(rabbit: RabbitServer) -> None:
    own = rabbit.create_vhost("own")
    _put(rabbit.url, "shared.name", "one")
    assert _count(own, "shared.name") == 0


def test_rabbit_listens_on_loopback_only(rabbit: RabbitServer) -> None:
    assert rabbit._process is not None
    node = psutil.Process(rabbit._process.pid)
    sockets = [one for process in (node, *node.children(recursive=True)) for one in process.net_connections("tcp")]
    listening = [one.laddr for one in sockets if one.status == psutil.CONN_LISTEN]
    assert rabbit.port in {address.port for address in listening}
    assert {address.ip for address in listening} == {"127.0.0.1"}


def test_nothing_is_left_when_a_server_is_left() -> None:
    with PostgresServer() as server:
        folder, process = server._folder.path, server._process
        assert process is not None
    assert not folder.exists()
    assert not psutil.pid_exists(process.pid)


def test_the_next_folder_ends_what_a_killed_owner_left_running() -> None:
    code = (
        "import os, signal; from shared.testing.servers import PostgresServer\n"
        "server = PostgresServer().__enter__()\n"
        "print(server._folder.path, server._process.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    folder, pid = killed.stdout.split()
    assert psutil.pid_exists(int(pid)), "the owner was killed before it could stop its server"
    PrivateFolder("sweep").remove()
    assert not Path(folder).exists()
    assert not psutil.pid_exists(int(pid))


def test_a_process_that_ends_at_once_is_reported_as_failed() -> None:
    folder = PrivateFolder("broken")
    try:
        process = folder.start([sys.executable, "-c", "raise SystemExit(3)"], log="broken.log", env={})
        with pytest.raises(RuntimeError, match="exit code 3"):
            wait_until(lambda: False, process, seconds=30)
    finally:
        folder.remove()
