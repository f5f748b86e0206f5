"""Every container gets its own secrets, made once and kept."""

import json
from pathlib import Path

from deployment.bus import SERVICES
from deployment.secret_files import make_secrets
from gdpr.settings import GdprSettings
from shared.auth import KeyRing
from shared.settings import load_settings


def test_every_service_can_read_its_settings_from_its_own_folder(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    own = tmp_path / "gdpr"
    secrets = {"DATABASE_URL": "database_url", "BROKER_URL": "broker_url", "DATA_KEY": "data_key"}
    environ = {f"{variable}_FILE": str(own / file) for variable, file in secrets.items()}
    settings = load_settings(GdprSettings, {**environ, "KEYS_DIR": str(own / "keys"), "PORT": "8000"})
    assert settings.database_url.startswith("postgresql+psycopg://gdpr:")
    assert settings.broker_url.startswith("amqp://gdpr:")
    assert len(settings.data_key) >= 32
    assert set(KeyRing(settings.keys_dir, "gdpr").public) == set(SERVICES)


def test_no_folder_holds_the_private_key_or_the_passwords_of_another_service(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    for service in SERVICES:
        private = [path.name for path in (tmp_path / service).rglob("*.private.json")]
        assert private == [f"{service}.private.json"]
        others = {
            (tmp_path / kind / other).read_text()
            for kind in ("postgres", "rabbitmq")
            for other in (*SERVICES, f"{service}_owner")
            if other != service and (tmp_path / kind / other).exists()
        }
        told = "".join(path.read_text() for path in (tmp_path / service).rglob("*") if path.is_file())
        assert not [password for password in others if password in told]


def test_nobody_else_on_the_machine_can_read_a_secret(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    make_secrets(folder)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_made_a_second_time_nothing_changes(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    first = {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    assert make_secrets(tmp_path) == []
    assert {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()} == first


def test_a_deleted_key_is_made_anew_and_told_to_everybody(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    old = json.loads((tmp_path / "contacts" / "keys" / "relations.public.json").read_text())
    for kind in ("private", "public"):
        (tmp_path / "keys" / f"relations.{kind}.json").unlink()
    make_secrets(tmp_path)
    new = json.loads((tmp_path / "contacts" / "keys" / "relations.public.json").read_text())
    assert new != old
    assert new == json.loads((tmp_path / "relations" / "keys" / "relations.public.json").read_text())
