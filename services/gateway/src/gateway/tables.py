"""The declarative base of this service's tables."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from shared.db import NAMING
from shared.merging.tables import add_followed_merge


class Tables(DeclarativeBase):
    """The tables of this service."""

    metadata = MetaData(naming_convention=NAMING)


add_followed_merge(Tables.metadata)
