"""Alembic's entry: this service's tables and the plumbing's."""

from gateway.audit import models as audit  # noqa: F401  (declares the tables)
from gateway.card import models as card  # noqa: F401  (declares the tables)
from gateway.tables import Tables
from gateway.users import models as users  # noqa: F401  (declares the tables)
from shared.migrations import run_env

run_env([Tables.metadata])
