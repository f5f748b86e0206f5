"""The tables of the record: a relation, its identifiers, groups, communications and contact addresses."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Date, DateTime, ForeignKey, Identity, Index, Integer, String, Text, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from relations.tables import Tables
from shared.ids import new_id
from shared.privacy import belongs_to_relation, not_personal, personal

NAME = {"info": personal("name", on_erase="blank")}
PLAIN = {"info": not_personal()}
PLACE = {"info": personal("address", on_erase="delete_row")}


class Relation(Tables):
    """A person, entity, public body or other party an office deals with."""

    __tablename__ = "relation"
    __table_args__ = (
        Index("relation_by_name", "sort_name", "id"),
        Index("relation_changed", "updated_at", "id"),
        {"info": belongs_to_relation("id")},
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, **PLAIN)
    number: Mapped[int] = mapped_column(BigInteger, Identity(start=1001), unique=True, **PLAIN)
    kind: Mapped[str] = mapped_column(String(16), **PLAIN)
    status: Mapped[str] = mapped_column(String(16), default="active", **PLAIN)
    language: Mapped[str] = mapped_column(String(2), default="nl", **PLAIN)
    display_name: Mapped[str] = mapped_column(String(300), **NAME)
    display_name_is_own: Mapped[bool] = mapped_column(default=False, **PLAIN)
    sort_name: Mapped[str] = mapped_column(String(300, collation="C"), **NAME)
    search_text: Mapped[str] = mapped_column(Text(collation="C"), default="", **NAME)

    title: Mapped[str] = mapped_column(String(60), default="", **NAME)
    initials: Mapped[str] = mapped_column(String(30), default="", **NAME)
    first_names: Mapped[str] = mapped_column(String(120), default="", **NAME)
    call_name: Mapped[str] = mapped_column(String(60), default="", **NAME)
    prefix: Mapped[str] = mapped_column(String(30), default="", **NAME)
    last_name: Mapped[str] = mapped_column(String(120), default="", **NAME)
    birth_name: Mapped[str] = mapped_column(String(120), default="", **NAME)
    suffix: Mapped[str] = mapped_column(String(30), default="", **NAME)
    birth_date: Mapped[dt.date | None] = mapped_column(Date, info=personal("birth", on_erase="blank"))

    legal_name: Mapped[str] = mapped_column(String(300), default="", **NAME)
    trade_names: Mapped[list[str]] = mapped_column(ARRAY(String(300)), default=list, **NAME)
    short_name: Mapped[str] = mapped_column(String(100), default="", **NAME)
    legal_form: Mapped[str] = mapped_column(String(100), default="", **PLAIN)

    memo: Mapped[str] = mapped_column(Text, default="", info=personal("note", on_erase="blank"))
    warning: Mapped[str] = mapped_column(String(500), default="", info=personal("note", on_erase="blank"))
    varia: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, info=personal("varia", on_erase="blank"))

    version: Mapped[int] = mapped_column(Integer, default=1, **PLAIN)
    created_by: Mapped[str] = mapped_column(String(64), default="", **PLAIN)
    created_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), **PLAIN)
    updated_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), **PLAIN)

    identifiers: Mapped[list["Identifier"]] = relationship(cascade="all, delete-orphan")
    memberships: Mapped[list["Membership"]] = relationship(cascade="all, delete-orphan", order_by="Membership.code")
    communications: Mapped[list["Communication"]] = relationship(
        cascade="all, delete-orphan", order_by="Communication.position"
    )
    addresses: Mapped[list["Address"]] = relationship(cascade="all, delete-orphan", order_by="Address.position")
    words: Mapped[list["SearchWord"]] = relationship(cascade="all, delete-orphan")


def _of_relation(**options: Any) -> Mapped[UUID]:
    return mapped_column(ForeignKey("relation.id", ondelete="CASCADE"), **PLAIN, **options)


class Identifier(Tables):
    """A number under which a register or tax office knows a relation."""

    __tablename__ = "identifier"
    __table_args__ = (Index("identifier_value", "value", "kind"), {"info": belongs_to_relation()})

    relation_id: Mapped[UUID] = _of_relation(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True, **PLAIN)
    value: Mapped[str] = mapped_column(String(32, collation="C"), info=personal("identifier", on_erase="delete_row"))


class Group(Tables):
    """A group of relations, such as clients or bailiffs; the office may add its own."""

    __tablename__ = "relation_group"

    code: Mapped[str] = mapped_column(String(64), primary_key=True, **PLAIN)
    labels: Mapped[dict[str, str]] = mapped_column(JSONB, **PLAIN)
    position: Mapped[int] = mapped_column(Integer, **PLAIN)


class Membership(Tables):
    """A relation's place in a group, since a day."""

    __tablename__ = "membership"
    __table_args__ = (Index("membership_of_group", "code", "relation_id"),)

    relation_id: Mapped[UUID] = _of_relation(primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("relation_group.code"), primary_key=True, **PLAIN)
    since: Mapped[dt.date] = mapped_column(Date, server_default=func.current_date(), **PLAIN)


