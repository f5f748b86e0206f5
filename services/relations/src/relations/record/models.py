"""The tables of the record: a relation, its names, identifiers, groups, communications and contact addresses."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Text,
    Uuid,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from relations.tables import Tables
from shared.clock import utc_now
from shared.ids import new_id
from shared.privacy import belongs_to_relation, not_personal, personal

NAME = personal("name", on_erase="blank")
FORMER = personal("name", on_erase="delete_row")
PLAIN = not_personal()
PLACE = personal("address", on_erase="delete_row")
SAME_ADDRESS = (
    "label", "recipient_lines", "contact_person", "title", "building", "street", "number", "box", "zip", "city",
    "country", "phone", "email",
)  # fmt: skip
MONEY = personal("accounting", on_erase="delete_row")


class Relation(Tables):
    """A person, entity, public body or other party an office deals with."""

    __tablename__ = "relation"
    __table_args__ = (
        Index("relation_by_name", "sort_name", "id"),
        Index("relation_changed", "updated_at", "id"),
        Index("relation_restricted", "id", postgresql_where=text("restricted")),
        {"info": belongs_to_relation("id")},
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, info=PLAIN)
    number: Mapped[int] = mapped_column(BigInteger, Identity(start=1001), unique=True, info=PLAIN)
    kind: Mapped[str] = mapped_column(String(16), info=PLAIN)
    status: Mapped[str] = mapped_column(String(16), default="active", info=PLAIN)
    language: Mapped[str] = mapped_column(String(2), default="nl", info=PLAIN)
    display_name: Mapped[str] = mapped_column(String(300), info=NAME)
    display_name_is_own: Mapped[bool] = mapped_column(default=False, info=PLAIN)
    sort_name: Mapped[str] = mapped_column(String(300, collation="C"), info=NAME)
    search_text: Mapped[str] = mapped_column(Text(collation="C"), default="", info=NAME)

    title: Mapped[str] = mapped_column(String(60), default="", info=NAME)
    initials: Mapped[str] = mapped_column(String(30), default="", info=NAME)
    first_names: Mapped[str] = mapped_column(String(120), default="", info=NAME)
    call_name: Mapped[str] = mapped_column(String(60), default="", info=NAME)
    prefix: Mapped[str] = mapped_column(String(30), default="", info=NAME)
    last_name: Mapped[str] = mapped_column(String(120), default="", info=NAME)
    birth_name: Mapped[str] = mapped_column(String(120), default="", info=NAME)
    suffix: Mapped[str] = mapped_column(String(30), default="", info=NAME)
    birth_date: Mapped[dt.date | None] = mapped_column(Date, info=personal("birth", on_erase="blank"))

    legal_name: Mapped[str] = mapped_column(String(300), default="", info=NAME)
    trade_names: Mapped[list[str]] = mapped_column(ARRAY(String(300)), default=list, info=NAME)
    short_name: Mapped[str] = mapped_column(String(100), default="", info=NAME)
    legal_form: Mapped[str] = mapped_column(String(100), default="", info=PLAIN)

    form: Mapped[str] = mapped_column(String(16), default="", server_default="", info=NAME)
    salutation: Mapped[str] = mapped_column(String(200), default="", server_default="", info=NAME)
    letter_opening: Mapped[str] = mapped_column(String(200), default="", server_default="", info=NAME)
    letter_closing: Mapped[str] = mapped_column(String(300), default="", server_default="", info=NAME)

    memo: Mapped[str] = mapped_column(Text, default="", info=personal("note", on_erase="blank"))
    warning: Mapped[str] = mapped_column(String(500), default="", info=personal("note", on_erase="blank"))
    warning_colour: Mapped[str] = mapped_column(String(8), default="red", server_default="red", info=PLAIN)
    responsible: Mapped[str | None] = mapped_column(String(64), info=PLAIN)
    restricted: Mapped[bool] = mapped_column(default=False, server_default=false(), info=PLAIN)
    confidants: Mapped[list[str]] = mapped_column(ARRAY(String(64)), default=list, server_default="{}", info=PLAIN)
    varia: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, info=personal("varia", on_erase="blank"))

    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("relation.id"), index=True, info=PLAIN)
    version: Mapped[int] = mapped_column(Integer, default=1, info=PLAIN)
    created_by: Mapped[str] = mapped_column(String(64), default="", info=PLAIN)
    created_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), info=PLAIN)
    updated_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), info=PLAIN)

    identifiers: Mapped[list["Identifier"]] = relationship(cascade="all, delete-orphan")
    memberships: Mapped[list["Membership"]] = relationship(cascade="all, delete-orphan", order_by="Membership.code")
    communications: Mapped[list["Communication"]] = relationship(
        cascade="all, delete-orphan", order_by="Communication.position"
    )
    addresses: Mapped[list["Address"]] = relationship(cascade="all, delete-orphan", order_by="Address.position")
    aliases: Mapped[list["Alias"]] = relationship(cascade="all, delete-orphan", order_by="Alias.position")
    accounting: Mapped["Accounting | None"] = relationship(cascade="all, delete-orphan")
    bank_accounts: Mapped[list["BankAccount"]] = relationship(
        cascade="all, delete-orphan", order_by="BankAccount.position"
    )
    words: Mapped[list["SearchWord"]] = relationship(cascade="all, delete-orphan")


def _of_relation(*, primary_key: bool = False) -> Mapped[UUID]:
    return mapped_column(ForeignKey("relation.id", ondelete="CASCADE"), info=PLAIN, primary_key=primary_key)


class Identifier(Tables):
    """A number under which a register or tax office knows a relation."""

    __tablename__ = "identifier"
    __table_args__ = (Index("identifier_value", "value", "kind"), {"info": belongs_to_relation()})

    relation_id: Mapped[UUID] = _of_relation(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True, info=PLAIN)
    value: Mapped[str] = mapped_column(String(32, collation="C"), info=personal("identifier", on_erase="delete_row"))


class Group(Tables):
    """A group of relations, such as clients or bailiffs; the office may add its own."""

    __tablename__ = "relation_group"

    code: Mapped[str] = mapped_column(String(64), primary_key=True, info=PLAIN)
    labels: Mapped[dict[str, str]] = mapped_column(JSONB, info=PLAIN)
    position: Mapped[int] = mapped_column(Integer, info=PLAIN)


class Membership(Tables):
    """A relation's place in a group, since a day."""

    __tablename__ = "membership"
    __table_args__ = (Index("membership_of_group", "code", "relation_id"), {"info": belongs_to_relation()})

    relation_id: Mapped[UUID] = _of_relation(primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("relation_group.code"), primary_key=True, info=PLAIN)
    since: Mapped[dt.date] = mapped_column(Date, default=lambda: utc_now().date(), info=PLAIN)


