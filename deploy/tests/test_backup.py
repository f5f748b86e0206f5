"""What was backed up comes back, with the rights of the running services; nothing half-made is taken for a backup."""

import subprocess
from pathlib import Path

import psycopg
import pytest

from deployment.bus import SERVICES
from deployment.testing import Office

pytestmark = pytest.mark.slow

MATTER = "INSERT INTO matter (number, title, status) VALUES (%s, 'A matter', 'active')"


@pytest.fixture
def backup(office: Office, tmp_path: Path) -> Path:
    """Make a backup of an office with one matter, which gets a second one afterwards."""
    with office.connect("relations") as connection:
        connection.execute("DELETE FROM matter")
        connection.execute(MATTER, ("2026/1",))
    folder = tmp_path / "monday"
    office.run("backup/backup.sh", str(folder))
    with office.connect("relations") as connection:
        connection.execute(MATTER, ("2026/2",))
    return folder


def _matters(office: Office) -> list[object]:
    with office.connect("relations") as connection:
        return [row[0] for row in connection.execute("SELECT number FROM matter ORDER BY number").fetchall()]


def test_a_backup_has_every_database_and_is_nobody_elses_to_read(backup: Path) -> None:
    assert {path.name for path in backup.iterdir()} == {f"{service}.dump" for service in SERVICES}
    assert backup.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in backup.iterdir())


def test_a_restored_office_is_as_it_was(office: Office, backup: Path) -> None:
    assert _matters(office) == ["2026/1", "2026/2"]
    office.run("backup/restore.sh", str(backup))
    assert _matters(office) == ["2026/1"]


def test_after_a_restore_a_running_service_still_changes_rows_and_no_table(office: Office, backup: Path) -> None:
    office.run("backup/restore.sh", str(backup))
    with office.connect("relations") as connection:
        connection.execute(MATTER, ("2026/3",))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DROP TABLE matter")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        office.connect("contacts", database="relations")
    with office.connect("relations-migration") as connection:
        connection.execute("ALTER TABLE matter ADD COLUMN later text")
        connection.execute("ALTER TABLE matter DROP COLUMN later")


def test_one_service_can_be_restored_alone(office: Office, backup: Path) -> None:
    with office.connect("contacts") as undisturbed:
        office.run("backup/restore.sh", str(backup), "relations")
        assert undisturbed.execute("SELECT count(*) FROM outbox").fetchone() == (0,)
    assert _matters(office) == ["2026/1"]


def test_nothing_is_dropped_when_a_copy_is_missing(office: Office, backup: Path) -> None:
    (backup / "gateway.dump").unlink()
    with pytest.raises(subprocess.CalledProcessError) as failed:
        office.run("backup/restore.sh", str(backup))
    assert "no copy of gateway" in failed.value.stderr
    assert _matters(office) == ["2026/1", "2026/2"]


def test_a_backup_never_overwrites_another(office: Office, backup: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        office.run("backup/backup.sh", str(backup))
