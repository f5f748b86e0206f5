"""The declarative base of this service's tables."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from shared.db import NAMING


class Tables(DeclarativeBase):
    """A table of the service m365_sync."""

    metadata = MetaData(naming_convention=NAMING)
