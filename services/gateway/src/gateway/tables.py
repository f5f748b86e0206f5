"""The declarative base of this service's tables."""

from sqlalchemy.orm import DeclarativeBase

from shared.db import named_metadata
from shared.merging.tables import add_followed_merge


class Tables(DeclarativeBase):
    """The tables of this service."""

    metadata = named_metadata()


add_followed_merge(Tables.metadata)
