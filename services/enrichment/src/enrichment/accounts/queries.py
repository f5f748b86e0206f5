"""What reads accounts."""

from sqlalchemy.orm import Session

from enrichment.accounts.models import Account
from enrichment.accounts.problems import NoAccount
from shared.errors import LicenceRequired


def account_in_use(session: Session, provider: str) -> Account:
    """Return the office's account; raises ``NoAccount``, or ``LicenceRequired`` when it is switched off."""
    account = session.get(Account, provider)
    if account is None:
        raise NoAccount(NoAccount.title)
    if not account.licensed:
        raise LicenceRequired(f"The office has switched off the licence '{provider}'")
    return account


def enriches_by_itself(session: Session, provider: str) -> bool:
    """Tell whether the office wants new relations to be enriched from this register."""
    account = session.get(Account, provider)
    return account is not None and account.licensed and account.auto_enrich
