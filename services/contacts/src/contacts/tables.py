"""The declarative base of this service's tables."""

from sqlalchemy.orm import DeclarativeBase

from shared.db import named_metadata


class Tables(DeclarativeBase):
    """Every table of this service."""

    metadata = named_metadata()
