"""The tables of hygiene: the rules, what breaks them, and what is still to be checked; ids and codes only."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    String,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from relations.tables import Tables
from shared.privacy import not_personal

PLAIN = not_personal()


class HygieneRule(Tables):
    """One house rule: a check with its parameters, and the groups it holds for (none means everybody)."""

    __tablename__ = "hygiene_rule"

    code: Mapped[str] = mapped_column(String(64), primary_key=True, info=PLAIN)
    check: Mapped[str] = mapped_column(String(32), info=PLAIN)
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, info=PLAIN)
    groups: Mapped[list[str]] = mapped_column(ARRAY(String(64)), default=list, info=PLAIN)
    active: Mapped[bool] = mapped_column(default=True, info=PLAIN)
    severity: Mapped[str] = mapped_column(String(8), info=PLAIN)
    position: Mapped[int] = mapped_column(SmallInteger, default=0, info=PLAIN)


class HygieneFinding(Tables):
    """A relation that breaks a rule, since when, and the field that mends it."""

    __tablename__ = "hygiene_finding"
    __table_args__ = (Index("hygiene_finding_of_rule", "rule", "relation_id"),)

    relation_id: Mapped[UUID] = mapped_column(
        ForeignKey("relation.id", ondelete="CASCADE"), primary_key=True, info=PLAIN
    )
    rule: Mapped[str] = mapped_column(ForeignKey("hygiene_rule.code", ondelete="CASCADE"), primary_key=True, info=PLAIN)
    field: Mapped[str] = mapped_column(String(64), info=PLAIN)
    message_code: Mapped[str] = mapped_column(String(64), info=PLAIN)
    found_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), info=PLAIN)


class HygieneDue(Tables):
    """A relation to be checked again; every change of a relation adds one by a trigger, whoever makes it.

    A row for each change and no key on the relation: a writer never waits for the check of an earlier change.
    """

    __tablename__ = "hygiene_due"

    position: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True, info=PLAIN)
    relation_id: Mapped[UUID] = mapped_column(Uuid, info=PLAIN)


class HygieneCheck(Tables):
    """When relations were last checked, and how many times: after changes, and all of them by night."""

    __tablename__ = "hygiene_check"

    kind: Mapped[str] = mapped_column(String(8), primary_key=True, info=PLAIN)
    checked_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), info=PLAIN)
    times: Mapped[int] = mapped_column(BigInteger, default=1, server_default="1", info=PLAIN)


class HygieneStanding(Tables):
    """How the office stood when it was last counted, after how many checks, and how long it took to count."""

    __tablename__ = "hygiene_standing"

    kind: Mapped[str] = mapped_column(String(8), primary_key=True, info=PLAIN)
    score: Mapped[int] = mapped_column(SmallInteger, info=PLAIN)
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, info=PLAIN)
    checks: Mapped[int] = mapped_column(BigInteger, info=PLAIN)
    counted_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), info=PLAIN)
    took_ms: Mapped[int] = mapped_column(Integer, info=PLAIN)


class RegisterState(Tables):
    """When register data of a relation was last fetched from a provider, as the service enrichment tells."""

    __tablename__ = "register_state"

    relation_id: Mapped[UUID] = mapped_column(
        ForeignKey("relation.id", ondelete="CASCADE"), primary_key=True, info=PLAIN
    )
    provider: Mapped[str] = mapped_column(String(32), primary_key=True, info=PLAIN)
    outcome: Mapped[str] = mapped_column(String(16), info=PLAIN)
    fetched_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), info=PLAIN)
