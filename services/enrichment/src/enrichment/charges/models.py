"""The table of the ledger."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from enrichment.tables import Tables
from shared.ids import new_id
from shared.privacy import belongs_to_relation, not_personal, personal


class Charge(Tables):
    """One query: written before the register is asked, completed by its answer. Erasure leaves the amount."""

    __tablename__ = "charge"
    __table_args__ = (
        Index("charge_by_time", "asked_at", "id"),
        Index("charge_of_matter", "matter_number", "asked_at"),
        Index("charge_of_relation", "relation_id"),
        Index("charge_of_number", "register_number"),
        {"info": belongs_to_relation()},
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, info=not_personal())
    actor: Mapped[str] = mapped_column(String(64), info=not_personal())
    automatic: Mapped[bool] = mapped_column(default=False, info=not_personal())
    relation_id: Mapped[UUID | None] = mapped_column(Uuid, info=not_personal())
    matter_number: Mapped[str | None] = mapped_column(String(40), info=not_personal())
    provider: Mapped[str] = mapped_column(String(16), info=not_personal())
    operation: Mapped[str] = mapped_column(String(16), info=not_personal())
    # The number of a sole trader's business leads to a person.
    register_number: Mapped[str | None] = mapped_column(String(32), info=personal("identifiers", on_erase="blank"))
    price_cents: Mapped[int] = mapped_column(info=not_personal())
    outcome: Mapped[str] = mapped_column(String(16), info=not_personal())
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), info=not_personal())
    completed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), info=not_personal())
