"""``python -m gateway serve | work | migrate | seed | openapi | deadletters``."""

from gateway.app import create_app, stop
from gateway.settings import GatewaySettings
from gateway.tables import Tables
from gateway.users.seed import seed
from gateway.worker import create_worker
from shared.service import Service, main, migrations_of

SERVICE = Service(
    name="gateway",
    settings=GatewaySettings,
    create_app=create_app,
    create_worker=create_worker,
    metadata=Tables.metadata,
    migrations=migrations_of(__file__),
    seed=seed,
    on_stop=stop,
)

if __name__ == "__main__":
    main(SERVICE)
