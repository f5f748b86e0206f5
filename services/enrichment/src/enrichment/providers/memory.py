"""A company register that knows what it was told: for development without an account, and for tests."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from enrichment.providers.port import CompanyFacts, CompanyHit, InvalidNumber


class MemoryRegister:
    """Companies in memory; it never costs anything and counts what was asked."""

    def __init__(self, companies: Iterable[CompanyFacts], *, provider: str, balance: Decimal = Decimal(0)) -> None:
        self.provider = provider
        self.asked: list[str] = []
        self._companies = {company.number: company for company in companies}
        self._balance = balance

    def look_up(self, number: str) -> CompanyFacts | None:
        """The company with this KVK number, or None; raises InvalidNumber."""
        if not re.fullmatch(r"[0-9]{8}", number):
            raise InvalidNumber(self.provider)
        self.asked.append(number)
        return self._companies.get(number)

    def search(self, name: str) -> tuple[CompanyHit, ...]:
        """The companies with this piece in a name."""
        return tuple(
            CompanyHit(number=company.number, number_kind=company.number_kind, name=company.legal_name)
            for company in self._companies.values()
            if any(name.casefold() in known.casefold() for known in (company.legal_name, *company.trade_names))
        )

    def balance(self) -> Decimal:
        """What it was told that is left."""
        return self._balance
