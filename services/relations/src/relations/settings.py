"""Settings of the service relations."""

from dataclasses import dataclass

from shared.settings import ServiceSettings


@dataclass(frozen=True, kw_only=True)
class RelationsSettings(ServiceSettings):
    """What relations needs to know beside what every service does."""

    home_country: str = "BE"
    """Country (ISO 3166-1 alpha-2) from which letters are posted and phone numbers are read."""
