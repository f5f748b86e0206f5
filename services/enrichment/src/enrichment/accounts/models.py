"""The table of the office's accounts."""

from datetime import datetime

from sqlalchemy import ARRAY, DateTime, String, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from enrichment.tables import Tables
from shared.privacy import not_personal


class Account(Tables):
    """The office's account with one register; the password is sealed."""

    __tablename__ = "account"

    provider: Mapped[str] = mapped_column(String(16), primary_key=True, info=not_personal())
    username: Mapped[str] = mapped_column(String(128), info=not_personal())
    sealed_password: Mapped[str] = mapped_column(Text, info=not_personal())
    base_urls: Mapped[list[str]] = mapped_column(ARRAY(String(256)), default=list, info=not_personal())
    price_cents: Mapped[int] = mapped_column(default=0, info=not_personal())
    search_price_cents: Mapped[int] = mapped_column(default=0, info=not_personal())
    monthly_cap: Mapped[int | None] = mapped_column(info=not_personal())
    auto_enrich: Mapped[bool] = mapped_column(default=False, info=not_personal())
    licensed: Mapped[bool] = mapped_column(default=True, info=not_personal())
    version: Mapped[int] = mapped_column(default=1, info=not_personal())
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now(), info=not_personal()
    )
