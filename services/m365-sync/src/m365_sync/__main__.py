"""``python -m m365_sync serve | work | migrate | seed | openapi | deadletters``."""

from m365_sync.app import create_app
from m365_sync.demo import seed
from m365_sync.settings import M365SyncSettings
from m365_sync.tables import Tables
from m365_sync.worker import create_worker
from shared.service import Service, main, migrations_of

SERVICE = Service(
    name="m365_sync",
    settings=M365SyncSettings,
    create_app=create_app,
    create_worker=create_worker,
    metadata=Tables.metadata,
    migrations=migrations_of(__file__),
    seed=seed,
)

if __name__ == "__main__":
    main(SERVICE)
