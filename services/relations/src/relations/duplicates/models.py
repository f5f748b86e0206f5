"""The tables of duplicates: pairs that may be one relation, and the scans that look for them.

They hold ids, scores and codes, never a name. Two functions in the database make the keys by which likely doubles are
looked up: ``name_key`` and ``house_key`` (see ``relations.duplicates.blocking``).
"""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, DateTime, Identity, Index, Integer, SmallInteger, String, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from relations.record.models import Address, Relation
from relations.tables import Tables
from shared.ids import new_id
from shared.privacy import not_personal

PLAIN = not_personal()

Index(
    "relation_by_name_key",
    func.name_key(Relation.first_names, Relation.initials, Relation.last_name, Relation.display_name),
)
Index("relation_by_birth_date", Relation.birth_date)
Index("address_by_house_key", func.house_key(Address.street, Address.number, Address.city))


class DuplicatePair(Tables):
    """Two relations that may be one, by id alone; ``a`` is the smaller id."""

    __tablename__ = "duplicate_pair"
    __table_args__ = (
        Index("duplicate_pair_best_first", "status", "score", "a", "b"),
        Index("duplicate_pair_of_b", "b"),
    )

    a: Mapped[UUID] = mapped_column(Uuid, primary_key=True, info=PLAIN)
    b: Mapped[UUID] = mapped_column(Uuid, primary_key=True, info=PLAIN)
    score: Mapped[int] = mapped_column(SmallInteger, default=0, info=PLAIN)
    reasons: Mapped[list[str]] = mapped_column(ARRAY(String(16)), default=list, info=PLAIN)
    status: Mapped[str] = mapped_column(String(16), default="open", info=PLAIN)
    found_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), info=PLAIN)
    decided_by: Mapped[str] = mapped_column(String(64), default="", info=PLAIN)
    decided_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True), info=PLAIN)


class DuplicateCandidate(Tables):
    """A pair that the scan at work is to compare; a pair with two keys in common is here twice, which does no harm.

    In the order of the blocks: those compared one after another are mostly the same relations.
    """

    __tablename__ = "duplicate_candidate"

    position: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True, info=PLAIN)
    a: Mapped[UUID] = mapped_column(Uuid, info=PLAIN)
    b: Mapped[UUID] = mapped_column(Uuid, info=PLAIN)


class DuplicateScan(Tables):
    """One look for duplicates through the whole base, in steps that each commit what they did."""

    __tablename__ = "duplicate_scan"
    __table_args__ = (Index("duplicate_scan_by_status", "status"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, info=PLAIN)
    status: Mapped[str] = mapped_column(String(16), default="queued", info=PLAIN)
    started_by: Mapped[str] = mapped_column(String(64), default="", info=PLAIN)
    gathered: Mapped[int] = mapped_column(SmallInteger, default=0, info=PLAIN)
    total: Mapped[int] = mapped_column(Integer, default=0, info=PLAIN)
    done: Mapped[int] = mapped_column(Integer, default=0, info=PLAIN)
    found: Mapped[int] = mapped_column(Integer, default=0, info=PLAIN)
    cut: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, info=PLAIN)
    compared_to: Mapped[int] = mapped_column(BigInteger, default=0, info=PLAIN)
    cancel_requested: Mapped[bool] = mapped_column(default=False, info=PLAIN)
    claim: Mapped[UUID | None] = mapped_column(Uuid, info=PLAIN)
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, info=PLAIN)
    lease_until: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True), info=PLAIN)
    created_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), info=PLAIN)
    started_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True), info=PLAIN)
    finished_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True), info=PLAIN)
