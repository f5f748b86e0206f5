"""Codes and tokens that the sign-in side gives out and the Graph side accepts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import Any

from sandbox.clock import Clock
from sandbox.microsoft.people import TENANT, Person
from sandbox.settings import Settings
from sandbox.store import Store

_CODES, _ACCESS, _REFRESH = "microsoft.codes", "microsoft.access", "microsoft.refresh"
_CODE_SECONDS = 600


class Refused(Exception):
    """A token request that is answered with an OAuth error and an AADSTS number."""

    def __init__(self, error: str, *, number: int, text: str) -> None:
        super().__init__(text)
        self.error = error
        self.number = number
        self.text = text


@dataclass(frozen=True)
class Grant:
    """What an access token allows: whose mailbox (none: any, for an application) and which scopes."""

    client_id: str
    address: str | None
    scopes: frozenset[str]

    def may(self, *scopes: str) -> bool:
        """Whether any of these scopes was granted."""
        return bool(self.scopes & set(scopes))


class Tokens:
    """Authorisation codes (once, PKCE), refresh tokens and expiring access tokens."""

    def __init__(self, store: Store, settings: Settings, *, clock: Clock) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock

    def issue_code(self, address: str, asked: dict[str, str]) -> str:
        """Give a code for what was asked at the authorize address."""
        code = secrets.token_urlsafe(32)
        kept = {name: asked.get(name, "") for name in _KEPT}
        expires = self._clock.timestamp() + _CODE_SECONDS
        self._store.put(_CODES, code, {**kept, "address": address, "expires": expires})
        return code

    def redeem_code(self, form: dict[str, str]) -> dict[str, str]:
        """Take a code back, once, and say what was asked for; raises Refused."""
        asked = self._store.drop(_CODES, form.get("code", ""))
        if asked is None or asked["expires"] <= self._clock.timestamp():
            raise Refused("invalid_grant", number=70008, text="The provided authorization code is unknown or expired.")
        if asked["client_id"] != form.get("client_id") or asked["redirect_uri"] != form.get("redirect_uri"):
            raise Refused("invalid_grant", number=50011, text="The client or redirect address is not that of the code.")
        if asked["code_challenge"] and not _proves(form.get("code_verifier", ""), asked["code_challenge"]):
            raise Refused("invalid_grant", number=501481, text="The code_verifier does not match the code_challenge.")
        return asked

    def redeem_refresh(self, form: dict[str, str]) -> dict[str, Any]:
        """Say what a refresh token stands for; raises Refused when it was revoked."""
        found = self._store.get(_REFRESH, form.get("refresh_token", ""))
        if found is None or found["client_id"] != form.get("client_id"):
            raise Refused("invalid_grant", number=50173, text="The refresh token is unknown or has been revoked.")
        return found

    def check_secret(self, form: dict[str, str], *, required: bool) -> None:
        """Verify a client secret if one is given or wanted; raises Refused."""
        secret = form.get("client_secret", "")
        if (required or secret) and not hmac.compare_digest(
            secret.encode(), self._settings.microsoft_client_secret.encode()
        ):
            raise Refused("invalid_client", number=7000215, text="Invalid client secret provided.")

    def issue_for_person(self, person: Person, *, client_id: str, scope: str, nonce: str = "") -> dict[str, Any]:
        """The answer of the token address for a person, in the shape MSAL reads."""
        scopes = {name.removeprefix("https://graph.microsoft.com/") for name in scope.split()}
        if not person.consented:
            scopes -= {"Contacts.ReadWrite", "Contacts.Read"}
        answer = self._access(client_id, person.address, scopes)
        if "offline_access" in scopes:
            refresh = secrets.token_urlsafe(48)
            self._store.put(_REFRESH, refresh, {"client_id": client_id, "address": person.address, "scope": scope})
            answer["refresh_token"] = refresh
        if "openid" in scopes:
            answer["id_token"] = self._id_token(person, client_id, nonce=nonce)
            answer["client_info"] = _base64({"uid": person.id, "utid": TENANT})
        return answer

    def issue_for_application(self, client_id: str) -> dict[str, Any]:
        """The answer for client credentials: every mailbox, no refresh token."""
        return self._access(client_id, None, {"Contacts.ReadWrite", "User.Read.All"})

    def grant_of(self, token: str) -> Grant | None:
        """What a bearer token allows; None when it is unknown or has expired."""
        found = self._store.get(_ACCESS, token)
        if found is None or found["expires"] <= self._clock.timestamp():
            return None
        return Grant(found["client_id"], found["address"], frozenset(found["scopes"]))

    def revoke(self, address: str) -> None:
        """Withdraw every token of a person, as when the password changes."""
        for room in (_ACCESS, _REFRESH):
            for key, found in self._store.room(room).items():
                if found["address"] == address:
                    self._store.drop(room, key)

    def _access(self, client_id: str, address: str | None, scopes: set[str]) -> dict[str, Any]:
        token, seconds = secrets.token_urlsafe(48), self._settings.microsoft_token_seconds
        kept = {"client_id": client_id, "address": address, "scopes": sorted(scopes)}
        self._store.put(_ACCESS, token, {**kept, "expires": self._clock.timestamp() + seconds})
        return {
            "token_type": "Bearer",
            "scope": " ".join(sorted(scopes)),
            "expires_in": seconds,
            "ext_expires_in": seconds,
            "access_token": token,
        }

    def _id_token(self, person: Person, client_id: str, *, nonce: str) -> str:
        now = int(self._clock.timestamp())
        claims = {
            "aud": client_id,
            "iss": f"https://login.microsoftonline.com/{TENANT}/v2.0",
            "iat": now,
            "nbf": now,
            "exp": now + self._settings.microsoft_token_seconds,
            "name": person.display_name,
            "oid": person.id,
            "sub": person.id,
            "tid": TENANT,
            "preferred_username": person.address,
            "ver": "2.0",
            **({"nonce": nonce} if nonce else {}),
        }
        # Clients that fetch the token over TLS do not check its signature; a stand-in has no key to sign with.
        return f"{_base64({'alg': 'none', 'typ': 'JWT'})}.{_base64(claims)}."


_KEPT = ("client_id", "redirect_uri", "scope", "nonce", "code_challenge")


def _proves(verifier: str, challenge: str) -> bool:
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(digest, challenge.encode())


def _base64(document: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()
