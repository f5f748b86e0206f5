"""``python -m relations serve | work | migrate | seed | openapi | deadletters``."""

from relations.app import create_app
from relations.seed import seed
from relations.settings import RelationsSettings
from relations.tables import Tables
from relations.worker import create_worker
from shared.service import Service, main, migrations_of

SERVICE = Service(
    name="relations",
    settings=RelationsSettings,
    create_app=create_app,
    create_worker=create_worker,
    metadata=Tables.metadata,
    migrations=migrations_of(__file__),
    seed=seed,
)

if __name__ == "__main__":
    main(SERVICE)
