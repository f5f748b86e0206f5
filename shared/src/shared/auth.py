"""Who may do what: short-lived signed tokens between services, and the right every endpoint states.

Tokens are JWTs (RFC 7519) signed with Ed25519 (RFC 9864); every service has its own key pair and knows everybody's
public key. The gateway's tokens carry a user, any other service's token speaks for that service alone.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from flask import g, request
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shared.errors import Forbidden, LicenceRequired, NotSignedIn

LIFETIME = 300
"""Seconds a token is valid."""

ALGORITHM = "Ed25519"

LEEWAY = 30
"""Seconds by which clocks may differ."""

RIGHTS = ("read", "write", "delete", "merge", "export", "gdpr", "audit", "admin", "key_user", "national_number")
LICENCES = ("crm", "companyweb", "companyinfo", "graydon", "m365")

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Principal:
    """Who asks: a user with rights and licences, or a service."""

    actor: str
    rights: frozenset[str]
    licences: frozenset[str] = frozenset()
    user_id: UUID | None = None
    username: str = ""
    language: str = "nl"

    def claims(self) -> dict[str, Any]:
        """Return the JWT claims that carry this principal."""
        return {
            "sub": self.actor,
            "rights": sorted(self.rights),
            "licences": sorted(self.licences),
            "user_id": str(self.user_id) if self.user_id else None,
            "username": self.username,
            "language": self.language,
        }


class KeyRing:
    """A service's own private key and everybody's public ones.

    They lie in one folder as JWK files, ``<service>.private.json`` and ``<service>.public.json``.
    """

    def __init__(self, folder: Path, service: str) -> None:
        self.service = service
        self.private = OKPKey.import_key(json.loads((folder / f"{service}.private.json").read_text()))
        self.public = {
            path.name.removesuffix(".public.json"): OKPKey.import_key(json.loads(path.read_text()))
            for path in folder.glob("*.public.json")
        }


def make_keys(folder: Path, services: tuple[str, ...]) -> None:
    """Make a key pair for every service that has none yet; private files are readable by their owner only."""
    folder.mkdir(parents=True, exist_ok=True)
    for service in services:
        private = folder / f"{service}.private.json"
        if not private.exists():
            key = OKPKey.generate_key("Ed25519")
            private.touch(mode=0o600)
            private.write_text(json.dumps(key.as_dict(private=True)))
            (folder / f"{service}.public.json").write_text(json.dumps(key.as_dict(private=False)))


@dataclass
class TokenIssuer:
    """Signs tokens as one service, each reused for most of its life."""

    keys: KeyRing
    _ready: dict[Principal, tuple[float, str]] = field(default_factory=dict)

    def token_for(self, principal: Principal) -> str:
        """Return a token that carries this principal for up to ``LIFETIME`` seconds."""
        now = time.time()
        made_at, token = self._ready.get(principal, (0.0, ""))
        if now - made_at < LIFETIME / 2:
            return token
        claims = {**principal.claims(), "iss": self.keys.service, "iat": int(now), "exp": int(now) + LIFETIME}
        token = jwt.encode({"alg": ALGORITHM}, claims, self.keys.private, algorithms=[ALGORITHM])
        if len(self._ready) > 1000:
            self._ready.clear()
        self._ready[principal] = (now, token)
        return token

    def own_token(self) -> str:
        """Return a token that speaks for the service itself."""
        return self.token_for(Principal(actor=f"service:{self.keys.service}", rights=frozenset()))


@dataclass
class TokenVerifier:
    """Reads tokens; ``trusts`` says which rights each calling service has here."""

    keys: KeyRing
    trusts: Mapping[str, frozenset[str]]
    _known: dict[str, tuple[float, Principal]] = field(default_factory=dict)

    def principal(self, token: str) -> Principal:
        """Return who the token speaks for; raises ``NotSignedIn`` for anything but a valid one."""
        known = self._known.get(token)
        if known and known[0] > time.time():
            return known[1]
        try:
            issuer = self._claimed_issuer(token)
            claims = jwt.decode(token, self.keys.public[issuer], algorithms=[ALGORITHM]).claims
            jwt.JWTClaimsRegistry(
                leeway=LEEWAY, exp={"essential": True}, iss={"essential": True, "value": issuer}
            ).validate(claims)
            principal = self._principal_of(issuer, claims)
        except (JoseError, KeyError, ValueError, TypeError) as error:
            raise NotSignedIn("The token is not valid") from error
        if len(self._known) > 1000:
            self._known.clear()
        self._known[token] = (float(claims["exp"]), principal)
        return principal

    def _claimed_issuer(self, token: str) -> str:
        unverified = jws.extract_compact(token.encode())
        return str(json.loads(unverified.payload)["iss"])

    def _principal_of(self, issuer: str, claims: Mapping[str, Any]) -> Principal:
        if issuer == "gateway" and claims.get("user_id"):
            return Principal(
                actor=str(claims["sub"]),
                rights=frozenset(claims["rights"]),
                licences=frozenset(claims["licences"]),
                user_id=UUID(claims["user_id"]),
                username=str(claims["username"]),
                language=str(claims["language"]),
            )
        return Principal(actor=f"service:{issuer}", rights=self.trusts.get(issuer, frozenset()))


@dataclass(frozen=True)
class Requirement:
    """What an endpoint asks of its caller; ``public`` asks nothing."""

    right: str = ""
    licence: str = ""
    public: bool = False


def requires(right: str, *, licence: str = "") -> Callable[[View], View]:
    """State the right (and licence) an endpoint needs; the application checks it before the view runs."""
    return _mark(Requirement(right=right, licence=licence))


def public(view: View) -> View:
    """State that an endpoint is open to everybody."""
    return _mark(Requirement(public=True))(view)


def _mark(requirement: Requirement) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.__requirement__ = requirement  # type: ignore[attr-defined]
        return view

    return mark


def check(requirement: Requirement, principal: Principal) -> None:
    """Raise ``Forbidden`` or ``LicenceRequired`` unless the principal meets the requirement."""
    if requirement.right and requirement.right not in principal.rights:
        raise Forbidden(f"This needs the right '{requirement.right}'")
    if requirement.licence and principal.user_id and requirement.licence not in principal.licences:
        raise LicenceRequired(f"This needs the licence '{requirement.licence}'")


def bearer_token() -> str:
    """Return the bearer token of the current request; raises ``NotSignedIn`` when there is none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn
    return token.strip()


def principal() -> Principal:
    """Return who makes the current request."""
    found: Principal = g.principal
    return found
