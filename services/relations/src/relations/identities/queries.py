"""What reads legal identities."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relations.identities.domain import describe_party, representatives_on, version_on
from relations.identities.models import LegalIdentity
from relations.record.document import printed_lines
from relations.record.queries import document_by_id


def versions_of(session: Session, relation_id: UUID) -> list[LegalIdentity]:
    """Return every version of a relation's legal identity, newest first."""
    statement = (
        select(LegalIdentity)
        .where(LegalIdentity.relation_id == relation_id)
        .order_by(LegalIdentity.valid_from.desc(), LegalIdentity.recorded_at.desc())
    )
    return list(session.scalars(statement))


def party_description(session: Session, relation_id: UUID, *, language: str, day: dt.date, home_country: str) -> str:
    """Return the description of a relation as a party on a day; raises ``UnknownRelation`` and ``Confidential``.

    What the version in force does not say is taken from the record.
    """
    document = document_by_id(session, relation_id)
    version = version_on(versions_of(session, relation_id), day)
    facts = _facts(document, version, home_country=home_country)
    facts["representatives"] = representatives_on(version.representatives, day) if version else []
    return describe_party(facts, language=language)


def _facts(document: dict[str, Any], version: LegalIdentity | None, *, home_country: str) -> dict[str, Any]:
    entity, identifiers = document.get("entity") or {}, document["identifiers"]
    is_person = document["kind"] == "natural_person"
    home = _address_line(document, home_country=home_country)

    def said(field: str) -> Any:
        return getattr(version, field, None) or None

    return {
        "name": (said("official_names") if is_person else said("legal_name")) or document["display_name"],
        "legal_form": said("legal_form") or entity.get("legal_form"),
        "kbo": said("kbo") or identifiers.get("kbo"),
        "kvk": said("kvk") or identifiers.get("kvk"),
        "register_court": said("register_court"),
        "register_division": said("register_division"),
        "seat": None if is_person else said("seat") or home,
        "domicile": said("domicile") or home if is_person else None,
        "birth_date": said("birth_date") or (document.get("person") or {}).get("birth_date"),
        "birth_place": said("birth_place"),
        "nationality": said("nationality"),
        "profession": said("profession"),
    }


def _address_line(document: dict[str, Any], *, home_country: str) -> str:
    wanted = ("residence", "private") if document["kind"] == "natural_person" else ("seat",)
    for address in document["addresses"]:
        if address["label"] in wanted:
            bare = {**address, "recipient_lines": [""], "contact_person": "", "title": "", "building": ""}
            return ", ".join(
                printed_lines(bare, home_country=home_country, language=document["language"], addressee="")
            )
    return ""
