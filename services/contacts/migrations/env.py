"""Alembic's entry: this service's tables and the plumbing's."""

from contacts.moments import models  # noqa: F401  (declares the tables)
from contacts.tables import Tables
from shared.migrations import run_env

run_env([Tables.metadata])