class Communication(Tables):
    """A way to reach a relation: as typed, and in the form that is searched and dialled."""

    __tablename__ = "communication"
    __table_args__ = (
        Index("communication_of_relation", "relation_id"),
        Index("communication_normalised", "normalised"),
        {"info": belongs_to_relation(same=("kind", "normalised"))},
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, info=PLAIN)
    relation_id: Mapped[UUID] = _of_relation()
    position: Mapped[int] = mapped_column(Integer, default=0, info=PLAIN)
    kind: Mapped[str] = mapped_column(String(8), info=PLAIN)
    value: Mapped[str] = mapped_column(String(254), info=personal("communication", on_erase="delete_row"))
    normalised: Mapped[str] = mapped_column(
        String(254, collation="C"), info=personal("communication", on_erase="delete_row")
    )
    label: Mapped[str] = mapped_column(String(60), default="", info=personal("communication", on_erase="delete_row"))
    preferred: Mapped[bool] = mapped_column(default=False, info=PLAIN)
    do_not_use: Mapped[bool] = mapped_column(default=False, info=PLAIN)
    valid_from: Mapped[dt.date | None] = mapped_column(Date, info=PLAIN)
    valid_to: Mapped[dt.date | None] = mapped_column(Date, info=PLAIN)


class Address(Tables):
    """A contact address, with what is printed on a letter and what the address is used for."""

    __tablename__ = "address"
    __table_args__ = (
        Index("address_of_relation", "relation_id"),
        Index("address_house", "zip", "number"),
        {"info": belongs_to_relation(same=SAME_ADDRESS)},
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, info=PLAIN)
    relation_id: Mapped[UUID] = _of_relation()
    position: Mapped[int] = mapped_column(Integer, default=0, info=PLAIN)
    label: Mapped[str] = mapped_column(String(16), default="other", info=PLAIN)
    recipient_lines: Mapped[list[str]] = mapped_column(ARRAY(String(120)), default=list, info=PLACE)
    contact_person: Mapped[str] = mapped_column(String(120), default="", info=PLACE)
    title: Mapped[str] = mapped_column(String(120), default="", info=PLACE)
    building: Mapped[str] = mapped_column(String(120), default="", info=PLACE)
    street: Mapped[str] = mapped_column(String(120), default="", info=PLACE)
    number: Mapped[str] = mapped_column(String(20), default="", info=PLACE)
    box: Mapped[str] = mapped_column(String(20), default="", info=PLACE)
    zip: Mapped[str] = mapped_column(String(16), default="", info=PLACE)
    city: Mapped[str] = mapped_column(String(80), default="", info=PLACE)
    country: Mapped[str] = mapped_column(String(2), default="", info=PLAIN)
    phone: Mapped[str] = mapped_column(String(40), default="", server_default="", info=PLACE)
    email: Mapped[str] = mapped_column(String(254), default="", server_default="", info=PLACE)
    matter_correspondence: Mapped[bool] = mapped_column(default=False, info=PLAIN)
    mailing: Mapped[bool] = mapped_column(default=False, info=PLAIN)
    valid_from: Mapped[dt.date | None] = mapped_column(Date, info=PLAIN)
    valid_to: Mapped[dt.date | None] = mapped_column(Date, info=PLAIN)
    varia: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, info=PLACE)


