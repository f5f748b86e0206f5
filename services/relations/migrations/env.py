"""Alembic's entry: this service's tables and the plumbing's."""

from relations import app  # noqa: F401  (declares every table)
from relations.tables import Tables
from shared.migrations import run_env

run_env([Tables.metadata])
