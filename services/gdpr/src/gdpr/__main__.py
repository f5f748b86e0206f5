"""``python -m gdpr serve | work | migrate | seed | openapi | deadletters | export-ledger | replay-ledger``."""

import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from gdpr.app import create_app
from gdpr.requests.ledger import ledger_lines, replay, take_in
from gdpr.settings import GdprSettings
from gdpr.tables import Tables
from gdpr.worker import create_worker
from shared.clock import utc_now
from shared.db import Database
from shared.service import Service, main, migrations_of


def export_ledger(settings: GdprSettings, _: Sequence[str]) -> None:
    """Print the ledger, a line of JSON for each relation, to be kept apart from the backups."""
    with closing(Database(settings.database_url)) as database, database.transaction() as session:
        for line in ledger_lines(session):
            print(line.decode())


def replay_ledger(settings: GdprSettings, arguments: Sequence[str]) -> None:
    """Order every erasure of the ledger once more; files of ``export-ledger`` add what the restored ledger lacks."""
    with closing(Database(settings.database_url)) as database, database.transaction() as session:
        added = sum(take_in(session, Path(file).read_bytes().splitlines()) for file in arguments)
        ordered = replay(session, participants=settings.erasure_participants, now=utc_now())
    print(f"{added} entries taken in, the erasure of {ordered} relations ordered once more", file=sys.stderr)


SERVICE = Service(
    name="gdpr",
    settings=GdprSettings,
    create_app=create_app,
    create_worker=create_worker,
    metadata=Tables.metadata,
    migrations=migrations_of(__file__),
    extra_commands={"export-ledger": export_ledger, "replay-ledger": replay_ledger},
)

if __name__ == "__main__":
    main(SERVICE)