class Alias(Tables):
    """Another name of a relation: a former one, a trade name, an abbreviation; with the days it was in use."""

    __tablename__ = "alias"
    __table_args__ = (Index("alias_of_relation", "relation_id"), {"info": belongs_to_relation(same=("kind", "name"))})

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, info=PLAIN)
    relation_id: Mapped[UUID] = _of_relation()
    position: Mapped[int] = mapped_column(Integer, default=0, info=PLAIN)
    kind: Mapped[str] = mapped_column(String(16), info=PLAIN)
    name: Mapped[str] = mapped_column(String(300), info=FORMER)
    valid_from: Mapped[dt.date | None] = mapped_column(Date, info=PLAIN)
    valid_to: Mapped[dt.date | None] = mapped_column(Date, info=PLAIN)


class Accounting(Tables):
    """What the bookkeeping knows of a relation."""

    __tablename__ = "accounting"
    __table_args__ = ({"info": belongs_to_relation()},)

    relation_id: Mapped[UUID] = _of_relation(primary_key=True)
    debtor_number: Mapped[str] = mapped_column(String(32), default="", info=MONEY)
    creditor_number: Mapped[str] = mapped_column(String(32), default="", info=MONEY)
    vat_regime: Mapped[str] = mapped_column(String(16), default="", info=PLAIN)
    payment_term_days: Mapped[int | None] = mapped_column(Integer, info=PLAIN)
    invoice_language: Mapped[str] = mapped_column(String(2), default="", info=PLAIN)
    invoice_email: Mapped[str] = mapped_column(String(254), default="", info=MONEY)
    invoice_address_id: Mapped[UUID | None] = mapped_column(Uuid, info=PLAIN)
    credit_block: Mapped[bool] = mapped_column(default=False, info=PLAIN)


class BankAccount(Tables):
    """A bank account of a relation, its numbers in their plain form."""

    __tablename__ = "bank_account"
    __table_args__ = (Index("bank_account_of_relation", "relation_id"), {"info": belongs_to_relation(same=("iban",))})

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, info=PLAIN)
    relation_id: Mapped[UUID] = _of_relation()
    position: Mapped[int] = mapped_column(Integer, default=0, info=PLAIN)
    iban: Mapped[str] = mapped_column(String(34), info=MONEY)
    bic: Mapped[str] = mapped_column(String(11), default="", info=MONEY)
    holder: Mapped[str] = mapped_column(String(120), default="", info=MONEY)
    purpose: Mapped[str] = mapped_column(String(60), default="", info=MONEY)


class SearchWord(Tables):
    """A word by which a relation is found; looked up by its beginning."""

    __tablename__ = "search_word"
    __table_args__ = (Index("search_word_relation", "relation_id"), {"info": belongs_to_relation(at_merge="stay")})

    word: Mapped[str] = mapped_column(
        String(80, collation="C"), primary_key=True, info=personal("name", on_erase="delete_row")
    )
    relation_id: Mapped[UUID] = _of_relation(primary_key=True)
