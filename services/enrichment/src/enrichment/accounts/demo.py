"""The account with which the example office starts."""

from sqlalchemy.dialects.postgresql import insert

from enrichment.accounts.models import Account
from enrichment.settings import EnrichmentSettings
from shared.db import Database
from shared.secrets import Vault

NAME_AND_PASSWORD = "demo"  # noqa: S105 known to everybody: it opens the sandbox and nothing else


def seed(settings: EnrichmentSettings, database: Database) -> None:
    """Give the example office an account with the stand-in of Company.info; a real office sets up its own."""
    if not settings.demo:
        return
    account = {
        "provider": "companyinfo",
        "username": NAME_AND_PASSWORD,
        "sealed_password": Vault(settings.data_key).seal(NAME_AND_PASSWORD),
        "base_urls": list(settings.companyinfo_urls),
        "price_cents": 85,
        "search_price_cents": 10,
        "auto_enrich": True,
    }
    with database.transaction() as session:
        session.execute(insert(Account).values(account).on_conflict_do_nothing())
