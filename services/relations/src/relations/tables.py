"""The declarative base of this service's tables."""

from shared.db import tables_of_service

Tables = tables_of_service()
