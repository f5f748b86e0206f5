"""A relation with all its parts, read with one statement and shaped as the public API gives it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from relations.record.addressing import address_somebody
from relations.record.confidentiality import shown
from relations.record.domain import (
    ACCOUNTING_FIELDS,
    ADDRESS_FORM_FIELDS,
    ENTITY_FIELDS,
    PERSON_FIELDS,
    PostalAddress,
)

DOCUMENTS = text(
    """
    SELECT r.*,
      (SELECT coalesce(json_object_agg(i.kind, i.value), '{}') FROM identifier i WHERE i.relation_id = r.id)
        AS identifiers,
      (SELECT coalesce(json_object_agg(m.code, m.since ORDER BY m.code), '{}')
        FROM membership m WHERE m.relation_id = r.id) AS groups_since,
      (SELECT coalesce(json_agg(json_build_object(
          'id', c.id, 'kind', c.kind, 'value', c.value, 'normalised', c.normalised, 'label', c.label,
          'preferred', c.preferred, 'do_not_use', c.do_not_use, 'valid_from', c.valid_from, 'valid_to', c.valid_to,
          'position', c.position) ORDER BY c.position, c.id), '[]')
        FROM communication c WHERE c.relation_id = r.id) AS communications,
      (SELECT coalesce(json_agg(json_build_object(
          'id', a.id, 'label', a.label, 'recipient_lines', a.recipient_lines, 'contact_person', a.contact_person,
          'title', a.title, 'building', a.building, 'street', a.street, 'number', a.number, 'box', a.box,
          'zip', a.zip, 'city', a.city, 'country', a.country, 'phone', a.phone, 'email', a.email,
          'matter_correspondence', a.matter_correspondence, 'mailing', a.mailing, 'valid_from', a.valid_from,
          'valid_to', a.valid_to, 'varia', a.varia, 'position', a.position) ORDER BY a.position, a.id), '[]')
        FROM address a WHERE a.relation_id = r.id) AS addresses,
      (SELECT coalesce(json_agg(json_build_object(
          'id', n.id, 'kind', n.kind, 'name', n.name, 'valid_from', n.valid_from, 'valid_to', n.valid_to,
          'position', n.position) ORDER BY n.position, n.id), '[]')
        FROM alias n WHERE n.relation_id = r.id) AS aliases,
      (SELECT to_json(k) FROM accounting k WHERE k.relation_id = r.id) AS accounting,
      (SELECT coalesce(json_agg(json_build_object(
          'id', b.id, 'iban', b.iban, 'bic', b.bic, 'holder', b.holder, 'purpose', b.purpose,
          'position', b.position) ORDER BY b.position, b.id), '[]')
        FROM bank_account b WHERE b.relation_id = r.id) AS bank_accounts,
      EXISTS (SELECT FROM photo p WHERE p.relation_id = r.id) AS has_photo
    FROM relation r WHERE r.id = ANY(:ids)
    """
)

PARTS = ("communications", "addresses", "aliases", "bank_accounts")

NO_ACCOUNTING: dict[str, Any] = {
    "debtor_number": "", "creditor_number": "", "vat_regime": "", "payment_term_days": None, "invoice_language": "",
    "invoice_email": "", "invoice_address_id": None, "credit_block": False,
}  # fmt: skip

COUNTRIES: dict[str, dict[str, str]] = {
    "nl": {"BE": "België", "NL": "Nederland", "FR": "Frankrijk", "DE": "Duitsland", "LU": "Luxemburg"},
    "fr": {"BE": "Belgique", "NL": "Pays-Bas", "FR": "France", "DE": "Allemagne", "LU": "Luxembourg"},
    "en": {"BE": "Belgium", "NL": "The Netherlands", "FR": "France", "DE": "Germany", "LU": "Luxembourg"},
}


def read_rows(reader: Connection | Session, relation_ids: Sequence[UUID]) -> Sequence[Mapping[Any, Any]]:
    """Return one row of ``DOCUMENTS`` for each relation that exists."""
    return reader.execute(DOCUMENTS, {"ids": list(relation_ids)}).mappings().all()


def documents(reader: Connection | Session, relation_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return the relations by id; those that do not exist are left out, confidential ones are but a name.

    The latter have ``restricted: true`` and nothing that the viewer may not see.
    """
    return {row["id"]: shown(row, document_of(row)) for row in read_rows(reader, relation_ids)}


