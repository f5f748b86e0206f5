"""The table of legal identities."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Date, DateTime, ForeignKey, Index, Numeric, String, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from relations.tables import Tables
from shared.ids import new_id
from shared.privacy import belongs_to_relation, not_personal, personal

PLAIN = not_personal()
LEGAL = personal("legal_identity", on_erase="delete_row")
BIRTH = personal("birth", on_erase="delete_row")


class LegalIdentity(Tables):
    """One version of what the law says a relation is, from a day on; versions are added, never changed."""

    __tablename__ = "legal_identity"
    __table_args__ = (Index("legal_identity_of_relation", "relation_id", "valid_from", "recorded_at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, info=PLAIN)
    relation_id: Mapped[UUID] = mapped_column(ForeignKey("relation.id", ondelete="CASCADE"), info=PLAIN)
    valid_from: Mapped[dt.date] = mapped_column(Date, info=PLAIN)
    source: Mapped[str] = mapped_column(String(32), info=PLAIN)
    author: Mapped[str] = mapped_column(String(64), info=PLAIN)
    recorded_at: Mapped[dt.datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.clock_timestamp(), info=PLAIN
    )

    legal_name: Mapped[str] = mapped_column(String(300), default="", info=LEGAL)
    legal_form: Mapped[str] = mapped_column(String(100), default="", info=LEGAL)
    kbo: Mapped[str] = mapped_column(String(10), default="", info=LEGAL)
    kvk: Mapped[str] = mapped_column(String(8), default="", info=LEGAL)
    rsin: Mapped[str] = mapped_column(String(9), default="", info=LEGAL)
    vat: Mapped[str] = mapped_column(String(16), default="", info=LEGAL)
    register_court: Mapped[str] = mapped_column(String(100), default="", info=LEGAL)
    register_division: Mapped[str] = mapped_column(String(100), default="", server_default="", info=LEGAL)
    establishments: Mapped[list[str]] = mapped_column(ARRAY(String(12)), default=list, server_default="{}", info=LEGAL)
    seat: Mapped[str] = mapped_column(String(300), default="", info=LEGAL)
    incorporation_date: Mapped[dt.date | None] = mapped_column(Date, info=LEGAL)
    legal_situation: Mapped[str] = mapped_column(String(32), default="", info=LEGAL)
    activities: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, info=LEGAL)
    capital: Mapped[Any] = mapped_column(Numeric(18, 2), nullable=True, info=LEGAL)

    representatives: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]", info=LEGAL)
    shareholders: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]", info=LEGAL)

    official_names: Mapped[str] = mapped_column(String(300), default="", info=BIRTH)
    birth_date: Mapped[dt.date | None] = mapped_column(Date, info=BIRTH)
    birth_place: Mapped[str] = mapped_column(String(100), default="", info=BIRTH)
    birth_country: Mapped[str] = mapped_column(String(2), default="", info=BIRTH)
    nationality: Mapped[str] = mapped_column(String(2), default="", info=BIRTH)
    profession: Mapped[str] = mapped_column(String(100), default="", info=BIRTH)
    domicile: Mapped[str] = mapped_column(String(300), default="", info=BIRTH)
    civil_status: Mapped[str] = mapped_column(String(24), default="", server_default="", info=BIRTH)
    matrimonial_regime: Mapped[str] = mapped_column(String(100), default="", server_default="", info=BIRTH)
    death_date: Mapped[dt.date | None] = mapped_column(Date, info=BIRTH)
    capacity: Mapped[str] = mapped_column(String(24), default="", server_default="", info=BIRTH)
    document_type: Mapped[str] = mapped_column(String(24), default="", server_default="", info=BIRTH)
    document_number: Mapped[str] = mapped_column(String(40), default="", server_default="", info=BIRTH)
    document_valid_to: Mapped[dt.date | None] = mapped_column(Date, info=BIRTH)
    document_verified_by: Mapped[str] = mapped_column(String(64), default="", server_default="", info=PLAIN)


FACTS = tuple(
    column.name
    for column in LegalIdentity.__table__.columns
    if column.name not in ("id", "relation_id", "valid_from", "source", "author", "recorded_at")
)
"""What a version says."""

Tables.metadata.tables[LegalIdentity.__tablename__].info |= belongs_to_relation(same=("valid_from", *FACTS))
