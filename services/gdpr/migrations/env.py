"""Alembic's entry: this service's tables and the plumbing's."""

from gdpr.reports import models as reports  # noqa: F401  (declares the tables)
from gdpr.requests import models as requests  # noqa: F401  (declares the tables)
from gdpr.tables import Tables
from shared.migrations import run_env

run_env([Tables.metadata])
