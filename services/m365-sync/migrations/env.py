"""Alembic's entry: this service's tables and the plumbing's."""

from m365_sync.connections import models as connections  # noqa: F401  (declares the tables)
from m365_sync.erasure import models as erasure  # noqa: F401
from m365_sync.preferences import models as preferences  # noqa: F401
from m365_sync.runs import models as runs  # noqa: F401
from m365_sync.tables import Tables
from shared.migrations import run_env

run_env([Tables.metadata])
