"""The consumer's composition root."""

from datetime import timedelta

from relations.drafts.actions import forget_old_drafts
from relations.duplicates.actions import begin_nightly_scan, forget_old_scans
from relations.duplicates.scanning import run_due_scan
from relations.history.actions import forget_old_openings
from relations.hygiene.checking import check_all_by_night, check_due
from relations.imports.actions import forget_old_imports
from relations.imports.running import ImportRunner
from relations.merging.actions import ask_again
from relations.settings import RelationsSettings
from relations.subscriptions import subscriptions
from relations.tables import Tables
from relations.varia.reindexing import reindex_varia
from shared.broker import Broker
from shared.db import Database
from shared.idempotency import forget_old_keys
from shared.jobs import Job
from shared.merging.forgetting import forgetting_merges
from shared.worker import Worker

IMPORTS_EVERY = timedelta(milliseconds=500)


def create_worker(settings: RelationsSettings, database: Database, broker: Broker) -> Worker:
    """Build the worker."""
    small, large = (ImportRunner(database, home_country=settings.home_country, small=each) for each in (True, False))
    jobs = (
        Job("import-small-files", IMPORTS_EVERY, small.run),
        Job("import-large-files", IMPORTS_EVERY, large.run),
        Job("forget-old-imports", timedelta(hours=1), lambda: forget_old_imports(database)),
        Job("forget-old-openings", timedelta(hours=1), lambda: forget_old_openings(database)),
        Job("scan-for-duplicates", timedelta(seconds=1), lambda: run_due_scan(database)),
        Job("begin-nightly-scan", timedelta(minutes=10), lambda: begin_nightly_scan(database)),
        Job("forget-old-scans", timedelta(hours=6), lambda: forget_old_scans(database)),
        Job("check-hygiene", timedelta(seconds=1), lambda: check_due(database)),
        Job("check-hygiene-by-night", timedelta(minutes=10), lambda: check_all_by_night(database)),
        Job("forget-old-drafts", timedelta(hours=1), lambda: forget_old_drafts(database)),
        Job("reindex-varia", timedelta(seconds=1), lambda: reindex_varia(database)),
        Job("ask-about-merges", timedelta(seconds=5), lambda: ask_again(database)),
        forgetting_merges(database, Tables.metadata),
        Job("forget-old-keys", timedelta(hours=1), lambda: forget_old_keys(database)),
    )
    return Worker(database, broker, subscriptions, jobs, consumers=settings.consumers)
