"""The port to company registers: what they tell, what they can do, and how they fail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, Protocol

NumberKind = Literal["kvk", "kbo"]


@dataclass(frozen=True, kw_only=True)
class PostalAddress:
    """An address in parts; a part the register does not know is empty."""

    street: str = ""
    house_number: str = ""
    house_number_addition: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True, kw_only=True)
class Activity:
    """A code of the standard industrial classification with its text."""

    code: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Money:
    """An amount in a currency of three letters."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class AnnualFigures:
    """The main figures of one financial year."""

    year: int
    turnover: Money | None = None
    profit: Money | None = None
    assets: Money | None = None


@dataclass(frozen=True, kw_only=True)
class InsolvencyEvent:
    """One publication about an insolvency."""

    publication: str
    description: str
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class RelatedCompany:
    """Another company in the same group."""

    number: str
    name: str


@dataclass(frozen=True, kw_only=True)
class CompanyFacts:
    """What one register said about one company at one moment; None means that it did not say."""

    provider: str
    fetched_at: datetime
    number: str
    number_kind: NumberKind
    legal_name: str
    trade_names: tuple[str, ...] = ()
    legal_form: str = ""
    rsin: str | None = None
    vat_number: str | None = None
    establishment_number: str | None = None
    visiting_address: PostalAddress | None = None
    postal_address: PostalAddress | None = None
    telephone: str = ""
    website: str = ""
    activities: tuple[Activity, ...] = ()
    personnel: int | None = None
    founded_on: date | None = None
    discontinued_on: date | None = None
    economically_active: bool | None = None
    bankruptcy: bool = False
    suspension_of_payments: bool = False
    insolvency_events: tuple[InsolvencyEvent, ...] = ()
    annual_figures: AnnualFigures | None = None
    parent: RelatedCompany | None = None
    raw: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True)
class CompanyHit:
    """One result of a search."""

    number: str
    number_kind: NumberKind
    name: str
    street: str = ""
    city: str = ""
    economically_active: bool | None = None


class CompanyRegister(Protocol):
    """Where official facts about a company come from; every method raises RegisterProblem."""

    @property
    def provider(self) -> str:
        """The code of the provider, such as companyinfo."""
        ...

    def look_up(self, number: str) -> CompanyFacts | None:
        """Fetch a company, which may cost money; None: no such company."""
        ...

    def search(self, name: str) -> Sequence[CompanyHit]:
        """Find companies by a piece of their name, which may cost money; none found is an empty answer."""
        ...

    def balance(self) -> Decimal:
        """What the account has left, in euros."""
        ...


class RegisterProblem(Exception):
    """A register did not answer the question; no message holds more than the provider and a code."""

    def __init__(self, provider: str, code: str = "") -> None:
        # The code comes from outside: only its shape is let through, so that no text of theirs reaches our logs.
        self.provider = provider
        self.code = code if re.fullmatch(r"[A-Za-z][A-Za-z.]{0,79}", code) else ""
        super().__init__(f"{provider}: {type(self).__name__}" + (f" ({self.code})" if self.code else ""))


class Unavailable(RegisterProblem):
    """No answer now; trying later may help."""


class CredentialsRefused(RegisterProblem):
    """The account's name or password is not accepted."""


class OutOfCredit(RegisterProblem):
    """The account's balance is too low for the question."""


class NotInSubscription(RegisterProblem):
    """The account may not ask this."""


class InvalidNumber(RegisterProblem):
    """This is not a number under which the register could know a company."""


class ProviderFault(RegisterProblem):
    """The register refused for another reason; trying again will not help."""
