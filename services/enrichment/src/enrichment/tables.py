"""The declarative base of this service's tables."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from shared.db import NAMING
from shared.merging.tables import add_followed_merge, add_moved_by_merge


class Tables(DeclarativeBase):
    """Everything this service stores."""

    metadata = MetaData(naming_convention=NAMING)


add_followed_merge(Tables.metadata)
add_moved_by_merge(Tables.metadata)
