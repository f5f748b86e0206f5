"""The shape of the house, checked: who may know whom, and what a file may hold."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.testing.kit import SERVICES

ROOT = Path(__file__).parents[2]
PARTS = ("shared", "services", "deploy", "tests", "docs")
LONGEST_FILE = 420
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "base"}
COMMANDS = {"__main__.py", "cli.py"}


def python_files() -> list[Path]:
    return [path for part in PARTS for path in (ROOT / part).rglob("*.py") if not hidden(path)]


def hidden(path: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(ROOT).parts)


def product_files() -> list[Path]:
    """Return the Python files that run in an office, tests and generated migrations aside."""
    aside = {"tests", "testing", "migrations", "docs"}
    return [path for path in python_files() if not aside & set(path.relative_to(ROOT).parts)]


def told(paths: list[Path]) -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in paths)


def test_every_import_keeps_to_the_declared_architecture() -> None:
    code = "from importlinter.cli import lint_imports_command as lint; lint()"
    command = [sys.executable, "-c", code, "--cache-dir", str(ROOT / ".cache" / "import-linter")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_module_is_named_after_nothing() -> None:
    assert told([path for path in python_files() if path.stem in NAMES_THAT_SAY_NOTHING]) == []


def test_no_file_is_too_long_to_hold_in_mind() -> None:
    assert told([path for path in python_files() if len(path.read_text().splitlines()) > LONGEST_FILE]) == []


def test_only_commands_print() -> None:
    printing = [
        path
        for path in product_files()
        if path.name not in COMMANDS
        and "localstack" not in path.parts
        and any(
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
            for node in ast.walk(ast.parse(path.read_text()))
        )
    ]
    assert told(printing) == []


def test_no_work_is_left_for_later_in_the_code() -> None:
    left = re.compile(r"#.*\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
    assert told([path for path in python_files() if left.search(path.read_text())]) == []


def imported_by(path: Path) -> set[str]:
    """Return the modules a file imports, in full."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    return {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names} | {
        node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module
    }


def test_a_domain_module_knows_nothing_but_python_the_contracts_and_other_domain_modules() -> None:
    domains = [path for path in (ROOT / "services").rglob("domain.py") if not hidden(path)]
    assert domains
    foreign = {
        f"{path.relative_to(ROOT)}: {module}"
        for path in domains
        for module in imported_by(path)
        if module.partition(".")[0] not in {*sys.stdlib_module_names, "contracts"} and not module.endswith(".domain")
    }
    assert sorted(foreign) == []


def test_only_the_package_of_the_bus_imports_a_client_of_the_bus() -> None:
    clients = {"kombu", "amqp", "pika"}
    importing = [path for path in product_files() if clients & {name.partition(".")[0] for name in imported_by(path)}]
    assert importing
    assert {path.parent for path in importing} == {ROOT / "shared" / "src" / "shared" / "broker"}


def texts() -> Iterator[tuple[Path, str]]:
    """Return every text file that belongs to the project."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, timeout=30, check=True,
    )  # fmt: skip
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.is_file():
            try:
                yield path, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def test_nothing_names_a_package_registry_or_a_place_on_one_machine() -> None:
    registries = [
        "pypi" + ".org",
        "python" + "hosted",
        "npm" + "js",
        "--index" + "-url",
        "docker" + ".io",
        "jfr" + "og",
    ]
    places = [f"/{folder}/" for folder in ("wo" + "rk", "ho" + "me", "ro" + "ot", "Us" + "ers")]
    place = re.compile(r"(?<![\w.:/$}])(" + "|".join(places) + r")\w")
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path, words in texts()
        for word in [*(name for name in registries if name in words), *place.findall(words)]
    ]
    assert found == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_explains_itself_and_declares_itself(service: str) -> None:
    folder = ROOT / "services" / service.replace("_", "-")
    assert (folder / "pyproject.toml").is_file()
    assert (folder / "src" / service / "py.typed").is_file()
    readme = folder / "README.md"
    assert readme.is_file()
    assert readme.read_text().startswith("# ")


def test_pages_load_nothing_from_elsewhere() -> None:
    loading = re.compile(
        r"""<(?:script|link|img|iframe|source|use|audio|video)\b[^>]*(?:src|href)\s*=\s*["']?(?:https?:)?//"""
    )
    styling = re.compile(r"""(?:url\(\s*["']?|@import\s+["'])(?:https?:)?//""")
    pages = [
        path for part in PARTS for path in (ROOT / part).rglob("*") if path.suffix in {".html", ".css", ".svg", ".js"}
    ]
    assert pages
    assert told([path for path in pages if loading.search(path.read_text()) or styling.search(path.read_text())]) == []


def test_pages_hold_no_script_or_style_of_their_own() -> None:
    inline = re.compile(r"""<script(?![^>]*\bsrc=)|\son[a-z]+\s*=\s*["']|<style\b|\sstyle\s*=\s*["']""")
    templates = [path for path in (ROOT / "services").rglob("*.html") if not hidden(path)]
    assert templates
    assert told([path for path in templates if inline.search(path.read_text())]) == []
