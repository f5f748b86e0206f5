"""Opens the mailboxes of connected users, with tokens that are unsealed only for as long as they are used."""

from collections.abc import Callable
from uuid import UUID

from m365_sync.adapters.graph import AccessTokens, GraphMailbox
from m365_sync.adapters.mailbox import Mailbox
from m365_sync.adapters.sign_in import ReconnectNeeded, SignIn
from m365_sync.connections.actions import keep_tokens, lose_connection
from m365_sync.connections.models import Connection
from shared.db import Database
from shared.secrets import SealBroken, Vault


class NotConnected(Exception):
    """The user has no connection with this mailbox (any more)."""


class StoredTokens:
    """The access token of one connection, renewed from the sealed cache in the database."""

    def __init__(self, database: Database, vault: Vault, *, sign_in: SignIn, user_id: UUID, mailbox_id: str) -> None:
        self._database = database
        self._vault = vault
        self._sign_in = sign_in
        self._user_id = user_id
        self._mailbox_id = mailbox_id
        self._access_token = ""

    def current(self) -> str:
        """Return a token that is probably valid; raises ``ReconnectNeeded``, ``NotConnected`` or ``MailboxAway``."""
        if not self._access_token:
            self._fetch(force=False)
        return self._access_token

    def renew(self) -> None:
        """Fetch a fresh one; raises ``ReconnectNeeded``, ``NotConnected`` or ``MailboxAway``."""
        self._fetch(force=True)

    def _fetch(self, *, force: bool) -> None:
        sealed = self._sealed()
        try:
            renewed = self._sign_in.renew(self._vault.open(sealed), force=force)
        except (ReconnectNeeded, SealBroken) as error:
            with self._database.transaction() as session:
                lose_connection(session, self._user_id, sealed_tokens=sealed)
            raise ReconnectNeeded from error
        with self._database.transaction() as session:
            keep_tokens(
                session,
                self._user_id,
                sealed_tokens=self._vault.seal(renewed.cache),
                mailbox_id=self._mailbox_id,
            )
        self._access_token = renewed.access_token

    def _sealed(self) -> str:
        with self._database.transaction() as session:
            connection = session.get(Connection, self._user_id)
            if connection is None or connection.mailbox_id != self._mailbox_id:
                raise NotConnected
            if connection.state != "connected":
                raise ReconnectNeeded
            return connection.sealed_tokens


class Mailboxes:
    """Every mailbox we are connected with."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        sign_in: SignIn,
        opener: Callable[[AccessTokens], Mailbox],
    ) -> None:
        self._database = database
        self._vault = vault
        self._sign_in = sign_in
        self._opener = opener

    def open(self, user_id: UUID, *, mailbox_id: str) -> Mailbox:
        """Return a user's mailbox; if it is closed to us, its use raises ``NotConnected`` or ``ReconnectNeeded``."""
        tokens = StoredTokens(
            self._database, self._vault, sign_in=self._sign_in, user_id=user_id, mailbox_id=mailbox_id
        )
        return self._opener(tokens)


def over_graph(base_url: str) -> Callable[[AccessTokens], Mailbox]:
    """Return what opens mailboxes over Microsoft Graph at this address."""
    return lambda tokens: GraphMailbox(base_url, tokens)
