"""Alembic's entry: this service's tables and the plumbing's."""

from enrichment.accounts import models as accounts  # noqa: F401  (declares the tables)
from enrichment.alerts import models as alerts  # noqa: F401  (declares the tables)
from enrichment.charges import models as charges  # noqa: F401  (declares the tables)
from enrichment.lookups import models as lookups  # noqa: F401  (declares the tables)
from enrichment.profiles import models as profiles  # noqa: F401  (declares the tables)
from enrichment.tables import Tables
from shared.migrations import run_env

run_env([Tables.metadata])
