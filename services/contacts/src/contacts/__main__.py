"""``python -m contacts serve | work | migrate | seed | openapi | deadletters``."""

from contacts.app import create_app
from contacts.settings import ContactsSettings
from contacts.tables import Tables
from contacts.worker import create_worker
from shared.service import Service, main, migrations_of

SERVICE = Service(
    name="contacts",
    settings=ContactsSettings,
    create_app=create_app,
    create_worker=create_worker,
    metadata=Tables.metadata,
    migrations=migrations_of(__file__),
)

if __name__ == "__main__":
    main(SERVICE)