class Communication(Tables):
    """A way to reach a relation: as typed, and in the form that is searched and dialled."""

    __tablename__ = "communication"
    __table_args__ = (
        Index("communication_of_relation", "relation_id"),
        Index("communication_normalised", "normalised"),
        {"info": belongs_to_relation()},
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, **PLAIN)
    relation_id: Mapped[UUID] = _of_relation()
    position: Mapped[int] = mapped_column(Integer, default=0, **PLAIN)
    kind: Mapped[str] = mapped_column(String(8), **PLAIN)
    value: Mapped[str] = mapped_column(String(254), info=personal("communication", on_erase="delete_row"))
    normalised: Mapped[str] = mapped_column(
        String(254, collation="C"), info=personal("communication", on_erase="delete_row")
    )
    label: Mapped[str] = mapped_column(String(60), default="", info=personal("communication", on_erase="delete_row"))
    preferred: Mapped[bool] = mapped_column(default=False, **PLAIN)
    do_not_use: Mapped[bool] = mapped_column(default=False, **PLAIN)


class Address(Tables):
    """A contact address, with what is printed on a letter and what the address is used for."""

    __tablename__ = "address"
    __table_args__ = (Index("address_of_relation", "relation_id"), {"info": belongs_to_relation()})

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, **PLAIN)
    relation_id: Mapped[UUID] = _of_relation()
    position: Mapped[int] = mapped_column(Integer, default=0, **PLAIN)
    label: Mapped[str] = mapped_column(String(16), default="other", **PLAIN)
    recipient_lines: Mapped[list[str]] = mapped_column(ARRAY(String(120)), default=list, **PLACE)
    contact_person: Mapped[str] = mapped_column(String(120), default="", **PLACE)
    title: Mapped[str] = mapped_column(String(120), default="", **PLACE)
    building: Mapped[str] = mapped_column(String(120), default="", **PLACE)
    street: Mapped[str] = mapped_column(String(120), default="", **PLACE)
    number: Mapped[str] = mapped_column(String(20), default="", **PLACE)
    box: Mapped[str] = mapped_column(String(20), default="", **PLACE)
    zip: Mapped[str] = mapped_column(String(16), default="", **PLACE)
    city: Mapped[str] = mapped_column(String(80), default="", **PLACE)
    country: Mapped[str] = mapped_column(String(2), default="", **PLAIN)
    matter_correspondence: Mapped[bool] = mapped_column(default=False, **PLAIN)
    mailing: Mapped[bool] = mapped_column(default=False, **PLAIN)
    valid_from: Mapped[dt.date | None] = mapped_column(Date, **PLAIN)
    valid_to: Mapped[dt.date | None] = mapped_column(Date, **PLAIN)
    varia: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, **PLACE)


class SearchWord(Tables):
    """A word by which a relation is found; looked up by its beginning."""

    __tablename__ = "search_word"
    __table_args__ = (Index("search_word_relation", "relation_id"), {"info": belongs_to_relation()})

    word: Mapped[str] = mapped_column(
        String(80, collation="C"), primary_key=True, info=personal("name", on_erase="delete_row")
    )
    relation_id: Mapped[UUID] = _of_relation(primary_key=True)
