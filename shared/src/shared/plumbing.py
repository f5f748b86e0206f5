"""The tables that make state and events commit together; every service's database has them."""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Integer, MetaData, String, Table, Text, Uuid, text

from shared.privacy import not_personal

metadata = MetaData()

outbox = Table(
    "outbox",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True, info=not_personal()),
    Column("event_id", Uuid, nullable=False, unique=True, info=not_personal()),
    Column("exchange", String(64), nullable=False, info=not_personal()),
    Column("routing_key", String(128), nullable=False, info=not_personal()),
    Column("envelope", Text, nullable=False, info=not_personal()),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=text("now()"), info=not_personal()),
    Column("sent_at", DateTime(timezone=True), info=not_personal()),
    Index("outbox_unsent", "position", postgresql_where=text("sent_at IS NULL")),
    Index("outbox_sent_at", "sent_at", postgresql_where=text("sent_at IS NOT NULL")),
)

inbox = Table(
    "inbox",
    metadata,
    Column("event_id", Uuid, primary_key=True, info=not_personal()),
    Column("type", String(128), nullable=False, info=not_personal()),
    Column("status", String(16), nullable=False, info=not_personal()),
    Column("attempts", Integer, nullable=False, server_default="0", info=not_personal()),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=text("now()"), info=not_personal()),
    Column("happened_at", DateTime(timezone=True), info=not_personal()),
    Column("handled_at", DateTime(timezone=True), info=not_personal()),
    Column("next_attempt_at", DateTime(timezone=True), info=not_personal()),
    Column("envelope", Text, info=not_personal()),
    Column("error", String(256), info=not_personal()),
    Index("inbox_retrying", "next_attempt_at", postgresql_where=text("status = 'retrying'")),
    Index("inbox_dead", "received_at", postgresql_where=text("status = 'dead'")),
    Index("inbox_handled_at", "handled_at"),
)
"""One row per event this service has met: ``handled``, ``retrying`` or ``dead``."""

scheduled_job = Table(
    "scheduled_job",
    metadata,
    Column("name", String(64), primary_key=True, info=not_personal()),
    Column("next_run_at", DateTime(timezone=True), nullable=False, info=not_personal()),
)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    Column("key", String(128), primary_key=True, info=not_personal()),
    Column("actor", String(64), primary_key=True, info=not_personal()),
    Column("route", String(128), nullable=False, info=not_personal()),
    Column("fingerprint", String(64), nullable=False, info=not_personal()),
    Column("resource_id", String(64), info=not_personal()),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()"), info=not_personal()),
)
