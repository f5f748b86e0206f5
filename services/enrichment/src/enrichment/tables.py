"""The declarative base of this service's tables."""

from sqlalchemy.orm import DeclarativeBase

from shared.db import named_metadata
from shared.merging.tables import add_followed_merge, add_moved_by_merge


class Tables(DeclarativeBase):
    """Everything this service stores."""

    metadata = named_metadata()


add_followed_merge(Tables.metadata)
add_moved_by_merge(Tables.metadata)
