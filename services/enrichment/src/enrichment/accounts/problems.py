"""Why a register cannot be asked at all."""

from enrichment.accounts.domain import NUMBER_OF_PROVIDER
from shared.errors import Conflict, Unknown


class UnknownProvider(Unknown):
    """There is no such register here."""

    def __init__(self) -> None:
        super().__init__("There is no register of this name; known are: " + ", ".join(NUMBER_OF_PROVIDER))


class NoAccount(Conflict):
    """The office has no account with this register."""

    type, title = "no-account", "The office has no account with this register: an administrator can set it up"


def refuse_unknown_provider(provider: str) -> None:
    """Raise ``UnknownProvider`` unless the register can be asked."""
    if provider not in NUMBER_OF_PROVIDER:
        raise UnknownProvider
