"""The declarative base of this service's tables."""

from sqlalchemy.orm import DeclarativeBase

from shared.db import named_metadata
from shared.merging.tables import add_moved_by_merge


class Tables(DeclarativeBase):
    """Every table of this service."""

    metadata = named_metadata()


add_moved_by_merge(Tables.metadata)
