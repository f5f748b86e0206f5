"""The registers as the office may ask them: under its account, each behind a circuit breaker."""

import threading
import time
from collections.abc import Callable

from enrichment.accounts.domain import allowed_urls
from enrichment.accounts.models import Account
from enrichment.providers.circuit import Circuit, Guarded
from enrichment.providers.companyinfo import CompanyInfo, CompanyInfoSettings
from enrichment.providers.port import CompanyRegister, CredentialsRefused
from enrichment.settings import EnrichmentSettings
from shared.clock import Clock, utc_now
from shared.secrets import SealBroken, Vault


class Registers:
    """Builds a register once for every version of its account and keeps it, with its circuit, in this process."""

    def __init__(
        self,
        settings: EnrichmentSettings,
        vault: Vault,
        *,
        clock: Clock = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._vault = vault
        self._clock = clock
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._built: dict[str, tuple[tuple[object, ...], CompanyRegister]] = {}

    def of(self, account: Account) -> CompanyRegister:
        """Return the register the account is for; raises ``CredentialsRefused`` when its password cannot be opened."""
        # The sealed text differs at every saving, so that no old password outlives the account it was for.
        identity = (account.username, account.sealed_password, *account.base_urls)
        with self._lock:
            known = self._built.get(account.provider)
            if known is None or known[0] != identity:
                known = (identity, self._build(account))
                self._built[account.provider] = known
            return known[1]

    def _build(self, account: Account) -> CompanyRegister:
        settings = self._settings
        register = CompanyInfo(
            CompanyInfoSettings(
                base_urls=allowed_urls(account.base_urls, settings.companyinfo_urls),
                username=account.username,
                password=self._password_of(account),
                connect_timeout=settings.register_connect_timeout,
                response_timeout=settings.register_response_timeout,
            ),
            self._clock,
            monotonic=self._monotonic,
        )
        circuit = Circuit(
            failures=settings.circuit_failures, rest_seconds=settings.circuit_rest, monotonic=self._monotonic
        )
        return Guarded(register, circuit)

    def _password_of(self, account: Account) -> str:
        try:
            return self._vault.open(account.sealed_password)
        except SealBroken as error:
            # The installation's key was changed: to the office it is the same as a wrong password.
            raise CredentialsRefused(account.provider) from error
