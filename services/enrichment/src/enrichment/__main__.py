"""``python -m enrichment serve | work | migrate | seed | openapi | deadletters``."""

from enrichment.accounts.demo import seed
from enrichment.app import create_app
from enrichment.settings import EnrichmentSettings
from enrichment.tables import Tables
from enrichment.worker import create_worker
from shared.service import Service, main, migrations_of

SERVICE = Service(
    name="enrichment",
    settings=EnrichmentSettings,
    create_app=create_app,
    create_worker=create_worker,
    metadata=Tables.metadata,
    migrations=migrations_of(__file__),
    seed=seed,
)

if __name__ == "__main__":
    main(SERVICE)
