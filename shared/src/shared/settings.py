"""Settings: one frozen, typed object per process, read once, all missing values reported together.

A secret need not stand in the environment: ``DATABASE_URL_FILE`` names a file that holds ``DATABASE_URL``.
"""

import os
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar, get_type_hints


class SettingsMissing(SystemExit):
    """Some settings are missing or unreadable; the message names all of them."""


@dataclass(frozen=True, kw_only=True)
class ServiceSettings:
    """What every service needs to know. Each field is read from the environment variable of its name in capitals."""

    database_url: str = field(repr=False)
    broker_url: str = field(repr=False)
    keys_dir: Path
    port: int
    host: str = "127.0.0.1"
    data_dir: Path = Path(".data")
    web_workers: int = 1
    web_threads: int = 8
    consumers: int = 2
    log_level: str = "INFO"
    relations_url: str = "http://127.0.0.1:8001"
    contacts_url: str = "http://127.0.0.1:8002"
    enrichment_url: str = "http://127.0.0.1:8003"
    gdpr_url: str = "http://127.0.0.1:8004"
    m365_sync_url: str = "http://127.0.0.1:8005"


Settings = TypeVar("Settings", bound=ServiceSettings)


def load_settings(cls: type[Settings], environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings of a service; raises ``SettingsMissing`` that lists every missing or unreadable one."""
    hints = get_type_hints(cls)
    values: dict[str, Any] = {}
    complaints: list[str] = []
    for setting in fields(cls):
        variable = setting.name.upper()
        try:
            raw = _raw(environ, variable)
        except OSError:
            complaints.append(f"{variable}_FILE names a file that cannot be read")
            continue
        if raw is None:
            if _is_required(setting):
                complaints.append(f"{variable} is not set")
            continue
        try:
            values[setting.name] = _read(hints[setting.name], raw)
        except ValueError:
            complaints.append(f"{variable} is not a valid {getattr(hints[setting.name], '__name__', 'value')}")
    if complaints:
        raise SettingsMissing("Settings: " + "; ".join(complaints) + ". Set them in the environment.")
    return cls(**values)


def _raw(environ: Mapping[str, str], variable: str) -> str | None:
    file = environ.get(f"{variable}_FILE")
    return Path(file).read_text().strip() if file and variable not in environ else environ.get(variable)


def _is_required(setting: "Field[Any]") -> bool:
    return setting.default is MISSING and setting.default_factory is MISSING


def _read(hint: Any, raw: str) -> Any:
    if hint is bool:
        return raw.strip().lower() in ("1", "true", "yes", "on")
    if hint is int:
        return int(raw)
    if hint is float:
        return float(raw)
    if hint is Path:
        return Path(raw)
    if hint == tuple[str, ...]:
        return tuple(part.strip() for part in raw.split(",") if part.strip())
    return raw
