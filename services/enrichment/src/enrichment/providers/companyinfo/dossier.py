"""From the provider's dossier to company facts; an empty text and an absent element mean the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from enrichment.providers.port import (
    Activity,
    AnnualFigures,
    CompanyFacts,
    CompanyHit,
    InsolvencyEvent,
    Money,
    PostalAddress,
    RelatedCompany,
)

Struct = Mapping[str, Any]


def facts_of(dossier: dict[str, Any], *, provider: str, fetched_at: datetime) -> CompanyFacts:
    """Read a DutchBusinessDossierV3."""
    return CompanyFacts(
        provider=provider,
        fetched_at=fetched_at,
        number=text(dossier, "dossier_number"),
        number_kind="kvk",
        legal_name=text(dossier, "legal_name") or text(dossier, "trade_name_full"),
        trade_names=_trade_names(dossier),
        legal_form=text(dossier, "legal_form_text"),
        rsin=text(dossier, "rsin_number") or None,
        establishment_number=text(dossier, "establishment_number") or None,
        visiting_address=_address(struct(dossier, "establishment_address")),
        postal_address=_address(struct(dossier, "correspondence_address")),
        telephone=text(dossier, "telephone_number") or text(dossier, "mobile_number"),
        website=text(dossier, "domain_name"),
        activities=_activities(dossier),
        personnel=_whole(dossier, "personnel"),
        founded_on=_date(dossier.get("founding_date")),
        discontinued_on=_date(dossier.get("discontinuation_date")),
        economically_active=_truth(dossier, "indication_economically_active"),
        bankruptcy=_truth(dossier, "indication_bankruptcy") or False,
        suspension_of_payments=_truth(dossier, "indication_dip") or False,
        insolvency_events=_insolvency_events(dossier),
        annual_figures=_annual_figures(struct(dossier, "annual_financial_statement_summary")),
        parent=_related(struct(struct(dossier, "structure"), "parent")),
        raw=dossier,
    )


def hit_of(reference: Struct) -> CompanyHit:
    """Read a DutchBusinessReferenceV2."""
    return CompanyHit(
        number=text(reference, "dossier_number"),
        number_kind="kvk",
        name=text(reference, "name"),
        street=text(reference, "establishment_street") or text(reference, "correspondence_street"),
        city=text(reference, "establishment_city") or text(reference, "correspondence_city"),
        economically_active=_truth(reference, "indication_economically_active"),
    )


def text(parent: Struct, name: str) -> str:
    """The text of a child; empty when it is absent, empty or no text."""
    found = parent.get(name)
    return found if isinstance(found, str) else ""


def struct(parent: Struct, name: str) -> Struct:
    """The child as a structure; empty when it is absent or empty."""
    found = parent.get(name)
    return found if isinstance(found, dict) else {}


def items(parent: Struct, name: str) -> list[Any]:
    """The items of an array; none when it is absent or empty."""
    found = parent.get(name)
    return found if isinstance(found, list) else []


def _trade_names(dossier: Struct) -> tuple[str, ...]:
    names = [name for name in items(dossier, "trade_names") if isinstance(name, str) and name]
    alone = text(dossier, "trade_name_full") or text(dossier, "trade_name_45")
    return tuple(names) or ((alone,) if alone else ())


def _address(address: Struct) -> PostalAddress | None:
    lines = next((found for kind in ("formatted", "official", "original") if (found := struct(address, kind))), None)
    if lines is None or not (text(lines, "city") or text(lines, "street")):
        return None
    number = text(lines, "house_number")
    return PostalAddress(
        street=text(lines, "street"),
        house_number="" if number == "0" else number,
        house_number_addition=text(lines, "house_number_addition"),
        postcode=text(lines, "postcode"),
        city=text(lines, "city"),
        country=text(lines, "country"),
    )


def _activities(dossier: Struct) -> tuple[Activity, ...]:
    names = ("primary_sbi_code", "secondary_sbi_code1", "secondary_sbi_code2")
    return tuple(
        Activity(code=code, text=text(dossier, f"{name}_text")) for name in names if (code := text(dossier, name))
    )


def _insolvency_events(dossier: Struct) -> tuple[InsolvencyEvent, ...]:
    return tuple(
        InsolvencyEvent(
            publication=text(event, "publication_id"),
            description=text(event, "description"),
            on=_date(event.get("date")),
        )
        for insolvency in items(dossier, "insolvencies")
        for event in items(insolvency, "events")
    )


def _annual_figures(summary: Struct) -> AnnualFigures | None:
    year = _whole(summary, "year")
    if year is None:
        return None
    amounts = {name: _money(struct(summary, name)) for name in ("turnover", "profit", "assets")}
    return AnnualFigures(year=year, **amounts)


def _money(money: Struct) -> Money | None:
    try:
        amount = Decimal(text(money, "amount"))
    except InvalidOperation:
        return None
    return Money(amount=amount, currency=text(money, "currency") or "EUR")


def _related(company: Struct) -> RelatedCompany | None:
    number, name = text(company, "dossier_number"), text(company, "name")
    return RelatedCompany(number=number, name=name) if number or name else None


def _date(value: Any) -> date | None:
    # A DateV3 has year, month and day; elsewhere on the platform a date is one text.
    try:
        if isinstance(value, dict):
            return date(int(value["year"]), int(value["month"]), int(value["day"]))
        return date.fromisoformat(value) if isinstance(value, str) and value else None
    except (KeyError, ValueError):
        return None


def _whole(parent: Struct, name: str) -> int | None:
    found = text(parent, name)
    return int(found) if found.isdecimal() else None


def _truth(parent: Struct, name: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(text(parent, name).casefold())
