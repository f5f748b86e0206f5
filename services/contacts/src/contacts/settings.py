"""Settings of the service contacts."""

from dataclasses import dataclass

from shared.settings import ServiceSettings


@dataclass(frozen=True, kw_only=True)
class ContactsSettings(ServiceSettings):
    """Only what every service needs."""
