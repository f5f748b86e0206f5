"""Sign-in at the Microsoft identity platform: authorisation code with PKCE, by MSAL.

The answer comes back as a query (``response_mode=query``) and not as a cross-site form: the session cookie of the
gateway is SameSite=Lax and would not come along with a form. What a query may leak, a code, is worthless to others:
it works once, only with our client secret, the PKCE verifier and the state, and these never leave the server.
"""

import warnings
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

import msal
import requests

from m365_sync.adapters.mailbox import MailboxAway

SCOPES = ["https://graph.microsoft.com/Contacts.ReadWrite"]
TIMEOUT = (2.0, 5.0)
SIGN_IN_AGAIN = frozenset({"invalid_grant", "interaction_required", "consent_required", "login_required"})


class ReconnectNeeded(Exception):
    """Microsoft accepts the stored sign-in no longer: the user must sign in again."""


class SignInRefused(Exception):
    """The sign-in was not completed; ``code`` is OAuth's error word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class SignedIn:
    """A completed sign-in: whose mailbox, and the token cache to keep sealed."""

    mailbox_id: str
    address: str
    cache: str


@dataclass(frozen=True)
class Renewed:
    """An access token, and the token cache as it is now."""

    access_token: str
    cache: str


class SignIn(Protocol):
    """Signs users in at the office's Microsoft 365; all methods raise ``MailboxAway`` when it does not answer."""

    def begin(self, redirect_uri: str, *, login_hint: str = "") -> dict[str, Any]:
        """Return a flow to keep until the user comes back; ``auth_uri`` in it is where to send them."""

    def complete(self, flow: dict[str, Any], params: dict[str, str]) -> SignedIn:
        """Exchange what the user came back with; raises ``SignInRefused``."""

    def renew(self, cache: str, *, force: bool = False) -> Renewed:
        """Return a valid access token; raises ``ReconnectNeeded``."""


class MsalSignIn:
    """The real thing, or a stand-in at ``login_base_url`` that speaks as the real thing does."""

    def __init__(self, *, authority: str, client_id: str, client_secret: str, login_base_url: str = "") -> None:
        self._authority = authority
        self._client_id = client_id
        self._client_secret = client_secret
        self._http = LoginTraffic(authority, login_base_url)

    def begin(self, redirect_uri: str, *, login_hint: str = "") -> dict[str, Any]:
        """Return a flow to keep until the user comes back."""
        # MSAL warns at every sign-in of what was weighed above; the same filter again changes nothing.
        warnings.filterwarnings("ignore", message="response_mode='form_post' is recommended", category=UserWarning)
        with _answering():
            flow: dict[str, Any] = self._application(msal.SerializableTokenCache()).initiate_auth_code_flow(
                SCOPES, redirect_uri=redirect_uri, login_hint=login_hint or None, response_mode="query"
            )
        return flow

    def complete(self, flow: dict[str, Any], params: dict[str, str]) -> SignedIn:
        """Exchange what the user came back with; raises ``SignInRefused``."""
        cache = msal.SerializableTokenCache()
        application = self._application(cache)
        try:
            result = application.acquire_token_by_auth_code_flow(flow, params)
        except requests.RequestException as error:
            raise MailboxAway from error
        except (ValueError, RuntimeError) as error:  # a state, nonce or answer that does not fit the flow
            raise SignInRefused("answer_does_not_fit") from error
        if "error" in result:
            raise SignInRefused(str(result["error"]))
        if not any("contacts.readwrite" in scope.lower() for scope in result.get("scope", "").split()):
            raise SignInRefused("consent_missing")
        account = application.get_accounts()[0]
        return SignedIn(str(account["home_account_id"]), str(account.get("username", "")), cache.serialize())

    def renew(self, cache: str, *, force: bool = False) -> Renewed:
        """Return a valid access token; raises ``ReconnectNeeded``."""
        tokens = msal.SerializableTokenCache()
        tokens.deserialize(cache)
        with _answering():
            application = self._application(tokens)
            accounts = application.get_accounts()
            if not accounts:
                raise ReconnectNeeded
            result = application.acquire_token_silent_with_error(SCOPES, accounts[0], force_refresh=force)
        if result is None or result.get("error") in SIGN_IN_AGAIN:
            raise ReconnectNeeded
        if "access_token" not in result:
            raise MailboxAway
        return Renewed(str(result["access_token"]), tokens.serialize())

    def _application(self, cache: msal.SerializableTokenCache) -> msal.ConfidentialClientApplication:
        with _answering():
            return msal.ConfidentialClientApplication(
                self._client_id,
                client_credential=self._client_secret,
                authority=self._authority,
                token_cache=cache,
                http_client=self._http,
                instance_discovery=False,
            )


class LoginTraffic:
    """The HTTP client MSAL is given: it adds deadlines, and may send the authority's traffic to a stand-in.

    MSAL itself accepts no authority without TLS, which a stand-in on this machine does not have.
    """

    def __init__(self, authority: str, login_base_url: str) -> None:
        self._host = urlsplit(authority).netloc
        self._instead = urlsplit(login_base_url) if login_base_url else None
        self._session = requests.Session()
        self._session.trust_env = False

    def get(self, url: str, **arguments: Any) -> requests.Response:
        """Send a GET."""
        return self._session.get(self._address(url), **{**arguments, "timeout": TIMEOUT})

    def post(self, url: str, **arguments: Any) -> requests.Response:
        """Send a POST."""
        return self._session.post(self._address(url), **{**arguments, "timeout": TIMEOUT})

    def close(self) -> None:
        """Leave the connections open: they serve the next sign-in as well."""

    def _address(self, url: str) -> str:
        parts = urlsplit(url)
        if self._instead is None or parts.netloc != self._host:
            return url
        return urlunsplit(parts._replace(scheme=self._instead.scheme, netloc=self._instead.netloc))


class _answering:  # noqa: N801  (reads as a statement)
    """Turns every way in which Microsoft does not answer into ``MailboxAway``."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        # MSAL raises ValueError when the discovery document cannot be read.
        if isinstance(error, (requests.RequestException, ValueError)):
            raise MailboxAway from error
