"""What changes accounts."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from enrichment.accounts.domain import SaveAccount
from enrichment.accounts.models import Account
from shared.concurrency import refuse_lost_update
from shared.errors import Invalid
from shared.secrets import Vault


def save_account(
    session: Session, provider: str, *, command: SaveAccount, vault: Vault, allowed: Sequence[str]
) -> Account:
    """Save the office's account with a register; raises ``Invalid``, or ``ChangedMeanwhile``."""
    if any(url not in allowed for url in command.base_urls):
        raise Invalid({"base_urls": ["Choose from the addresses this installation allows: " + ", ".join(allowed)]})
    account = session.get(Account, provider, with_for_update=True)
    refuse_lost_update(account.version if account else 0)
    if account is None:
        if command.password is None:
            raise Invalid({"password": ["Give the password of the account"]})
        account = Account(provider=provider, version=0)
        session.add(account)
    if command.password is not None:
        account.sealed_password = vault.seal(command.password)
    for name, value in vars(command).items():
        if name != "password":
            setattr(account, name, value)
    account.version += 1
    session.flush()
    return account
