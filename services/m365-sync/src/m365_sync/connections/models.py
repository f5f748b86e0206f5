"""The tables of connections."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, String, Text, Uuid, func
from sqlalchemy.orm import Mapped, mapped_column

from m365_sync.tables import Tables
from shared.privacy import not_personal, personal


class Connection(Tables):
    """A user's mailbox and the sealed tokens that open it."""

    __tablename__ = "connection"
    __table_args__ = ({"info": {"no_subject": "speaks of a user of this system, not of a relation"}},)

    user_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, info=not_personal())
    mailbox_id: Mapped[str] = mapped_column(String(128), unique=True, info=not_personal())
    address: Mapped[str] = mapped_column(String(320), info=personal("account", on_erase="blank"))
    sealed_tokens: Mapped[str] = mapped_column(Text, info=not_personal())
    state: Mapped[str] = mapped_column(String(16), info=not_personal())
    connected_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), info=not_personal()
    )


class SignInFlow(Tables):
    """A sign-in under way; taken out by the first answer, right or wrong."""

    __tablename__ = "sign_in_flow"

    state: Mapped[str] = mapped_column(String(64), primary_key=True, info=not_personal())
    user_id: Mapped[UUID] = mapped_column(Uuid, info=not_personal())
    sealed_flow: Mapped[str] = mapped_column(Text, info=not_personal())
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), info=not_personal())
