"""A company written as the provider writes it: element names and their order are the contract."""

from __future__ import annotations

from datetime import date
from typing import Any

from sandbox.companyinfo.companies import Company

Struct = dict[str, Any]


def dossier(company: Company, *, update_types: list[str], updated_on: date) -> Struct:
    """DutchBusinessDossierV3; None leaves an optional element out, an empty text leaves it empty."""
    return {
        "update_info": {
            "dossier_number": company.number,
            "establishment_number": company.establishment or None,
            "update_types": update_types,
            "date_last_update": updated_on.isoformat(),
        },
        **_identity(company),
        "establishment_address": _address(company),
        "correspondence_address": _address(company),
        "telephone_number": company.telephone,
        "mobile_number": "",
        "domain_name": company.domain,
        **dict.fromkeys(_CONTACT, ""),
        **_activities(company),
        **_personnel(company),
        "indication_economically_active": company.active,
        "indication_non_mailing": False,
        "indication_bankruptcy": company.bankrupt,
        "indication_dip": company.suspension_of_payments,
        "insolvencies": _insolvencies(company),
        "founding_date": _date(company.founded),
        "discontinuation_date": _date(company.discontinued),
        "annual_financial_statement_summary": _figures(company),
        "structure": _structure(company),
    }


def establishment_reference(company: Company) -> Struct:
    """DutchBusinessEstablishmentReference, a hit of the old search."""
    return {
        "dossier_number": company.number,
        "establishment_number": company.establishment or None,
        "legal_name": company.legal_name,
        "trade_name": company.trade_name,
        "match_type": "trade_name",
        **_places(company),
        "indication_main_establishment": True,
    }


def reference_v2(company: Company) -> Struct:
    """DutchBusinessReferenceV2, a hit of the present search."""
    return {
        "dossier_number": company.number,
        "establishment_number": company.establishment or None,
        "name": company.trade_name,
        "match_type": "trade_name",
        **_places(company),
        "indication_economically_active": company.active,
    }


_CONTACT = (
    "contact_title1",
    "contact_title2",
    "contact_initials",
    "contact_prefix",
    "contact_surname",
    "contact_gender",
)


def _identity(company: Company) -> Struct:
    return {
        "dossier_number": company.number,
        "establishment_number": company.establishment or None,
        "main_establishment_number": company.establishment or None,
        "indication_main_establishment": True,
        "rsin_number": company.rsin,
        "chamber_number": "01",
        "legal_form_code": company.legal_form_code,
        "legal_form_text": company.legal_form,
        "indication_organisation_code": "2",
        "legal_name": company.legal_name,
        "trade_name_45": company.trade_name[:45],
        "trade_name_full": company.trade_name,
        "trade_names": list(company.trade_names) or None,
    }


def _activities(company: Company) -> Struct:
    primary, *others = [*company.sbi, ("", ""), ("", ""), ("", "")][:3]
    return {
        "primary_sbi_code": primary[0],
        "secondary_sbi_code1": others[0][0],
        "secondary_sbi_code2": others[1][0],
        "primary_sbi_code_text": primary[1],
        "secondary_sbi_code1_text": others[0][1],
        "secondary_sbi_code2_text": others[1][1],
    }


def _places(company: Company) -> Struct:
    street = f"{company.street} {company.house_number}{company.house_number_addition}"
    return {
        "establishment_city": company.city,
        "establishment_street": street,
        "correspondence_city": company.city,
        "correspondence_street": street,
    }


def _address(company: Company) -> Struct:
    lines = {
        "address": f"{company.street} {company.house_number}{company.house_number_addition}",
        "postcode": company.postcode,
        "city": company.city,
        "street": company.street,
        "house_number": company.house_number,
        "house_number_addition": company.house_number_addition,
        "country": "NL",
    }
    official = {**lines, "city": company.city.upper()}
    return {"original": lines, "official": official, "formatted": lines}


def _personnel(company: Company) -> Struct:
    size_class = next(code for code, most in _SIZES if company.personnel <= most)
    return {
        "personnel": company.personnel,
        "class_personnel": size_class,
        "personnel_fulltime": company.personnel,
        "class_personnel_fulltime": size_class,
        "personnel_ci": company.personnel,
        "class_personnel_ci": size_class,
    }


_SIZES = ((0, 0), (1, 1), (2, 4), (3, 9), (4, 19), (5, 49), (6, 99), (7, 1_000_000))


def _insolvencies(company: Company) -> list[Struct] | None:
    if not company.insolvency_events:
        return None
    events = [
        {"publication_id": publication, "description": description, "date": _date(day)}
        for publication, description, day in company.insolvency_events
    ]
    return [{"insolvency_id": company.insolvency_events[0][0], "events": events}]


def _figures(company: Company) -> Struct | None:
    if company.figures is None:
        return None
    year, turnover, profit, assets = company.figures
    return {"year": year, "turnover": _money(turnover), "profit": _money(profit), "assets": _money(assets)}


def _money(amount: int) -> Struct:
    return {"amount": amount, "currency": "EUR", "formatted": f"€ {amount:,}".replace(",", ".")}


def _structure(company: Company) -> Struct | None:
    if company.parent is None:
        return None
    parent = {"dossier_number": company.parent[0], "name": company.parent[1]}
    return {"ultimate_parent": parent, "number_of_subsidiaries": 0, "parent": parent}


def _date(text: str | None) -> Struct | None:
    if text is None:
        return None
    day = date.fromisoformat(text)
    return {"year": day.year, "month": day.month, "day": day.day}
