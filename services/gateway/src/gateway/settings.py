"""Settings of the service gateway."""

from dataclasses import dataclass

from shared.settings import ServiceSettings

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, kw_only=True)
class GatewaySettings(ServiceSettings):
    """What the front door needs beside what every service needs."""

    demo: bool = False
    """Make the example users, whose password everybody knows; only obeyed while listening on loopback."""

    trusted_proxies: int = 0
    """How many reverse proxies stand before this service and tell it the caller's address."""

    largest_upload: int = 51 * 1024 * 1024
    """Bytes of the largest form with a file that is let through to a service, which may allow less."""

    @property
    def example_users(self) -> bool:
        """Whether the example users may exist."""
        return self.demo and self.host in LOOPBACK