def document_of(row: Any) -> dict[str, Any]:
    """Return the wire form of one row of ``DOCUMENTS``, whole."""
    kind_of_name, name_fields = _name_fields(row)
    return {
        "id": row["id"],
        "number": row["number"],
        "kind": row["kind"],
        "status": row["status"],
        "language": row["language"],
        "display_name": row["display_name"],
        "display_name_is_own": row["display_name_is_own"],
        "sort_name": row["sort_name"],
        kind_of_name: {field: row[field] for field in name_fields},
        "aliases": _without_place(row["aliases"]),
        "address_form": {field: row[field] for field in ADDRESS_FORM_FIELDS},
        "address_form_generated": _generated(row),
        "groups": sorted(row["groups_since"]),
        "groups_since": row["groups_since"],
        "responsible": row["responsible"],
        "confidentiality": _confidentiality(row),
        "identifiers": row["identifiers"],
        "communications": _without_place(row["communications"]),
        "addresses": _without_place(row["addresses"]),
        "accounting": _accounting(row),
        "bank_accounts": _without_place(row["bank_accounts"]),
        "varia": row["varia"] or {},
        "memo": row["memo"],
        "warning": row["warning"],
        "warning_colour": row["warning_colour"],
        "has_photo": row["has_photo"],
        "version": row["version"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }


def snapshot_of(row: Any) -> dict[str, Any]:
    """Return what is kept of one row of ``DOCUMENTS``, without what is derived; parts by id, with their place."""
    kind_of_name, name_fields = _name_fields(row)
    whole = ("language", "status", "memo", "warning", "warning_colour", "responsible")
    return {
        **{field: row[field] for field in whole},
        "display_name": row["display_name"] if row["display_name_is_own"] else None,
        kind_of_name: {field: row[field] for field in name_fields},
        "address_form": {field: row[field] for field in ADDRESS_FORM_FIELDS},
        "confidentiality": _confidentiality(row),
        "identifiers": row["identifiers"],
        "groups": row["groups_since"],
        "varia": row["varia"] or {},
        "accounting": _accounting(row),
        **{
            name: {
                part["id"]: {field: value for field, value in part.items() if field not in ("id", "normalised")}
                for part in row[name]
            }
            for name in PARTS
        },
    }


def _name_fields(row: Any) -> tuple[str, tuple[str, ...]]:
    return ("person", PERSON_FIELDS) if row["kind"] == "natural_person" else ("entity", ENTITY_FIELDS)


def _confidentiality(row: Any) -> dict[str, Any]:
    return {"level": "restricted" if row["restricted"] else "open", "users": list(row["confidants"] or ())}


def _accounting(row: Any) -> dict[str, Any]:
    kept = row["accounting"]
    return {field: kept[field] for field in ACCOUNTING_FIELDS} if kept else dict(NO_ACCOUNTING)


def _generated(row: Any) -> dict[str, str]:
    last_name = " ".join(part for part in (row["prefix"], row["last_name"]) if part)
    addressing = address_somebody(
        form=row["form"], language=row["language"], name=row["display_name"], last_name=last_name
    )
    return vars(addressing)


def _without_place(parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in part.items() if name != "position"} for part in parts]


def printed_lines(address: dict[str, Any], *, home_country: str, language: str, addressee: str) -> list[str]:
    """Return what a letter prints of an address; without recipient lines it is addressed to the relation itself."""
    postal = PostalAddress(
        recipient_lines=tuple(address["recipient_lines"]) or (addressee,),
        **{part: address[part] for part in PostalAddress.__dataclass_fields__ if part != "recipient_lines"},
    )
    return postal.lines(home_country=home_country, country_names=COUNTRIES.get(language, COUNTRIES["en"]))
