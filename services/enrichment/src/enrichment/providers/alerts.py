"""What in a company's facts has to be shown in red, and in which words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from enrichment.providers.port import CompanyFacts

Severity = Literal["red", "amber"]


@dataclass(frozen=True, kw_only=True)
class Alert:
    """A warning about a company; the words are looked up when it is shown."""

    code: str
    severity: Severity
    provider: str
    since: date | None = None

    def text(self, language: str) -> str:
        """The words in nl, fr or en; Dutch for any other language."""
        words = _TEXTS[self.code]
        return words.get(language, words["nl"])


def alerts_of(facts: CompanyFacts) -> tuple[Alert, ...]:
    """The warnings that follow from these facts, the gravest first."""
    published = max((event.on for event in facts.insolvency_events if event.on), default=None)
    found: list[tuple[bool, str, Severity, date | None]] = [
        (facts.bankruptcy, "bankruptcy", "red", published),
        (facts.suspension_of_payments, "suspension_of_payments", "red", published),
        (_only_published(facts), "insolvency", "amber", published),
        (facts.discontinued_on is not None, "discontinued", "red", facts.discontinued_on),
        (_inactive(facts), "inactive", "amber", None),
    ]
    return tuple(
        Alert(code=code, severity=severity, provider=facts.provider, since=since)
        for applies, code, severity, since in found
        if applies
    )


def _only_published(facts: CompanyFacts) -> bool:
    # Publications stay after an insolvency has ended: worth knowing, but no longer red.
    return bool(facts.insolvency_events) and not (facts.bankruptcy or facts.suspension_of_payments)


def _inactive(facts: CompanyFacts) -> bool:
    return facts.economically_active is False and facts.discontinued_on is None


_TEXTS: dict[str, dict[str, str]] = {
    "bankruptcy": {
        "nl": "Failliet verklaard",
        "fr": "Déclarée en faillite",
        "en": "Declared bankrupt",
    },
    "suspension_of_payments": {
        "nl": "Surseance van betaling",
        "fr": "Sursis de paiement",
        "en": "Suspension of payments",
    },
    "insolvency": {
        "nl": "Insolventie gepubliceerd",
        "fr": "Insolvabilité publiée",
        "en": "Insolvency published",
    },
    "discontinued": {
        "nl": "Onderneming opgeheven",
        "fr": "Entreprise radiée",
        "en": "Business discontinued",
    },
    "inactive": {
        "nl": "Economisch niet actief",
        "fr": "Sans activité économique",
        "en": "Not economically active",
    },
}
