"""Settings of the service relations."""

from dataclasses import dataclass, field

from shared.secrets import KeyNotUsable, Vault
from shared.settings import ServiceSettings, SettingsMissing


@dataclass(frozen=True, kw_only=True)
class RelationsSettings(ServiceSettings):
    """What relations needs to know beside what every service does."""

    home_country: str = "BE"
    """Country (ISO 3166-1 alpha-2) from which letters are posted and phone numbers are read."""

    merge_participants: tuple[str, ...] = ("contacts", "enrichment", "gdpr", "m365_sync", "gateway")
    """Services that have to follow a merge before it is done."""
    national_number: bool = False
    """Whether the national numbers of persons are kept; an office needs a legal ground for that."""

    data_key: str = field(default="", repr=False)
    """What national numbers are sealed with (``shared.secrets``); only needed where they are kept."""

    largest_import: int = 50 * 1024 * 1024
    """Bytes of the largest file that can be imported; the gateway's ``LARGEST_UPLOAD`` must let it through."""


def vault_of(settings: RelationsSettings) -> Vault:
    """Return what seals national numbers; raises ``SettingsMissing`` without a usable key."""
    try:
        return Vault(settings.data_key)
    except KeyNotUsable as error:
        raise SettingsMissing(f"Settings: DATA_KEY: {error}") from error
