"""What web and worker are both made of."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from enrichment.accounts.registers import Registers
from enrichment.adapters.relations import RelationDirectory
from enrichment.lookups.enquiries import Enquiries
from enrichment.settings import EnrichmentSettings
from shared.auth import TokenIssuer
from shared.db import Database
from shared.http import ServiceClient
from shared.secrets import KeyNotUsable, Vault
from shared.settings import SettingsMissing


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The registers, the questions to them, and the way to the service relations."""

    vault: Vault
    registers: Registers
    enquiries: Enquiries
    directory: RelationDirectory
    lease: timedelta


def compose(
    settings: EnrichmentSettings,
    database: Database,
    *,
    tokens: TokenIssuer,
    monotonic: Callable[[], float] = time.monotonic,
) -> Parts:
    """Put the parts together for one process; raises ``SettingsMissing`` for a data key that cannot be used."""
    try:
        vault = Vault(settings.data_key)
    except KeyNotUsable as error:
        raise SettingsMissing(f"Settings: DATA_KEY: {error}") from error
    registers = Registers(settings, vault, monotonic=monotonic)
    lease = timedelta(seconds=settings.lookup_lease)
    return Parts(
        vault=vault,
        registers=registers,
        enquiries=Enquiries(database, registers, lease=lease, window=timedelta(seconds=settings.answer_window)),
        directory=RelationDirectory(ServiceClient(settings.relations_url, token=tokens.own_token)),
        lease=lease,
    )
