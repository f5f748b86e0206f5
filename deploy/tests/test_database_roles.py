"""Every service's role reaches its own database only, and changes rows there, never tables."""

import base64
import hashlib
import hmac

import psycopg
import pytest

from deployment.bus import SERVICES
from deployment.testing import Office
from shared.testing.servers import PostgresServer

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_connects_to_its_own_database(office: Office, service: str) -> None:
    with office.connect(service) as connection:
        row = connection.execute("SELECT current_database(), current_user").fetchone()
    assert row == (service, service)


@pytest.mark.parametrize("service", [name for name in SERVICES if name != "relations"])
@pytest.mark.parametrize("role", ["", "-migration"])
def test_no_service_connects_to_the_database_of_another(office: Office, service: str, role: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        office.connect(service + role, database="relations")


def test_a_running_service_reads_and_writes_rows(office: Office) -> None:
    with office.connect("relations") as connection:
        connection.execute("INSERT INTO matter (number, title, status) VALUES ('ROLES/1', 'A matter', 'active')")
        assert connection.execute("SELECT status FROM matter WHERE number = 'ROLES/1'").fetchone() == ("active",)
        connection.execute("UPDATE matter SET status = 'closed' WHERE number = 'ROLES/1'")
        connection.execute("DELETE FROM matter WHERE number = 'ROLES/1'")
        connection.execute("SELECT nextval(pg_get_serial_sequence('relation', 'number'))")
        connection.execute("LISTEN outbox")


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE relation",
        "TRUNCATE relation CASCADE",
        "ALTER TABLE relation ADD COLUMN mine text",
        "CREATE TABLE mine (id int)",
        "DROP INDEX relation_by_name",
        "CREATE ROLE mine",
    ],
)
def test_a_running_service_changes_no_table(office: Office, statement: str) -> None:
    with office.connect("relations") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_the_owner_of_relations_gets_the_trigram_indexes(office: Office) -> None:
    with office.connect("relations") as connection:
        found = connection.execute("SELECT count(*) FROM pg_indexes WHERE indexname LIKE '%trigram'").fetchone()
    assert found == (2,)


def test_a_second_run_takes_a_new_password_and_changes_nothing_else(office: Office) -> None:
    old = (office.secrets / "postgres" / "contacts").read_text()
    assert _opens(office.server, "contacts", password=old)
    (office.secrets / "postgres" / "contacts").unlink()
    office.make_secrets()
    office.run("postgres/initialise.sh")
    assert not _opens(office.server, "contacts", password=old)
    assert _opens(office.server, "contacts", password=(office.secrets / "postgres" / "contacts").read_text())
    with office.connect("contacts") as connection:
        assert connection.execute("SELECT count(*) FROM outbox").fetchone() == (0,)


def _opens(server: PostgresServer, role: str, *, password: str) -> bool:
    """Whether a password is the role's (RFC 5802); the private server itself lets everybody in."""
    with psycopg.connect(server.url().replace("+psycopg", "")) as connection:
        row = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", (role,)).fetchone()
    assert row is not None
    mechanism, rounds_and_salt, keys = str(row[0]).split("$")
    assert mechanism == "SCRAM-SHA-256"
    rounds, salt = rounds_and_salt.split(":")
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), int(rounds))
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    return hashlib.sha256(client_key).digest() == base64.b64decode(keys.split(":")[0])
