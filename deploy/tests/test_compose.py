"""The compose file starts everything, publishes only the front door, and gives each container its own secrets."""

import subprocess
import sys
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from deployment.bus import SERVICES
from deployment.secret_files import make_secrets
from enrichment.settings import EnrichmentSettings
from gateway.settings import GatewaySettings
from gdpr.settings import GdprSettings
from m365_sync.settings import M365SyncSettings
from relations.settings import RelationsSettings
from shared.settings import ServiceSettings

DEPLOY = Path(__file__).parents[1]
SETTINGS: dict[str, type[ServiceSettings]] = {
    "relations": RelationsSettings,
    "contacts": ServiceSettings,
    "enrichment": EnrichmentSettings,
    "gdpr": GdprSettings,
    "m365_sync": M365SyncSettings,
    "gateway": GatewaySettings,
}
GIVEN_BY_THE_IMAGE = {"host", "port", "data_dir"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


def containers_of(compose: dict[str, Any], service: str) -> dict[str, dict[str, Any]]:
    """Return the containers of a service by what they do."""
    prefix = service.replace("_", "-")
    return {kind: compose["services"][f"{prefix}-{kind}"] for kind in ("migrate", "seed", "web", "worker")}


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_migrates_then_seeds_then_serves_and_works(compose: dict[str, Any], service: str) -> None:
    prefix, containers = service.replace("_", "-"), containers_of(compose, service)
    assert [containers[kind]["command"] for kind in ("migrate", "seed", "web", "worker")] == [
        ["migrate"],
        ["seed"],
        ["serve"],
        ["work"],
    ]
    done = {"condition": "service_completed_successfully"}
    assert containers["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert containers["seed"]["depends_on"] == {f"{prefix}-migrate": done}
    assert containers["web"]["depends_on"][f"{prefix}-seed"] == done
    assert containers["worker"]["depends_on"][f"{prefix}-seed"] == done
    assert containers["worker"]["depends_on"]["rabbitmq"] == {"condition": "service_healthy"}


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_is_told_all_it_must_know_and_nothing_it_does_not_understand(
    compose: dict[str, Any], service: str
) -> None:
    known = {setting.name for setting in fields(SETTINGS[service])}
    required = {setting.name for setting in fields(SETTINGS[service]) if setting.default is MISSING}
    for container in containers_of(compose, service).values():
        told = {name.removesuffix("_FILE").lower() for name in container["environment"]}
        assert told <= known
        assert required - told <= GIVEN_BY_THE_IMAGE


@pytest.mark.parametrize("service", SERVICES)
def test_only_the_migration_is_given_the_account_that_owns_the_tables(compose: dict[str, Any], service: str) -> None:
    own, owner = f"./secrets/{service}:/run/secrets/own:ro", f"./secrets/{service}-migration:/run/secrets/migration:ro"
    for kind, container in containers_of(compose, service).items():
        assert container["volumes"] == ([own, owner] if kind == "migrate" else [own])


def test_every_secret_that_is_named_is_made(compose: dict[str, Any], tmp_path: Path) -> None:
    make_secrets(tmp_path)
    for service in SERVICES:
        for container in containers_of(compose, service).values():
            places = {
                "/run/secrets/own": tmp_path / service,
                "/run/secrets/migration": tmp_path / f"{service}-migration",
            }
            for name, value in container["environment"].items():
                if name.endswith("_FILE") or name == "KEYS_DIR":
                    mount = next(mount for mount in places if value.startswith(mount))
                    assert (places[mount] / value.removeprefix(mount).strip("/")).exists(), value


def test_only_the_front_door_is_published_and_only_on_this_machine(compose: dict[str, Any]) -> None:
    published = {
        name: container["ports"]
        for name, container in compose["services"].items()
        if "ports" in container and "profiles" not in container
    }
    assert published == {"gateway-web": ["127.0.0.1:${PORT:-8000}:8000"]}
    optional = [
        port
        for container in compose["services"].values()
        if "profiles" in container
        for port in container.get("ports", [])
    ]
    assert all(port.startswith("127.0.0.1:") for port in optional)


def test_only_who_asks_registers_or_microsoft_reaches_the_outside(compose: dict[str, Any]) -> None:
    reaching = {name for name, container in compose["services"].items() if "outside" in container.get("networks", [])}
    assert reaching == {"enrichment-web", "enrichment-worker", "m365-sync-web", "m365-sync-worker"}
    assert compose["networks"]["services"] == compose["networks"]["data"] == {"internal": True}


def test_our_own_containers_write_nothing_and_may_do_nothing_special(compose: dict[str, Any]) -> None:
    for service in SERVICES:
        for container in containers_of(compose, service).values():
            assert container["read_only"] is True
            assert container["cap_drop"] == ["ALL"]
            assert container["deploy"]["resources"]["limits"]["memory"]


def test_every_image_has_a_version(compose: dict[str, Any]) -> None:
    for container in compose["services"].values():
        tag = container["image"].partition(":")[2]
        assert tag
        assert "latest" not in tag


def test_every_file_that_is_mounted_exists(compose: dict[str, Any]) -> None:
    for container in compose["services"].values():
        for volume in container.get("volumes", []):
            source = volume.partition(":")[0]
            if source.startswith("./") and not source.startswith("./secrets"):
                assert (DEPLOY / source).is_file(), source


def test_the_health_check_of_the_image_is_python_and_fails_when_nobody_answers() -> None:
    checks = [line for line in (DEPLOY / "Dockerfile").read_text().splitlines() if "urllib.request" in line]
    assert len(checks) == 2
    for check in checks:
        command = yaml.safe_load(check.strip().removeprefix("CMD "))
        assert command[:2] == ["python", "-c"]
        script = command[2].replace("8900", "1")
        environ = {"PORT": "1"}
        assert subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True).returncode == 1
