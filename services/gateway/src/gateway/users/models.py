"""The tables of users, licences, and everything by which a user is recognised."""

import datetime as dt
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, String, Uuid, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from gateway.tables import Tables
from shared.ids import new_id
from shared.privacy import not_personal, personal

OF_THE_OFFICE = {"info": {"no_subject": "speaks of the office's own users, who are no relations"}}


class Account(Tables):
    """A user of the office."""

    __tablename__ = "account"
    __table_args__ = (OF_THE_OFFICE,)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id, info=not_personal())
    username: Mapped[str] = mapped_column(String(64), unique=True, info=personal("user", on_erase="blank"))
    display_name: Mapped[str] = mapped_column(String(120), info=personal("user", on_erase="blank"))
    language: Mapped[str] = mapped_column(String(2), default="nl", info=not_personal())
    password_hash: Mapped[str] = mapped_column(String(200), info=personal("user", on_erase="blank"))
    active: Mapped[bool] = mapped_column(default=True, info=not_personal())
    example: Mapped[bool] = mapped_column(default=False, info=not_personal())
    """The password is the one everybody knows."""

    rights: Mapped[list[str]] = mapped_column(ARRAY(String(32)), default=list, info=not_personal())
    licences: Mapped[list[str]] = mapped_column(ARRAY(String(32)), default=list, info=not_personal())
    version: Mapped[int] = mapped_column(default=1, info=not_personal())
    created_at: Mapped[dt.datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), info=not_personal()
    )


class Licence(Tables):
    """A licence of the office, on or off."""

    __tablename__ = "licence"

    code: Mapped[str] = mapped_column(String(32), primary_key=True, info=not_personal())
    enabled: Mapped[bool] = mapped_column(info=not_personal())


class ApiToken(Tables):
    """A token by which a program acts for a user; only its SHA-256 is kept."""

    __tablename__ = "api_token"
    __table_args__ = (Index("api_token_of_account", "account_id"), OF_THE_OFFICE)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True, info=not_personal())
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), info=not_personal())
    label: Mapped[str] = mapped_column(String(80), default="", info=personal("user", on_erase="blank"))
    expires_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), info=not_personal())
    created_at: Mapped[dt.datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), info=not_personal()
    )

    @property
    def id(self) -> str:
        """By what its user names it: nothing that lets anybody in."""
        return self.token_hash.hex()


class BrowserSession(Tables):
    """A browser in which a user signed in; only the SHA-256 of its cookie is kept."""

    __tablename__ = "session"
    __table_args__ = (Index("session_of_account", "account_id"),)

    cookie_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True, info=not_personal())
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), info=not_personal())
    expires_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), info=not_personal())
    created_at: Mapped[dt.datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), info=not_personal()
    )


class SignInTries(Tables):
    """How often somebody lately tried to sign in under one name from one address, of which only a SHA-256 is kept."""

    __tablename__ = "sign_in_tries"

    who: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True, info=not_personal())
    tries: Mapped[int] = mapped_column(info=not_personal())
    since: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), info=not_personal())
