"""A relation with all its parts, read with one statement and shaped as the public API gives it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from relations.record.domain import ENTITY_FIELDS, PERSON_FIELDS, PostalAddress

DOCUMENTS = text(
    """
    SELECT r.*,
      (SELECT coalesce(json_object_agg(i.kind, i.value), '{}') FROM identifier i WHERE i.relation_id = r.id)
        AS identifiers,
      (SELECT coalesce(json_agg(m.code ORDER BY m.code), '[]') FROM membership m WHERE m.relation_id = r.id) AS groups,
      (SELECT coalesce(json_agg(json_build_object(
          'id', c.id, 'kind', c.kind, 'value', c.value, 'normalised', c.normalised, 'label', c.label,
          'preferred', c.preferred, 'do_not_use', c.do_not_use) ORDER BY c.position, c.id), '[]')
        FROM communication c WHERE c.relation_id = r.id) AS communications,
      (SELECT coalesce(json_agg(json_build_object(
          'id', a.id, 'label', a.label, 'recipient_lines', a.recipient_lines, 'contact_person', a.contact_person,
          'title', a.title, 'building', a.building, 'street', a.street, 'number', a.number, 'box', a.box,
          'zip', a.zip, 'city', a.city, 'country', a.country, 'matter_correspondence', a.matter_correspondence,
          'mailing', a.mailing, 'valid_from', a.valid_from, 'valid_to', a.valid_to, 'varia', a.varia)
          ORDER BY a.position, a.id), '[]')
        FROM address a WHERE a.relation_id = r.id) AS addresses
    FROM relation r WHERE r.id = ANY(:ids)
    """
)

COUNTRIES: dict[str, dict[str, str]] = {
    "nl": {"BE": "België", "NL": "Nederland", "FR": "Frankrijk", "DE": "Duitsland", "LU": "Luxemburg"},
    "fr": {"BE": "Belgique", "NL": "Pays-Bas", "FR": "France", "DE": "Allemagne", "LU": "Luxembourg"},
    "en": {"BE": "Belgium", "NL": "The Netherlands", "FR": "France", "DE": "Germany", "LU": "Luxembourg"},
}


def documents(reader: Connection | Session, relation_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return the full relations by id; those that do not exist are left out."""
    rows = reader.execute(DOCUMENTS, {"ids": list(relation_ids)}).mappings()
    return {row["id"]: document_of(row) for row in rows}


def document_of(row: Any) -> dict[str, Any]:
    """Return the wire form of one row of ``DOCUMENTS``."""
    is_person = row["kind"] == "natural_person"
    name_fields = PERSON_FIELDS if is_person else ENTITY_FIELDS
    return {
        "id": row["id"],
        "number": row["number"],
        "kind": row["kind"],
        "status": row["status"],
        "language": row["language"],
        "display_name": row["display_name"],
        "sort_name": row["sort_name"],
        "person" if is_person else "entity": {field: row[field] for field in name_fields},
        "groups": row["groups"],
        "identifiers": row["identifiers"],
        "communications": row["communications"],
        "addresses": row["addresses"],
        "varia": row["varia"] or {},
        "memo": row["memo"],
        "warning": row["warning"],
        "version": row["version"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }


def printed_lines(address: dict[str, Any], *, home_country: str, language: str, addressee: str) -> list[str]:
    """Return what a letter prints of an address; without recipient lines it is addressed to the relation itself."""
    postal = PostalAddress(
        recipient_lines=tuple(address["recipient_lines"]) or (addressee,),
        **{part: address[part] for part in PostalAddress.__dataclass_fields__ if part != "recipient_lines"},
    )
    return postal.lines(home_country=home_country, country_names=COUNTRIES.get(language, COUNTRIES["en"]))
