"""A private PostgreSQL server with the roles and databases of a real deployment, for tests."""

import os
import subprocess
from pathlib import Path

import psycopg

from deployment.secret_files import Places, make_secrets
from shared.testing.servers import PostgresServer

DEPLOY = Path(__file__).parents[2]


class Office:
    """An office's databases, made by the scripts of the deployment."""

    def __init__(self, server: PostgresServer, folder: Path) -> None:
        self.server = server
        self.secrets = folder / "secrets"
        self.make_secrets()
        self.run("postgres/initialise.sh")

    def make_secrets(self) -> None:
        """Make the secrets that are missing."""
        make_secrets(self.secrets, Places(postgres=f"127.0.0.1:{self.server.port}"))

    def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a script of the deployment on this server, as its superuser."""
        environ = {
            **os.environ,
            "PATH": f"{self.server.binaries}:{os.environ['PATH']}",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.server.port),
            "PGUSER": "postgres",
            "PASSWORDS": str(self.secrets / "postgres"),
        }
        return subprocess.run(
            [str(DEPLOY / script), *arguments], env=environ, check=True, timeout=60, capture_output=True, text=True
        )

    def url(self, folder: str) -> str:
        """Return the database URL that the container with this folder of secrets is given."""
        return (self.secrets / folder / "database_url").read_text()

    def connect(self, folder: str, *, database: str | None = None) -> psycopg.Connection[tuple[object, ...]]:
        """Connect as a service does, or with its account to another database."""
        base, _, own = self.url(folder).replace("+psycopg", "").rpartition("/")
        return psycopg.connect(f"{base}/{database or own}", autocommit=True, connect_timeout=5)
