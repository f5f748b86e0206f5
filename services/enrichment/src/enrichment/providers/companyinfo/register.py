"""Company.info as a company register."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation

from enrichment.providers.companyinfo.dossier import facts_of, hit_of, items, struct, text
from enrichment.providers.companyinfo.endpoints import Endpoints
from enrichment.providers.companyinfo.soap import PROVIDER, SoapClient
from enrichment.providers.port import CompanyFacts, CompanyHit, InvalidNumber, ProviderFault

_NOT_FOUND = "Server.Data.NotFound"
_BAD_INPUT = "Client.Input"


@dataclass(frozen=True, kw_only=True)
class CompanyInfoSettings:
    """Where the platform is and who asks; times in seconds."""

    base_urls: tuple[str, ...] = ("https://ws1.webservices.nl/soap_doclit", "https://ws2.webservices.nl/soap_doclit")
    username: str = field(repr=False)
    password: str = field(repr=False)
    connect_timeout: float = 5.0
    response_timeout: float = 20.0
    avoid_seconds: float = 3600.0


class CompanyInfo:
    """Looks up Dutch companies by their KVK number; each look-up and search is paid by the account."""

    provider = PROVIDER

    def __init__(
        self,
        settings: CompanyInfoSettings,
        now: Callable[[], datetime],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._now = now
        self._client = SoapClient(
            Endpoints(settings.base_urls, avoid_seconds=settings.avoid_seconds, monotonic=monotonic),
            username=settings.username,
            password=settings.password,
            connect_timeout=settings.connect_timeout,
            response_timeout=settings.response_timeout,
        )

    def look_up(self, number: str) -> CompanyFacts | None:
        """Fetch a company by KVK number (eight digits); None: no such company; raises RegisterProblem."""
        if not re.fullmatch(r"[0-9]{8}", number):
            raise InvalidNumber(PROVIDER)
        try:
            answer = self._client.call("dutchBusinessGetDossierV3", dossier_number=number, establishment_number="")
        except ProviderFault as fault:
            if fault.code.startswith(_NOT_FOUND):
                return None
            if fault.code.startswith(_BAD_INPUT):
                raise InvalidNumber(PROVIDER, fault.code) from None
            raise
        dossier = dict(struct(answer, "out"))
        if not text(dossier, "dossier_number"):
            raise ProviderFault(PROVIDER, "Answer.Incomplete")
        return facts_of(dossier, provider=PROVIDER, fetched_at=self._now())

    def search(self, name: str) -> tuple[CompanyHit, ...]:
        """Find companies by a piece of their trade name, the first page only; raises RegisterProblem."""
        criteria = dict.fromkeys(_UNUSED_CRITERIA, "")
        try:
            answer = self._client.call(
                "dutchBusinessSearchParametersV2",
                **criteria,
                trade_name=name,
                house_number=0,
                strict_search=False,
                page=1,
            )
        except ProviderFault as fault:
            if fault.code.startswith(_NOT_FOUND):
                return ()
            raise
        return tuple(hit_of(reference) for reference in items(struct(answer, "out"), "results"))

    def vat_number_of(self, number: str) -> str | None:
        """The VAT number of a company, a paid call of its own; None: none is known; raises RegisterProblem."""
        try:
            answer = self._client.call("dutchBusinessGetVatNumber", dossier_number=number)
        except ProviderFault as fault:
            if fault.code.startswith(_NOT_FOUND):
                return None
            raise
        return text(struct(answer, "out"), "vat_number") or None

    def balance(self) -> Decimal:
        """What the account has left, in euros; raises RegisterProblem."""
        answer = self._client.call("accountViewBalance", accountid=0)
        try:
            return Decimal(text(answer, "balance"))
        except InvalidOperation:
            raise ProviderFault(PROVIDER, "Answer.Incomplete") from None


_UNUSED_CRITERIA = ("city", "street", "postcode", "house_number_addition", "telephone_number", "domain_name")
