"""What the sandbox is told when it starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


class BadSettings(ValueError):
    """The environment does not describe a sandbox that can start."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything the sandbox can be told; without a folder nothing survives a restart."""

    host: str = "127.0.0.1"
    port: int = 8900
    threads: int = 16
    data: Path | None = None
    companyinfo_user: str = "demo"
    companyinfo_password: str = field(default="demo", repr=False)
    companyinfo_balance: float = 500.0
    companyinfo_session_seconds: int = 1800
    microsoft_client_secret: str = field(default="sandbox-secret", repr=False)
    microsoft_token_seconds: int = 3600
    redirect_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")

    @property
    def store_file(self) -> Path | None:
        """The file that carries the state over a restart."""
        return self.data / "sandbox.sqlite3" if self.data else None


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read SANDBOX_* variables; raises BadSettings that names every wrong one."""
    wrong: list[str] = []

    def whole(name: str, default: int) -> int:
        text = environment.get(name, "")
        if text and not text.isdecimal():
            wrong.append(f"{name} is not a whole number")
            return default
        return int(text) if text else default

    settings = Settings(
        host=environment.get("SANDBOX_HOST") or Settings.host,
        port=whole("SANDBOX_PORT", Settings.port),
        threads=whole("SANDBOX_THREADS", Settings.threads),
        data=Path(environment["SANDBOX_DATA"]) if environment.get("SANDBOX_DATA") else None,
        companyinfo_balance=float(whole("SANDBOX_BALANCE", int(Settings.companyinfo_balance))),
        companyinfo_session_seconds=whole("SANDBOX_SESSION_SECONDS", Settings.companyinfo_session_seconds),
        microsoft_token_seconds=whole("SANDBOX_TOKEN_SECONDS", Settings.microsoft_token_seconds),
        redirect_hosts=_names(environment.get("SANDBOX_REDIRECT_HOSTS", "")) or Settings.redirect_hosts,
    )
    if wrong:
        raise BadSettings("the sandbox cannot start: " + "; ".join(wrong))
    return settings


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
